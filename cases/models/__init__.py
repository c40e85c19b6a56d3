"""The tables of the case record, by what they hold. All times are UTC with zone."""

from cases.models.base import Base, UtcDateTime
from cases.models.case import Case, CaseEvent, FollowUp, Message, Promise
from cases.models.desk import Agent
from cases.models.mail import InboxMessage, OutboxMessage
from cases.models.orders import ImportedOrder
from cases.models.setting import Setting
from cases.models.tracking import BuyerPicture, CaseParcel, Proof, TrackingSnapshot

__all__ = [
    "Agent",
    "Base",
    "BuyerPicture",
    "Case",
    "CaseEvent",
    "CaseParcel",
    "FollowUp",
    "ImportedOrder",
    "InboxMessage",
    "Message",
    "OutboxMessage",
    "Promise",
    "Proof",
    "Setting",
    "TrackingSnapshot",
    "UtcDateTime",
]
