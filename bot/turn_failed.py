"""The error that Rasa must not swallow."""


class TurnFailed(BaseException):
    """The turn can not be finished now; its message stays in the inbox and is tried again.

    It is no `Exception` on purpose: Rasa catches those in places where the result would be worse than the error. Its
    fail-safe tracker store makes an empty tracker of a locked database and the bot talks over a human; its action
    runner goes on without the events of an action that failed, and the buyer gets silence.
    """
