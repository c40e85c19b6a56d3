"""``python -m cases.clockwork``: looks every second whether a follow-up is due, and queues it for the bot.

Beside that, in a thread of its own, it fetches the proofs of delivery that are wanted. What is planned lives in the
database. A look that fails loses nothing, and neither does a restart.
"""

import logging
import signal
import sys
from types import FrameType
from typing import NoReturn, Optional

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.exc import SQLAlchemyError

from cases import follow_ups
from cases.database import transaction, upgrade
from cases.proof_rounds import ProofRounds
from cases.settings import SettingsError, read_settings

LOOK_SECONDS = 1
PROOFS_SECONDS = 2

logger = logging.getLogger(__name__)


class Clockwork:
    """Queues what is due, look by look, whatever became of the look before."""

    def __init__(self) -> None:
        self._upgraded = False
        self._failing = False

    def look(self) -> int:
        """Queues every follow-up that is due.

        Returns:
            How many were queued; 0 as well when the database is locked or away, which is logged once each time.
        """
        try:
            if not self._upgraded:
                upgrade()
                self._upgraded = True
            with transaction() as session:
                queued = follow_ups.queue_due(session)
        except SQLAlchemyError as error:
            if not self._failing:
                logger.warning("the case database can not be used, trying again: %s", type(error).__name__)
            self._failing = True
            return 0
        if self._failing:
            logger.warning("the case database can be used again")
        self._failing = False
        if queued:
            logger.info("%d follow-ups queued", queued)
        return queued


def _end(_number: int, _frame: Optional[FrameType]) -> NoReturn:
    raise SystemExit(0)


def main() -> int:
    """Looks every second until SIGTERM or Ctrl-C; a look that is under way is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # it would warn of every look that a locked database delays
    try:
        read_settings()
    except SettingsError as error:
        print(f"The clock can not start: {error}", file=sys.stderr)
        return 1
    # One look at a time; looks that were missed, with the machine asleep or the database locked, are made up by one.
    scheduler = BlockingScheduler(
        timezone="UTC",
        # A carrier that answers slowly must not keep a buyer's follow-up waiting.
        executors={"default": ThreadPoolExecutor(1), "proofs": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(Clockwork().look, "interval", seconds=LOOK_SECONDS)
    rounds = ProofRounds()
    scheduler.add_job(rounds.look, "interval", seconds=PROOFS_SECONDS, executor="proofs")
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell starts what runs in its background deaf to SIGINT
        signal.signal(number, _end)
    try:
        logger.info("the clock runs")
        scheduler.start()
    except SystemExit:
        rounds.stop()
        if scheduler.running:
            scheduler.shutdown(wait=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
