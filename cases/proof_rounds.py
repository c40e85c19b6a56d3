"""Fetches the proofs that are wanted, one after the other, outside of the buyer's way; the clock runs it."""

import logging
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from cases import proofs
from cases.database import reading, transaction
from cases.proof_download import DownloadFailed, download
from cases.proof_file import NotAProof, media_type_of

logger = logging.getLogger(__name__)


class ProofRounds:
    """Looks again and again for proofs to fetch. What is planned lives in the database, so a restart loses nothing."""

    def __init__(self) -> None:
        self._stopping = Event()

    def stop(self) -> None:
        """Ends a round that is under way as soon as its download takes its next piece."""
        self._stopping.set()

    def look(self) -> int:
        """Fetches everything that is due.

        Returns:
            How many attempts were made; those so far when the database is locked or away, the rest waits for the next
            look.
        """
        attempts = 0
        try:
            while not self._stopping.is_set():
                with reading() as session:  # looks often, and seldom has a reason to write
                    if not proofs.is_due(session):
                        break
                with transaction() as session:
                    claim = proofs.claim_due(session)
                if claim is None:
                    break
                attempts += 1
                self._fetch(claim)
        except SQLAlchemyError as error:  # its text may hold what was to be written
            logger.debug("the case database can not be used: %s", type(error).__name__)
        return attempts

    def _fetch(self, claim: proofs.Claim) -> None:
        try:
            body = download(claim.url, self._stopping)
            media_type = media_type_of(body)
        except DownloadFailed as failed:
            reason, retry_after = failed.reason, failed.retry_after
        except NotAProof as failed:
            reason, retry_after = failed.reason, None
        else:
            with transaction() as session:
                proofs.keep(session, claim.proof_id, body, media_type)
            logger.info("proof %d is kept", claim.proof_id)
            return
        with transaction() as session:
            proofs.note_failure(session, claim.proof_id, reason, retry_after)
        logger.info("proof %d did not come: %s", claim.proof_id, reason)
