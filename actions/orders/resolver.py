"""From what a platform's message tells (an order's number, or buyer and item) to the order with all its parcels."""

import time
from datetime import datetime
from functools import lru_cache, partial
from typing import Callable, Optional

import structlog

from actions.orders import sandbox
from actions.orders.order import Order, OrderNotFound, OrderSourceFailed
from actions.orders.source import Terms, source_answers
from actions.orders.sources import Candidate, Plan, plan
from actions.patience import Patience, fault
from actions.tracking.hard_limit import HardLimit
from actions.tracking.parcel_facts import NONSENSE, REFUSED, WRONG_KEY
from cases.settings import settings

logger = structlog.get_logger(__name__)
Question = Callable[[Candidate, Terms], Order]


class Resolver:
    """Asks the order sources of an installation in turn, never for long. Thread-safe."""

    def __init__(self, plan: Plan) -> None:
        """Args: plan: who is asked, in which order, and how patiently."""
        self._plan, self._limits = plan, plan.limits
        self._hard_limit: HardLimit[Order] = HardLimit(self._limits["under_way"])
        self._patience = Patience(self._limits, OrderSourceFailed)

    def find(self, question: Question, marketplace: Optional[str], as_of: datetime) -> Order:
        """The order of the first source that has it. Blocks up to 3 seconds.

        Raises:
            OrderNotFound: all sources were asked, and none has it.
            OrderSourceFailed: none has it, and one that may have it could not be asked.
        """
        deadline = time.monotonic() + self._limits["seconds"]
        failure: Optional[OrderSourceFailed] = None
        for candidate, end in self._patience.turns(self._plan.candidates(marketplace), deadline):
            if end is None:
                failure = failure or OrderSourceFailed(f"no time left for {candidate.name}")
                break
            terms = Terms(as_of, end, marketplace, candidate.address, candidate.key)
            try:
                return self._patience.ask(partial(self._ask, question, candidate, terms), end)
            except OrderNotFound:
                continue
            except OrderSourceFailed as error:
                log = logger.error if error.kind in (WRONG_KEY, REFUSED) else logger.warning
                log("order.source_failed", source=candidate.name, kind=error.kind, error=str(error))
                failure = error
        raise failure or OrderNotFound("no source has it")

    def _ask(self, question: Question, candidate: Candidate, terms: Terms, end: float) -> Order:
        try:
            with source_answers():
                limit = end - time.monotonic() + self._limits["grace"]
                return self._hard_limit.within(limit, partial(question, candidate, terms))
        except (OrderNotFound, OrderSourceFailed):
            raise
        except Exception as error:  # a fault of ours in one source, or no database: no reason not to ask the next
            logger.error("order.fault", source=candidate.name, error=fault(error))
            raise OrderSourceFailed(type(error).__name__, NONSENSE) from None


@lru_cache(maxsize=1)
def resolver() -> Resolver:
    """The resolver of this process."""
    return Resolver(plan())


def find_order(
    number: Optional[str],
    *,
    buyer_id: Optional[str] = None,
    item_id: Optional[str] = None,
    marketplace: Optional[str] = None,
    as_of: datetime,
) -> Order:
    """The order that a message is about: by its number, without one by buyer and item.

    An order that was found by its number may be somebody else's: nothing of it may be shown before
    `Order.belongs_to`. Of several orders of the same item by the same buyer none is guessed.

    Args:
        number: as the platform or the buyer wrote it.
        buyer_id, item_id: as the platform told them; the buyer's own word does not do.
        marketplace: where the buyer writes; it says which source is asked first.
        as_of: the product's time at which the case began.

    Raises:
        OrderNotFound: there is none, or not one.
        OrderSourceFailed: a source that may have it could not be asked.
    """
    if not number and not (buyer_id and item_id):
        raise OrderNotFound("neither a number nor buyer and item are known")

    def question(module, terms: Terms) -> Order:
        if number:
            return module.find_by_number(number, terms)
        found = module.find_by_buyer(buyer_id, item_id, terms)
        if found.buyer_id != buyer_id:
            raise OrderNotFound("it is another buyer's")
        return found

    if settings().sandbox:
        return question(sandbox, Terms(as_of, time.monotonic() + sum(sandbox.SECONDS), marketplace))
    return resolver().find(lambda candidate, terms: question(candidate.module, terms), marketplace, as_of)
