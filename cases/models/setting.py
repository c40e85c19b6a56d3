"""Values that all processes share."""

from sqlalchemy import Column, String, Text

from cases.models.base import Base


class Setting(Base):
    """A value that all processes share, such as how far the sandbox clock was moved."""

    __tablename__ = "settings"

    name = Column(String(64), primary_key=True)
    value = Column(Text, nullable=False)
