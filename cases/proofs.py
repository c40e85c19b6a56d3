"""Proofs of delivery: noted with the look-up that tells of them, fetched by the clock, kept once, never changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Optional

from sqlalchemy import and_, event, func, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from cases import clock, record, rules
from cases.digest import digest
from cases.models import Case, Proof
from cases.proof_file import NotAProof, limits, media_type_of

KINDS = ("photo", "signature", "document")
BY_HAND = "agent"


class AlreadyKept(ValueError):
    """The case has this very file already."""


class TooManyProofs(ValueError):
    """The case has as many proofs as it may have."""


class KeptProofChanged(RuntimeError):
    """A proof that is kept was to be changed; that is a fault of the program."""


@dataclass(frozen=True)
class Claim:
    """A proof that one process fetches now."""

    proof_id: int
    url: str


def kept_of(case: Case) -> list[Proof]:
    """The proofs that a case holds, oldest first."""
    return [proof for proof in case.proofs if proof.status == "kept"]


def note_address(session: Session, case: Case, tracking_number: str, provider: str, kind: str, url: str) -> None:
    """Has the clock fetch what a provider tells the address of; once for each address and case.

    Args:
        kind: photo, signature or document, by what the provider says.
    """
    source = digest(url)
    if _has(session, case, source) or _is_full(session, case):
        return
    row = _row(case, kind, provider, tracking_number, source, status="wanted", url=url)
    _add_once(session, row)


def note_file(session: Session, case: Case, tracking_number: str, provider: str, kind: str, body: bytes) -> None:
    """Keeps a file that stands in a provider's answer itself; one that is no proof, or is kept already, is left out."""
    source = digest(body)
    if _has(session, case, source) or _is_full(session, case):
        return
    try:
        media_type = media_type_of(body)
    except NotAProof:
        return
    row = _row(case, kind, provider, tracking_number, source, **_content(body, media_type))
    if _add_once(session, row):
        _tell_kept(session, case, row, record.SYSTEM)


def add_by_hand(session: Session, case: Case, agent: str, kind: str, body: bytes) -> Proof:
    """Keeps a file that an agent got from the carrier some other way.

    Raises:
        NotAProof: it is neither a picture of an allowed kind nor a PDF, is broken or too large.
        AlreadyKept: the case has it.
        TooManyProofs: the case is full.
    """
    media_type = media_type_of(body)
    if _kept_twin(session, case.id, digest(body)) or _has(session, case, digest(body)):
        raise AlreadyKept("the case has this file")
    if _is_full(session, case):
        raise TooManyProofs("the case has too many proofs")
    content = _content(body, media_type)
    row = _row(case, kind, BY_HAND, case.tracking_number, digest(body), added_by=agent, **content)
    if not _add_once(session, row):
        raise AlreadyKept("the case has this file")
    _tell_kept(session, case, row, agent)
    return row


def is_due(session: Session) -> bool:
    """Whether a proof waits to be fetched now; only reads."""
    return session.execute(_due(datetime.now(timezone.utc)).with_only_columns(Proof.id)).first() is not None


def claim_due(session: Session) -> Optional[Claim]:
    """The next proof to fetch, taken for this process; None when nothing is due.

    The attempt counts from now on. If the process dies, the claim ends by itself and another attempt is made.
    """
    now = datetime.now(timezone.utc)  # the sandbox's clock must not hasten what others have to answer
    row = session.execute(_due(now).with_for_update(skip_locked=True)).scalar_one_or_none()
    if row is None:
        return None
    row.attempts += 1
    row.next_attempt_at = now + timedelta(seconds=2 * limits()["seconds"] + _pause(row.attempts))
    return Claim(row.id, row.url)


def keep(session: Session, proof_id: int, body: bytes, media_type: str) -> None:
    """Keeps what was fetched; nothing happens when another attempt has kept it. The same file is kept once a case."""
    row = session.execute(select(Proof).where(Proof.id == proof_id).with_for_update()).scalar_one()
    if row.status != "wanted":
        return
    if _kept_twin(session, row.case_id, digest(body)):
        row.status, row.reason, row.next_attempt_at = "the_same", None, None
        return
    for name, value in _content(body, media_type).items():
        setattr(row, name, value)
    row.reason = row.next_attempt_at = None
    _tell_kept(session, session.get(Case, row.case_id), row, record.SYSTEM)


