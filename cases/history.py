"""Whether a parcel was reported before, in another conversation that is over or with the agents."""

from sqlalchemy import select

from cases.database import reading
from cases.models import Case
from cases.settings import settings


def was_reported_before(conversation_id: str, order_number: str) -> bool:
    """Whether an earlier case about the same order was closed or handed over.

    In the sandbox every buyer is the same demo buyer, so history comes only from the orders themselves.
    """
    if settings().sandbox:
        return False
    with reading() as session:
        found = session.execute(
            select(Case.id)
            .where(
                Case.order_number == order_number,
                Case.conversation_id != conversation_id,
                Case.status.in_(("closed", "handed_over")),
            )
            .limit(1)
        ).first()
        return found is not None
