"""Orders that the seller has imported."""

from sqlalchemy import JSON, Column, Integer, String, UniqueConstraint

from cases.models.base import Base, UtcDateTime


class ImportedOrder(Base):
    """An order that the seller has imported from a file. `record` is what `actions.orders.order_record` makes of it.

    ``number_key`` is the number as it is compared; ``marketplace`` is lower case, empty when the file tells none.
    """

    __tablename__ = "imported_orders"
    __table_args__ = (UniqueConstraint("number_key", "marketplace"),)

    id = Column(Integer, primary_key=True)
    number_key = Column(String(255), nullable=False)
    marketplace = Column(String(64), nullable=False)
    buyer_id = Column(String(255), index=True)
    record = Column(JSON, nullable=False)
    imported_at = Column(UtcDateTime, nullable=False)