def note_failure(session: Session, proof_id: int, reason: str, retry_after: Optional[float] = None) -> None:
    """Writes down a failed attempt; after the last one, or one that is final, an event tells the agent.

    Args:
        reason: as in `DownloadFailed` and `NotAProof`.
        retry_after: for how many seconds the other side wants to be left alone.
    """
    row = session.execute(select(Proof).where(Proof.id == proof_id).with_for_update()).scalar_one()
    if row.status != "wanted":
        return
    if reason == "stopped":  # nobody's fault, and no attempt
        row.attempts -= 1
        row.next_attempt_at = None
        return
    row.reason = reason
    rule = rules.load("proofs")
    if reason in rule["final"] or row.attempts >= rule["attempts"]:
        row.status, row.next_attempt_at = "failed", None
        case = session.get(Case, row.case_id)
        record.add_event(session, case, "proof_failed", record.SYSTEM, proof_id=row.id, proof_kind=row.kind, why=reason)
        return
    pause = min(max(_pause(row.attempts), retry_after or 0), rule["longest_pause"])
    row.next_attempt_at = datetime.now(timezone.utc) + timedelta(seconds=pause)


def try_again(session: Session, proof: Proof, agent: str) -> None:
    """An agent has a proof that was given up fetched once more, from the start.

    Raises:
        record.CaseStateError: it was not given up.
    """
    if proof.status != "failed":
        raise record.CaseStateError(f"the proof is {proof.status}, so there is nothing to try again")
    proof.status, proof.attempts, proof.reason, proof.next_attempt_at = "wanted", 0, None, None
    case = session.get(Case, proof.case_id)
    record.add_event(session, case, "proof_retried", agent, proof_id=proof.id, proof_kind=proof.kind)


def _due(now: datetime) -> Select:
    return (
        select(Proof)
        .where(Proof.status == "wanted", or_(Proof.next_attempt_at.is_(None), Proof.next_attempt_at <= now))
        .order_by(Proof.next_attempt_at, Proof.id)
        .limit(1)
    )


def _row(case: Case, kind: str, provider: str, number: Optional[str], source: str, **known: object) -> Proof:
    if kind not in KINDS:
        raise ValueError(f"a proof is one of {KINDS}, not {kind!r}")
    return Proof(
        case_id=case.id,
        kind=kind,
        provider=provider,
        tracking_number=number,
        source_sha256=source,
        attempts=0,
        created_at=clock.now(),
        **known,
    )


def _content(body: bytes, media_type: str) -> dict[str, object]:
    return {
        "status": "kept",
        "media_type": media_type,
        "size": len(body),
        "sha256": digest(body),
        "body": body,
        "kept_at": clock.now(),
    }


def _has(session: Session, case: Case, source: str) -> bool:
    found = select(Proof.id).where(Proof.case_id == case.id, Proof.source_sha256 == source)
    return session.execute(found).first() is not None


def _is_full(session: Session, case: Case) -> bool:
    count = session.execute(select(func.count(Proof.id)).where(Proof.case_id == case.id)).scalar_one()
    return count >= limits()["most_of_a_case"]


def _kept_twin(session: Session, case_id: int, sha256: str) -> bool:
    twin = select(Proof.id).where(and_(Proof.case_id == case_id, Proof.sha256 == sha256, Proof.status == "kept"))
    return session.execute(twin).first() is not None


def _add_once(session: Session, row: Proof) -> bool:
    """Adds the row unless another transaction has just added the same; the rest of this one goes on either way."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def _tell_kept(session: Session, case: Case, row: Proof, actor: str) -> None:
    kind = "proof_added" if row.added_by else "proof_kept"
    record.add_event(session, case, kind, actor, proof_id=row.id, proof_kind=row.kind, sha256=row.sha256)


def _pause(attempts: int) -> float:
    rule = rules.load("proofs")
    return min(rule["first_pause"] * 2 ** (attempts - 1), rule["longest_pause"])


@event.listens_for(Proof, "before_update")
def _refuse_change_of_kept(_mapper: object, _connection: object, proof: Proof) -> None:
    before = inspect(proof).attrs.status.history.deleted
    was = before[0] if before else proof.status
    changed = any(attribute.history.has_changes() for attribute in inspect(proof).attrs if attribute.key in _COLUMNS)
    if was == "kept" and changed:
        raise KeptProofChanged(f"proof {proof.id} is kept")


_COLUMNS = frozenset(column.key for column in Proof.__table__.columns)
