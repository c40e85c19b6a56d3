"""Who signs in to the desk."""

from sqlalchemy import Boolean, Column, Integer, String

from cases.models.base import Base, UtcDateTime


class Agent(Base):
    """A person who signs in to the desk."""

    __tablename__ = "agents"

    id = Column(Integer, primary_key=True)
    username = Column(String(64), nullable=False, unique=True)
    password_hash = Column(String(255), nullable=False)
    language = Column(String(8), nullable=False, default="en")
    time_zone = Column(String(64), nullable=False, default="UTC")
    session_version = Column(Integer, nullable=False, default=1)
    active = Column(Boolean, nullable=False, default=True)
    created_at = Column(UtcDateTime, nullable=False)
