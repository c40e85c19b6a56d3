"""``make orders FILE=orders.csv``: orders from a CSV file into the table. The columns are in ``csv_columns.yml``.

One row is an order or one of its parcels: rows of the same order number (and marketplace) are put together. A row that
can not be read is told with its line, column and reason, and then nothing is imported; with ``--leave-out-bad`` the
orders without a bad row are. An order that is imported again is replaced by what the file says now.
"""

import argparse
import csv
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional, Sequence

from sqlalchemy.exc import SQLAlchemyError

from actions.orders.csv_cells import COLUMNS, TABLE, WrongCell, read_cell
from actions.orders.order import Parcel
from actions.orders.order_record import compact, order_record
from actions.orders.table import store
from actions.tracking.parcel_facts import LastMile
from cases.database import upgrade
from cases.settings import settings

ADDRESS = ("name", "street", "city", "postcode", "country")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong with a row, and where: the line in the file (1 is the header) and the column, if it is one's."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{where}: {self.reason}"


@dataclass(frozen=True)
class Reading:
    """What a file holds: the orders without a bad row, what is wrong with the others, and columns not read."""

    records: list[dict[str, Any]]
    problems: list[Problem]
    unread: list[str]


def read_orders(content: bytes) -> Reading:
    """Reads a file in UTF-8, with or without byte order mark; commas, semicolons or tabs between the columns."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Reading([], [Problem(line, "", "is not UTF-8; save the file as “CSV UTF-8”")], [])
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        return Reading([], [Problem(1, "", "the file is empty")], [])
    line, names, trouble = header
    columns = [_column(name) for name in names]
    problems = [Problem(line, "", trouble)] if trouble else _header_problems(line, columns)
    if problems:
        return Reading([], problems, [])
    orders: dict[tuple[str, str], _OrderOfRows] = {}
    for line, cells, trouble in rows:
        values, found = _values(line, columns, cells, trouble)
        problems += found
        number = values.get("order_number")
        if number:
            key = (compact(number), (values.get("marketplace") or "").lower())
            problems += orders.setdefault(key, _OrderOfRows(line)).add(line, values, bool(found))
    for order in orders.values():
        problems += order.missing()
    records = [order.record() for order in orders.values() if not order.is_bad]
    return Reading(records, sorted(problems), [name for name, column in zip(names, columns) if name and not column])


class _OrderOfRows:
    """The rows of one order, put together."""

    def __init__(self, line: int) -> None:
        self.is_bad = False
        self._line, self._known, self._told_in = line, {}, {}
        self._items: list[str] = []
        self._parcels: list[Parcel] = []

    def add(self, line: int, values: dict[str, Any], is_bad: bool) -> list[Problem]:
        """Adds a row; what of it contradicts itself or the rows before."""
        problems = []
        for column, value in values.items():
            if value is None or COLUMNS[column].get("each"):
                continue
            if column not in self._known:
                self._known[column], self._told_in[column] = value, line
            elif self._known[column] != value and column not in ("order_number", "marketplace"):
                problems.append(Problem(line, column, f"is another than in line {self._told_in[column]}"))
        if is_bad:
            self.is_bad = True
            return problems
        parcels, wrong = _parcels(line, values)
        problems += wrong
        self._parcels += parcels
        self._items += [item for item in values.get("item_id") or [] if item not in self._items]
        self.is_bad = self.is_bad or bool(problems)
        return problems

    def missing(self) -> list[Problem]:
        """What the rows lack together; [] when one of them is bad, for then it may be what is lacking."""
        known, problems = self._known, []
        if self.is_bad:
            return problems
        if not any(known.get(column) for column in TABLE["recognised_by"]):
            reason = f"nobody could be recognised as its buyer without one of {', '.join(TABLE['recognised_by'])}"
            problems.append(Problem(self._line, "", reason))
        if known.get("amount") is not None and not known.get("currency"):
            problems.append(Problem(self._line, "currency", "is missing, and there is an amount"))
        if known.get("country") in TABLE["five_digits"] and re.fullmatch(r"\d{1,4}", known.get("postcode") or ""):
            problems.append(Problem(self._told_in["postcode"], "postcode", "has lost its zero at the beginning"))
        self.is_bad = bool(problems)
        return problems

    def record(self) -> dict[str, Any]:
        """The order; only when it is not bad."""
        known = self._known
        return order_record(
            known["order_number"],
            known.get("marketplace", "").lower(),
            buyer_id=known.get("buyer_id"),
            email=known.get("email"),
            address={name: known.get(name) for name in ADDRESS},
            amount=known.get("amount"),
            currency=known.get("currency"),
            title=known.get("title"),
            item_ids=self._items,
            ordered_at=known.get("ordered_at"),
            dispute_open=known.get("dispute_open", False),
            parcels=self._parcels,
        )


def _parcels(line: int, values: dict[str, Any]) -> tuple[list[Parcel], list[Problem]]:
    """The parcels of a row, and what of them can not be."""
    told = ("tracking_number", "carrier", "last_mile_number", "last_mile_carrier")
    numbers, carriers, last_numbers, last_carriers = (values.get(column) or [] for column in told)
    problems = []
    for column, named, of, their in (
        ("carrier", carriers, numbers, "tracking numbers"),
        ("last_mile_carrier", last_carriers, last_numbers, "last mile numbers"),
    ):
        if len(named) not in (0, 1, len(of)):
            problems.append(Problem(line, column, f"must be one for all {their} of the row, or one for each"))
        elif named and not of:
            missing = "tracking_number" if column == "carrier" else "last_mile_number"
            problems.append(Problem(line, missing, "is missing, and there is a carrier"))
    if len(last_numbers) not in (0, len(numbers)):
        problems.append(Problem(line, "last_mile_number", "must be one for each tracking number of the row"))
    if problems:
        return [], problems
    last_miles = [LastMile(*one) for one in zip(last_numbers, _for_each(last_numbers, last_carriers))]
    rows = zip(numbers, _for_each(numbers, carriers), last_miles or [None] * len(numbers))
    return [Parcel(number, carrier, last_mile=last_mile) for number, carrier, last_mile in rows], []


def _for_each(numbers: Sequence[str], carriers: Sequence[str]) -> Sequence[Optional[str]]:
    return carriers if len(carriers) > 1 else (carriers or [None]) * len(numbers)


def _rows(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Line of its beginning, cells and trouble of each row that is not blank; after trouble there is no more."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(TABLE["separators"], key=lambda one: sum(_column(name) != "" for name in _split(first, one)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], f"can not be read from here on: {error}"
            return
        if any(cell.strip() for cell in cells):
            yield line, cells, ""
        line = reader.line_num + 1


def _split(line: str, separator: str) -> list[str]:
    return [name.strip('"\r ') for name in line.split(separator)]


def _column(name: str) -> str:
    """The column that a name in the header means; "" for none."""
    return _NAMES.get(re.sub(r"[\s_]+", "", name).lower(), "")


_NAMES = {
    re.sub(r"[\s_]+", "", name).lower(): column
    for column, rule in COLUMNS.items()
    for name in (column, *rule.get("also", []))
}


def _header_problems(line: int, columns: Sequence[str]) -> list[Problem]:
    twice = {column for column in columns if column and columns.count(column) > 1}
    missing = [column for column, rule in COLUMNS.items() if rule.get("needed") and column not in columns]
    return [
        *(Problem(line, column, "stands in the header twice") for column in sorted(twice)),
        *(Problem(line, column, "is missing in the header") for column in missing),
    ]


def _values(
    line: int, columns: Sequence[str], cells: Sequence[str], trouble: str
) -> tuple[dict[str, Any], list[Problem]]:
    if trouble:
        return {}, [Problem(line, "", trouble)]
    if len(cells) != len(columns):
        # What stands where is not known; but which order is spoiled may be.
        reason = f"has {len(cells)} columns, and the header {len(columns)}; a text with a separator needs quotes"
        return _first_cells(columns, cells), [Problem(line, "", reason)]
    values, problems = {}, []
    for column, cell in zip(columns, cells):
        if not column:
            continue
        try:
            values[column] = read_cell(column, cell)
        except WrongCell as error:
            problems.append(Problem(line, column, str(error)))
            continue
        if COLUMNS[column].get("needed") and not values[column]:
            problems.append(Problem(line, column, "is empty"))
    return values, problems


def _first_cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    read = dict(zip(columns, cells))
    return {column: read[column].strip() for column in ("order_number", "marketplace") if read.get(column, "").strip()}


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Imports a file, and says what was done. Returns how the process should exit: 0 when no row was bad."""
    usage = f"make orders FILE=orders.csv [LEAVE_OUT_BAD=yes]\ncolumns: {', '.join(COLUMNS)}"
    parser = argparse.ArgumentParser(prog="make orders", usage=usage)
    parser.add_argument("file", type=Path)
    parser.add_argument("--leave-out-bad", action="store_true", help="import the orders without a bad row")
    given = parser.parse_args(arguments)
    try:
        reading = read_orders(given.file.read_bytes())
    except OSError as error:
        print(f"{given.file}: {error.strerror}", file=sys.stderr)
        return 2
    for problem in reading.problems[: TABLE["most_errors_shown"]]:
        print(f"{given.file}, {problem}", file=sys.stderr)
    more = len(reading.problems) - TABLE["most_errors_shown"]
    if more > 0:
        print(f"… and {more} more", file=sys.stderr)
    if reading.unread:
        print(f"Columns that were not read: {', '.join(reading.unread)}")
    if reading.problems and not given.leave_out_bad:
        print("Nothing was imported. LEAVE_OUT_BAD=yes imports the orders without a bad row.", file=sys.stderr)
        return 1
    try:
        upgrade()
        new, replaced = store(reading.records)
    except SQLAlchemyError as error:  # its own text has the rows
        print(f"Nothing was imported: the case database gave {type(error).__name__}.", file=sys.stderr)
        return 2
    print(f"New orders: {new}. Replaced: {replaced}.")
    if settings().sandbox:
        print("They are asked for in production; in sandbox mode only the sandbox is.")
    return 1 if reading.problems else 0


if __name__ == "__main__":
    sys.exit(main())
