"""Looks parcels up at their providers: in order of preference, never for long, never in vain."""

import importlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Callable, Optional, Sequence, TypeVar

import structlog
from cachetools import LRUCache, TTLCache

from actions.orders.order import Parcel
from actions.patience import Patience, fault
from actions.tracking import providers
from actions.tracking.breaker import Breaker
from actions.tracking.hard_limit import HardLimit
from actions.tracking.last_mile import joined, last_mile_parcel, only_last_mile
from actions.tracking.parcel_facts import (
    BUSY,
    NONSENSE,
    NOT_FOUND,
    REFUSED,
    SLOW,
    UNAVAILABLE,
    WRONG_KEY,
    ParcelFacts,
    TrackingFailed,
)
from actions.tracking.providers import Candidate, Plan
from actions.tracking.same_question import SameQuestion
from cases import clock
from cases.parcels import same_number

for _name in providers.plan().providers:  # loaded with the process, not with the first buyer's question
    importlib.import_module(f"actions.tracking.{_name}")
logger = structlog.get_logger(__name__)
SPEAKS_AGAINST_PROVIDER = (SLOW, UNAVAILABLE, BUSY, WRONG_KEY)
SPEAKS_FOR_PROVIDER = (NOT_FOUND, NONSENSE, REFUSED)  # it answered, in time
MOST_THREADS = 16
T = TypeVar("T")
Ask = Callable[..., Optional[ParcelFacts]]


