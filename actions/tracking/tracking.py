"""Looks parcels up at their providers: in order of preference, never for long, never in vain."""

import importlib
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Callable, Optional, Sequence

import structlog
import tenacity
from cachetools import LRUCache, TTLCache

from actions.orders.order import Parcel
from actions.tracking import providers
from actions.tracking.breaker import Breaker
from actions.tracking.hard_limit import HardLimit
from actions.tracking.parcel_facts import (
    BUSY,
    NONSENSE,
    NOT_FOUND,
    OVERLOADED,
    REFUSED,
    SLOW,
    UNAVAILABLE,
    WRONG_KEY,
    ParcelFacts,
    TrackingFailed,
    same_number,
)
from actions.tracking.providers import Candidate, Plan
from actions.tracking.same_question import SameQuestion
from cases import clock

for _name in providers.plan().providers:  # loaded with the process, not with the first buyer's question
    importlib.import_module(f"actions.tracking.{_name}")
logger = structlog.get_logger(__name__)
WAITING_HELPS = (UNAVAILABLE, BUSY, OVERLOADED)
SPEAKS_AGAINST_PROVIDER = (SLOW, UNAVAILABLE, BUSY, WRONG_KEY)
SPEAKS_FOR_PROVIDER = (NOT_FOUND, NONSENSE, REFUSED)  # it answered, in time
MOST_THREADS = 16


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
        self._backoff = tenacity.wait_random_exponential(self._limits["first_wait"], self._limits["longest_wait"])
        self._attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, TrackingFailed) and e.kind in WAITING_HELPS),
            wait=self._wait,
            stop=tenacity.stop_any(tenacity.stop_after_attempt(self._limits["attempts"]), self._no_time),
            reraise=True,
        )

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
        if len(parcels) < 2:
            return [one(parcel) for parcel in parcels]
        with ThreadPoolExecutor(max_workers=min(len(parcels), MOST_THREADS)) as pool:
            return list(pool.map(one, parcels))

    def forget(self, tracking_number: str) -> None:
        """Remembers no answer about a parcel, because something newer has become known."""
        with self._lock:
            for parcel in [kept for kept in self._cache if same_number(kept.tracking_number, tracking_number)]:
                self._cache.pop(parcel, None)

    def _look_up_one(
        self, parcel: Parcel, postcode: Optional[str], fresh: bool, deadline: float
    ) -> Optional[ParcelFacts]:
        if not fresh:
            with self._lock:
                remembered = self._cache.get(parcel)
            if remembered is not None:
                return remembered
        try:
            return self._questions.answer(parcel, partial(self._ask_in_turn, parcel, postcode, deadline), deadline)
        except TrackingFailed as error:
            logger.warning("tracking.unknown", carrier=parcel.carrier, kind=error.kind, error=str(error))
            return None

    def _ask_in_turn(self, parcel: Parcel, postcode: Optional[str], deadline: float) -> ParcelFacts:
        """The first answer that tells something, else one that tells nothing.

        Raises:
            TrackingFailed: nobody answered; with what the last one said.
        """
        candidates = self._plan.candidates(parcel)
        failure = TrackingFailed("no provider is set up for it", REFUSED)
        silent: Optional[ParcelFacts] = None
        for candidate in candidates:
            left = deadline - time.monotonic()
            breaker = self._breaker(candidate)
            if left < self._limits["least_seconds"] or not breaker.lets_through():
                failure = TrackingFailed(f"{candidate.name} is not asked now", UNAVAILABLE)
                continue
            # Half of the time for each, so that the others have their turn; the last one has all.
            end = time.monotonic() + (left if candidate is candidates[-1] else left / 2)
            try:
                # Asked again after a short wait where waiting may help and there is time.
                facts = self._attempts(self._ask, candidate, parcel, postcode, end)
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

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """How many seconds to wait: as the provider said, else longer each time, with a random part."""
        told = state.outcome.exception().retry_after
        return self._backoff(state) if told is None else told

    def _no_time(self, state: tenacity.RetryCallState) -> bool:
        """Whether there is none left for another attempt after the wait."""
        end = state.args[-1]
        return time.monotonic() + state.upcoming_sleep + self._limits["least_seconds"] > end

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
            place = traceback.extract_tb(error.__traceback__)[-1]  # the error's text may hold the number
            fault = f"{type(error).__name__} in {place.name}, line {place.lineno}"
            logger.error("tracking.fault", provider=candidate.name, error=fault)
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


@lru_cache(maxsize=1)
def tracking() -> Tracking:
    """The look-ups of this process."""
    return Tracking(providers.plan())
