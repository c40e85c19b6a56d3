"""How each carrier is asked: ``cases/rules/inquiries.yml``, with the installation's own file over it."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

from cases.layered_file import read_layered
from cases.settings import SettingsError, settings
from cases.tracking_numbers import recognised
from cases.tracking_numbers.formats import AMONG_DIGITS_FROM, FORMATS, POSTS

OWN_FILE = Path(__file__).parent.parent / "rules" / "inquiries.yml"
SENT_BY = ("sender", "account_holder", "sender_or_recipient", "contract")
BASES = ("carrier", "told", "law", "contract")
_POST_WITHOUT_NAME = re.compile(r"post \(([A-Z]{2})\)")


@dataclass(frozen=True)
class Window:
    """A number of days from an event, which parcels it is for, and who says so.

    ``counted_from`` is ``shipped`` or ``delivered``. ``to`` is where the parcels go: ``home``, ``abroad``, countries,
    or None for all; ``number`` a pattern of their tracking numbers. ``working`` counts Monday to Friday only.
    ``basis`` is one of `BASES`.
    """

    days: int
    counted_from: str
    basis: str
    source: str
    to: Any = None
    number: Optional[str] = None
    working: bool = False

    def is_for(self, tracking_number: Optional[str], country: Optional[str], home: Optional[str]) -> bool:
        """Whether a parcel can be meant; what is not known about it excludes nothing."""
        if self.number and not re.fullmatch(self.number, tracking_number or ""):
            return False
        if self.to is None or not country:
            return True
        if isinstance(self.to, str):
            return home is None or (self.to == "home") == (country == home)
        return country in self.to


@dataclass(frozen=True)
class CarrierRule:
    """What is known about one carrier's inquiries; what no page tells is None or empty, ``sent_by`` is ``contract``."""

    carrier: Optional[str]
    sent_by: str
    asks_for: tuple[str, ...]
    needs: tuple[str, ...] = ()
    earliest: Optional[Window] = None
    latest: tuple[Window, ...] = ()
    answer_days: Optional[int] = None
    answer_in_working_days: bool = False
    form: Optional[str] = None
    emails: Mapping[Optional[str], str] = field(default_factory=dict)
    phone: Optional[str] = None
    home: Optional[str] = None
    local: bool = False
    sender: Optional[str] = None
    account: Optional[str] = None
    source: Optional[str] = None
    checked_on: Optional[date] = None

    def email(self, country: Optional[str]) -> Optional[str]:
        """The address for parcels to a country (ISO 3166), or None."""
        return self.emails.get(country) or self.emails.get(None)

    def language(self, country: Optional[str]) -> str:
        """The language that the carrier reads (ISO 639-1), for a parcel to a country."""
        spoken_in = country if self.local else self.home
        return _tables().languages.get(spoken_in or "", "en")


@dataclass(frozen=True)
class _Tables:
    carriers: Mapping[str, CarrierRule]
    posts: dict[str, Any]
    default: dict[str, Any]
    languages: Mapping[str, str]
    by_name: Mapping[str, tuple[str, ...]]
    checked_on: Optional[date]


def rule_for(carrier: Optional[str], tracking_number: Optional[str]) -> CarrierRule:
    """The rule for a parcel.

    Args:
        carrier: as the order names it, under any name that the table knows; None if it names none.
        tracking_number: tells the carrier when the order does not, and which of the DHLs a "DHL" is.

    Returns:
        The carrier's rule; the default one, with the carrier's name as given, when it can not be told whose it is.
    """
    tables = _tables()
    readings = [(match.carrier, match.rank) for match in recognised(tracking_number or "") if match.carrier]
    named = tables.by_name.get(_plain(carrier), ())
    if len(named) == 1:
        return tables.carriers[named[0]]
    sure_from = 0 if named else AMONG_DIGITS_FROM
    for name, rank in readings:
        if rank >= sure_from and (not named or name in named):
            return tables.carriers.get(name) or _post(name, tables)
    return _rule(carrier, tables.default, tables.default, tables.checked_on)


