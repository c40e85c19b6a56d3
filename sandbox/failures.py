"""A switch that makes the marketplace's reply door fail or dawdle, so that senders can be tested."""

from __future__ import annotations

from typing import Optional

from pydantic import BaseModel, Extra, Field, root_validator


class Failure(BaseModel):
    """What happens to the next `times` replies.

    status: answer with this HTTP status instead of storing. delay_seconds: wait that long first. after_storing:
    store the reply, then answer with the status all the same, as when an answer is lost on the way.
    """

    class Config:
        extra = Extra.forbid

    status: Optional[int] = Field(None, ge=400, le=599)
    delay_seconds: float = Field(0, ge=0, le=600)
    times: int = Field(1, ge=0)
    after_storing: bool = False

    @root_validator(skip_on_failure=True)
    def _does_something(cls, failure: dict) -> dict:
        if failure["status"] is None and not failure["delay_seconds"] and failure["times"]:
            raise ValueError("a failure needs a status or delay_seconds")
        return failure


class Failures(BaseModel):
    """The switch's positions; null switches a failure off."""

    class Config:
        extra = Extra.forbid

    replies: Optional[Failure] = None

    def for_this_reply(self) -> Failure:
        """Count one reply and return what is to happen to it; a failure without effect when nothing is."""
        if self.replies is None or self.replies.times == 0:
            return Failure(times=0)
        self.replies.times -= 1
        return self.replies.copy()