class Tracking:
    """All look-ups of a process; it remembers answers for a short time, and who is down. Thread-safe."""

    def __init__(self, plan: Plan, now: Callable[[], datetime] = lambda: clock.now()) -> None:
        """Args: plan: who is asked, in which order, and how patiently. now: the product's time."""
        self._plan, self._limits, self._now = plan, plan.limits, now
        self._cache: TTLCache[Parcel, ParcelFacts] = TTLCache(self._limits["cached"], self._limits["cache_seconds"])
        self._breakers: LRUCache[tuple[str, Optional[str]], Breaker] = LRUCache(self._limits["remembered"])
        self._lock = threading.Lock()
        self._questions: SameQuestion[ParcelFacts] = SameQuestion()
        self._hard_limit: HardLimit[ParcelFacts] = HardLimit(self._limits["under_way"])
        self._patience = Patience(self._limits, TrackingFailed)

    def look_up(
        self, parcels: Sequence[Parcel], postcode: Optional[str] = None, fresh: bool = False
    ) -> list[Optional[ParcelFacts]]:
        """The newest state of each parcel, in their order; None where no provider could tell. Blocks up to 6 seconds.

        Args:
            parcels: of one order.
            postcode: the recipient's, for providers that tell more to those who know it.
            fresh: an answer that is remembered from before does not do.
        """
        deadline = time.monotonic() + self._limits["seconds"]
        one = partial(self._look_up_one, postcode=postcode, fresh=fresh, deadline=deadline)
        return at_once(lambda parcel: self._with_last_mile(parcel, parcels, one), parcels)

    def _with_last_mile(self, parcel: Parcel, others: Sequence[Parcel], ask: Ask) -> Optional[ParcelFacts]:
        """A parcel's state from its own number, and from the last mile's if the order or a provider tells one."""
        if parcel.last_mile:
            own, last = at_once(ask, (parcel, last_mile_parcel(parcel.last_mile, parcel, others)))
            if own is None:
                return only_last_mile(parcel, parcel.last_mile, last)
            return joined(replace(own, last_mile=parcel.last_mile), last)
        own = ask(parcel)
        if own is None or own.last_mile is None:
            return own
        # Who tells the other carrier's scans already would only take one more number into the account.
        known = own.last_mile.told_by if own.last_mile.is_followed else None
        return joined(own, ask(last_mile_parcel(own.last_mile, parcel, others), without=known))

    def forget(self, tracking_number: str) -> None:
        """Remembers no answer about a parcel, because something newer has become known."""
        with self._lock:
            for parcel in [kept for kept in self._cache if same_number(kept.tracking_number, tracking_number)]:
                self._cache.pop(parcel, None)

    def _look_up_one(
        self, parcel: Parcel, postcode: Optional[str], fresh: bool, deadline: float, without: Optional[str] = None
    ) -> Optional[ParcelFacts]:
        candidates = [one for one in self._plan.candidates(parcel) if one.name != without]
        if without and not candidates:
            return None
        if not fresh:
            with self._lock:
                remembered = self._cache.get(parcel)
            if remembered is not None:
                return remembered
        try:
            return self._questions.answer(
                parcel, partial(self._ask_in_turn, candidates, parcel, postcode, deadline), deadline
            )
        except TrackingFailed as error:
            logger.warning("tracking.unknown", carrier=parcel.carrier, kind=error.kind, error=str(error))
            return None

    def _ask_in_turn(
        self, candidates: Sequence[Candidate], parcel: Parcel, postcode: Optional[str], deadline: float
    ) -> ParcelFacts:
        """The first answer that tells something, else one that tells nothing.

        Raises:
            TrackingFailed: nobody answered; with what the last one said.
        """
        failure = TrackingFailed("no provider is set up for it", REFUSED)
        silent: Optional[ParcelFacts] = None
        for candidate, end in self._patience.turns(candidates, deadline):
            breaker = self._breaker(candidate)
            if end is None or not breaker.lets_through():
                failure = TrackingFailed(f"{candidate.name} is not asked now", UNAVAILABLE)
                continue
            try:
                facts = self._patience.ask(partial(self._ask, candidate, parcel, postcode), end)
            except TrackingFailed as error:
                self._note(candidate, breaker, error)
                failure = error
                continue
            breaker.succeeded()
            if facts.status != "unknown":
                with self._lock:
                    self._cache[parcel] = facts
                return facts
            silent = silent or facts
        if silent is None:
            raise failure
        return silent

    def _ask(self, candidate: Candidate, parcel: Parcel, postcode: Optional[str], end: float) -> ParcelFacts:
        work = partial(
            candidate.module.look_up,
            parcel.tracking_number,
            parcel.carrier,
            candidate.key,
            candidate.address,
            postcode=postcode,
            deadline=end,
        )
        try:
            facts = self._hard_limit.within(end - time.monotonic() + self._limits["grace"], work)
        except TrackingFailed:
            raise
        except Exception as error:  # a fault of ours in one provider's module is no reason not to ask the next
            logger.error("tracking.fault", provider=candidate.name, error=fault(error))
            raise TrackingFailed(type(error).__name__, NONSENSE) from None
        if not same_number(facts.tracking_number, parcel.tracking_number):
            raise TrackingFailed("an answer about another parcel", NONSENSE)
        return replace(facts, fetched_at=self._now())

    def _breaker(self, candidate: Candidate) -> Breaker:
        """Of this provider at this address: what is silent there says nothing about other addresses."""
        name = (candidate.name, candidate.address)
        with self._lock:
            if name not in self._breakers:
                self._breakers[name] = Breaker(self._limits["failures"], self._limits["pause"])
            return self._breakers[name]

    def _note(self, candidate: Candidate, breaker: Breaker, error: TrackingFailed) -> None:
        if error.kind in SPEAKS_AGAINST_PROVIDER:
            breaker.failed(error.retry_after)
        if error.kind in SPEAKS_FOR_PROVIDER:
            breaker.succeeded()
        log = logger.error if error.kind in (WRONG_KEY, REFUSED) else logger.warning
        if error.kind != NOT_FOUND:
            log("tracking.failed", provider=candidate.name, kind=error.kind, error=str(error))


def at_once(work: Callable[[Parcel], T], parcels: Sequence[Parcel]) -> list[T]:
    """The work's result for each parcel, in their order; one does not wait for the other."""
    if len(parcels) < 2:
        return [work(parcel) for parcel in parcels]
    with ThreadPoolExecutor(max_workers=min(len(parcels), MOST_THREADS)) as pool:
        return list(pool.map(work, parcels))


@lru_cache(maxsize=1)
def tracking() -> Tracking:
    """The look-ups of this process."""
    return Tracking(providers.plan())