def check_rules(laid_over: Optional[Path]) -> None:
    """Reads the rules with the installation's own file over them, so that a mistake in it is told at the start.

    Raises:
        SettingsError: the file can not be read, or an entry makes no sense; the text says which.
    """
    _read(laid_over)


def _tables() -> _Tables:
    return _read(settings().inquiries_file)


@lru_cache(maxsize=4)
def _read(laid_over: Optional[Path]) -> _Tables:
    content = read_layered(OWN_FILE, laid_over)
    default, checked_on = content["default"], content["checked_on"]
    posts = {name: {**content["posts"], "home": country} for country, (name, _) in POSTS.items()}
    rows = {**posts, **content["carriers"]}
    carriers = {name: _rule(name, row or {}, default, checked_on) for name, row in rows.items()}
    by_name: dict[str, tuple[str, ...]] = {}
    for alias, name in _names(rows):
        by_name[_plain(alias)] = tuple(dict.fromkeys((*by_name.get(_plain(alias), ()), name)))
    return _Tables(carriers, content["posts"], default, content["languages"], by_name, checked_on)


def _names(carriers: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    codes = [(row.carrier, row.carrier_code) for row in FORMATS] + list(POSTS.values())
    for name, row in carriers.items():
        yield name, name
        yield from ((alias, name) for alias in (row or {}).get("also", ()))
    yield from ((code, name) for name, code in codes if code and name in carriers)


def _post(name: str, tables: _Tables) -> CarrierRule:
    match = _POST_WITHOUT_NAME.fullmatch(name)
    row = {**tables.posts, "home": match[1]} if match else tables.default
    return _rule(name, row, tables.default, tables.checked_on)


def _rule(
    name: Optional[str], row: Mapping[str, Any], default: Mapping[str, Any], checked_on: Optional[date]
) -> CarrierRule:
    row = {**default, **row}
    emails, answer = row.get("email") or {}, row.get("answer") or {}
    try:
        rule = CarrierRule(
            carrier=name,
            sent_by=row["sent_by"],
            asks_for=tuple(row["asks_for"]),
            needs=tuple(row.get("needs", ())),
            earliest=_window(row["earliest"]) if row.get("earliest") else None,
            latest=tuple(_window(window) for window in row.get("latest") or ()),
            answer_days=answer.get("days"),
            answer_in_working_days=answer.get("working", False),
            form=row.get("form"),
            emails={None: emails} if isinstance(emails, str) else emails,
            phone=row.get("phone"),
            home=row.get("home"),
            local=row.get("local", False),
            sender=row.get("sender"),
            account=str(row["account"]) if row.get("account") else None,
            source=row.get("source"),
            checked_on=row.get("checked_on", checked_on),
        )
        if rule.sent_by not in SENT_BY:
            raise ValueError(f"sent_by is {rule.sent_by}; it can be {', '.join(SENT_BY)}")
    except (AttributeError, KeyError, TypeError, ValueError, re.error) as error:
        raise SettingsError(f"inquiries.yml, {name}: {type(error).__name__} {error}") from error
    return rule


def _window(row: Mapping[str, Any]) -> Window:
    if row["from"] not in ("shipped", "delivered") or row["basis"] not in BASES:
        raise ValueError(f"from {row['from']}, basis {row['basis']}")
    if not isinstance(row["days"], int) or not 0 <= row["days"] <= 3650:
        raise ValueError(f"days {row['days']}")
    if row.get("number"):
        re.compile(row["number"])
    return Window(
        days=row["days"],
        counted_from=row["from"],
        basis=row["basis"],
        source=row.get("source", ""),
        to=row.get("to"),
        number=row.get("number"),
        working=row.get("working", False),
    )


def _plain(name: Optional[str]) -> str:
    return re.sub(r"[\W_]+", "", name or "").casefold()
