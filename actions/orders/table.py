"""Orders in a table of the case database, filled from CSV files (``make orders FILE=orders.csv``)."""

from itertools import groupby
from operator import itemgetter
from typing import Any, Iterator, Sequence

from sqlalchemy import delete, insert, select

from actions.orders.order import Order
from actions.orders.order_record import compact, order_of
from actions.orders.source import Terms, only_one
from cases import clock
from cases.database import reading, transaction
from cases.models import ImportedOrder

NAME = "table"
_OF_ROW = itemgetter("marketplace")
AT_ONCE = 400  # SQLite takes 999 values in a statement where it is old


def find_by_number(number: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_number`.

    Where several marketplaces have the same number, the order is that of `terms.marketplace`.
    """
    found = _orders(ImportedOrder.number_key == compact(number))
    own = [order for order in found if order.marketplace == _marketplace(terms.marketplace)]
    return only_one(own or found)


def find_by_buyer(buyer_id: str, item_id: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_buyer`."""
    found = _orders(ImportedOrder.buyer_id == buyer_id)
    return only_one(
        [
            order
            for order in found
            if item_id in order.raw["item_ids"]
            and order.marketplace in (None, "", _marketplace(terms.marketplace))  # ids are each marketplace's own
        ]
    )


def store(records: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Keeps orders, all or none; one that is there already is replaced by what is known now.

    Args:
        records: as `order_record` makes them, each number once in its marketplace.

    Returns:
        How many are new, and how many were replaced.

    Raises:
        sqlalchemy.exc.OperationalError: the database is locked or cannot be reached; nothing was kept.
    """
    at, replaced = clock.now(), 0
    with transaction() as session:
        for marketplace, part in _parts([_row(record, at) for record in records]):
            same = delete(ImportedOrder).where(
                ImportedOrder.marketplace == marketplace,
                ImportedOrder.number_key.in_([row["number_key"] for row in part]),
            )
            replaced += session.execute(same.execution_options(synchronize_session=False)).rowcount
            session.execute(insert(ImportedOrder.__table__), part)
    return len(records) - replaced, replaced


def _orders(condition: Any) -> list[Order]:
    with reading() as session:
        return [order_of(row) for row in session.execute(select(ImportedOrder.record).where(condition)).scalars()]


def _row(record: dict[str, Any], at: Any) -> dict[str, Any]:
    return {
        "number_key": compact(record["order_id"]),
        "marketplace": _marketplace(record["marketplace"]),
        "buyer_id": record["buyer"]["buyer_id"],
        "record": record,
        "imported_at": at,
    }


def _marketplace(name: Any) -> str:
    return (name or "").strip().lower()


def _parts(rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows of one marketplace, not too many for one statement."""
    for marketplace, own in groupby(sorted(rows, key=_OF_ROW), key=_OF_ROW):
        listed = list(own)
        yield from ((marketplace, listed[start : start + AT_ONCE]) for start in range(0, len(listed), AT_ONCE))
