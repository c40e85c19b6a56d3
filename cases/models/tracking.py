"""What tracking told of a case's parcels, and the proofs of their delivery."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import deferred, relationship

from cases.models.base import Base, UtcDateTime


class TrackingSnapshot(Base):
    """What a provider answered, whole, with its SHA-256. Rows are only ever added."""

    __tablename__ = "tracking_snapshots"

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    tracking_number = Column(String(64), nullable=False)
    provider = Column(String(32), nullable=False)
    fetched_at = Column(UtcDateTime, nullable=False)
    body = Column(Text, nullable=False)
    sha256 = Column(String(64), nullable=False)
    status = Column(String(32))
    delivery_class = Column(String(8))

    case = relationship("Case", back_populates="snapshots")


class CaseParcel(Base):
    """A parcel of a case's order, and the newest that is known of it, whoever told it.

    ``number_key`` is the tracking number as it is compared; ``last_mile_key`` the one under which another carrier
    brings it to the door, if that is known. ``scanned_at`` is the time of its newest scan. ``told_in`` is the body in
    which a provider told the newest state without being asked; None: it was asked for, or nothing is known.
    """

    __tablename__ = "case_parcels"
    __table_args__ = (
        UniqueConstraint("case_id", "number_key"),
        Index("case_parcels_number", "number_key"),
        Index("case_parcels_last_mile", "last_mile_key"),
    )

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False)
    number_key = Column(String(255), nullable=False)
    last_mile_key = Column(String(255))
    status = Column(String(32))
    delivery_class = Column(String(8))
    moved_on = Column(Boolean, nullable=False, default=False)
    scanned_at = Column(UtcDateTime)
    told_in = Column(ForeignKey("tracking_snapshots.id"))

    case = relationship("Case", back_populates="parcels")
    told_by = relationship("TrackingSnapshot")


class Proof(Base):
    """A photo, signature or document that shows a delivery; rows that are kept are never changed (`cases.proofs`).

    ``status``: wanted (to be fetched), kept, the_same (another row of the case has this content), failed (given up; an
    agent sees it). ``source_sha256`` is of the address, or of the content where there is none. The bytes are loaded
    only when they are asked for.
    """

    __tablename__ = "proofs"
    __table_args__ = (UniqueConstraint("case_id", "source_sha256"), Index("proofs_due", "status", "next_attempt_at"))

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    kind = Column(String(16), nullable=False)  # photo, signature, document
    provider = Column(String(32), nullable=False)  # who gave it; "agent" when it was added by hand
    tracking_number = Column(String(64))
    added_by = Column(String(64))
    url = Column(Text)
    source_sha256 = Column(String(64), nullable=False)
    status = Column(String(16), nullable=False)
    reason = Column(String(32))
    attempts = Column(Integer, nullable=False, default=0)
    next_attempt_at = Column(UtcDateTime)
    media_type = Column(String(64))
    size = Column(Integer)
    sha256 = Column(String(64))
    body = deferred(Column(LargeBinary))
    created_at = Column(UtcDateTime, nullable=False)
    kept_at = Column(UtcDateTime)

    case = relationship("Case", back_populates="proofs")
    buyer_pictures = relationship("BuyerPicture", order_by="BuyerPicture.id", back_populates="proof")


class BuyerPicture(Base):
    """A proof's picture as a buyer may see it: released by an agent, without metadata. Rows are only ever added.

    ``blacked_out`` are the rectangles that were covered, each ``[left, top, width, height]`` as shares of one.
    """

    __tablename__ = "buyer_pictures"

    id = Column(Integer, primary_key=True)
    proof_id = Column(ForeignKey("proofs.id"), nullable=False, index=True)
    media_type = Column(String(64), nullable=False)
    sha256 = Column(String(64), nullable=False)
    body = deferred(Column(LargeBinary, nullable=False))
    blacked_out = Column(JSON, nullable=False, default=list)
    released_by = Column(String(64), nullable=False)
    released_at = Column(UtcDateTime, nullable=False)

    proof = relationship("Proof", back_populates="buyer_pictures")
