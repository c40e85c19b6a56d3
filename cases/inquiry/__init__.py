"""The inquiry that a seller sends to the carrier: what it says, until when, and what came of it."""

from cases.inquiry.carriers import check_rules
from cases.inquiry.progress import RESULTS, AnswerNotTaken, is_under_way, mark_sent, prepare, record_answer

__all__ = ["RESULTS", "AnswerNotTaken", "check_rules", "is_under_way", "mark_sent", "prepare", "record_answer"]
