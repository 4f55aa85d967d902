"""Every situation in which the Space cannot do what was asked, one class each.

The class says who may read the sentence: a `VisitorError`'s text is written for the visitor and is shown
as it stands. Anything else is logged, and the visitor sees a general sentence instead. `recoverable` says
whether trying the same thing again can help.

This module knows no framework: `space.ui` and `space.api` translate these classes at their own edge.
"""


class SpaceError(Exception):
    """Base of all errors the Space raises on purpose."""

    recoverable: bool = False


class VisitorError(SpaceError):
    """The message is a sentence for the visitor."""


class AttachmentRefused(VisitorError):
    """A file cannot be used: wrong kind, unreadable, empty, too large, too long."""

    recoverable = True


class SoundTooLong(AttachmentRefused):
    """A sound is over the model's limit; its beginning can be used instead."""

    def __init__(self, seconds: float, limit_seconds: float) -> None:
        self.seconds = seconds
        self.limit_seconds = limit_seconds
        super().__init__(
            f"This sound lasts {seconds:.1f} seconds and the model hears {limit_seconds:.0f} at most. "
            f"Tick “Use the first {limit_seconds:.0f} seconds” to send its beginning, or attach a shorter one."
        )


class TurnRefused(VisitorError):
    """A turn as a whole cannot be sent: nothing in it, too many files, too long for the context."""

    recoverable = True


class CheckpointError(VisitorError):
    """A checkpoint cannot be fetched or served; the message says what to do about it."""


class HubUnavailable(CheckpointError):
    """The Hub or the connection failed for now; what has arrived is kept, and a later try goes on from there.

    `wait_seconds` is the pause the Hub asked for, 0 where it asked for none.
    """

    recoverable = True

    def __init__(self, message: str, wait_seconds: float = 0.0) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(message)


class EngineNotReady(VisitorError):
    """The engine is still starting, restarting, or has failed to start."""

    recoverable = True


class EngineDied(VisitorError):
    """The engine stopped while answering. It is restarted; the same turn can be sent again."""

    recoverable = True


class AnswerTooSlow(VisitorError):
    """The answer passed the deadline and was aborted; what was said until then stays."""

    recoverable = True


class RequestRejected(VisitorError):
    """The engine refused this request (its sentence is passed on)."""

    recoverable = True


class RegistryAway(VisitorError):
    """The registry of models is not open yet, or could not be opened."""

    recoverable = True


class PassportRefused(VisitorError):
    """A passport that was asked for cannot be read: no such repository, a gated one, a Hub that is away."""


class TooManyRequests(VisitorError):
    """This visitor, or all of them, asked for more than is given in a while. `wait` is in seconds."""

    recoverable = True

    def __init__(self, message: str, wait: float) -> None:
        self.wait = wait
        super().__init__(message)


class SettingsError(SpaceError):
    """An environment variable has a value that cannot be used. The message names the variable."""


class NotOffered(VisitorError):
    """A program asks for something that is not published here."""


class RequestTooLarge(VisitorError):
    """A program's request has more bytes than are read."""


class KeyRefused(VisitorError):
    """A program came without the owner's key, or with another."""


class TooManyAnswers(VisitorError):
    """As many answers are under way as the engine is given at once, in all or for this visitor."""

    recoverable = True
