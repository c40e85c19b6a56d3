"""What every order source can do. One module a source; the module itself is the source."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Collection, Iterator, Optional, Protocol, TypeVar

from actions.orders.order import Order, OrderNotFound, OrderSourceFailed
from actions.tracking.parcel_facts import NOT_FOUND, TrackingFailed

T = TypeVar("T")


@dataclass(frozen=True)
class Terms:
    """How a source is asked.

    `key` and `address` are None where a source needs none; `deadline` is on the clock of `time.monotonic`, in seconds:
    by then an answer or an error is there. `marketplace` is where the buyer writes, `as_of` the product's time at
    which the case began.
    """

    as_of: datetime
    deadline: float
    marketplace: Optional[str] = None
    address: Optional[str] = None
    key: Optional[str] = field(default=None, repr=False)


class OrderSource(Protocol):
    """A source of orders. `NAME` is how `sources.yml` and logs call it; it is also the module's name.

    Both functions raise OrderNotFound (there is none, or several fit), and OrderSourceFailed (it could not be asked,
    or answered nonsense).
    """

    NAME: str

    def find_by_number(self, number: str, terms: Terms) -> Order:
        """The order with a number, as the platform or the buyer wrote it; whose it is is for others to check."""

    def find_by_buyer(self, buyer_id: str, item_id: str, terms: Terms) -> Order:
        """The one order in which a buyer bought an item, both by the platform's ids."""


@contextmanager
def source_answers() -> Iterator[None]:
    """Requests inside fail as an order source's do.

    Raises:
        OrderNotFound, OrderSourceFailed: what the request's failure means.
    """
    try:
        yield
    except TrackingFailed as error:
        if error.kind == NOT_FOUND:
            raise OrderNotFound(str(error)) from None
        raise OrderSourceFailed(str(error), error.kind, error.retry_after) from None


def only_one(found: Collection[T]) -> T:
    """What fits (orders, or their numbers), if it is one. Raises OrderNotFound for none and for several."""
    if len(found) != 1:
        raise OrderNotFound("several fit" if found else "none fits")
    return next(iter(found))
