"""Proofs of delivery that providers tell of, on their way into the case."""

from sqlalchemy.orm import Session

from actions.tracking.parcel_facts import ParcelFacts
from cases import proofs
from cases.models import Case


def note_proofs(session: Session, case: Case, facts: ParcelFacts) -> None:
    """Has the proofs that one provider told of fetched, or keeps those that came with its answer; each once."""
    for proof in facts.proofs:
        if proof.url:
            proofs.note_address(session, case, facts.tracking_number, facts.provider, proof.kind, proof.url)
        elif proof.body:
            proofs.note_file(session, case, facts.tracking_number, facts.provider, proof.kind, proof.body)
