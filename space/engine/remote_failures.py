"""What went wrong with a server elsewhere, as one of our errors: the client's exceptions in, sentences out.

The sentences are read by visitors too: none says where the server is, and its key is in none.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from space.errors import CheckpointError, EngineDied, EngineNotReady, RequestRejected, VisitorError

AWAY = "The server that runs the model cannot be reached."
SLOW = "The server that runs the model does not answer."
BROKEN_OFF = "The server that runs the model broke off. Please send the message again."
NO_SUCH_PATH = "What answers behind ENGINE_URL is no OpenAI-compatible server, or not one yet."
KEY_REFUSED = (
    "The server behind ENGINE_URL refuses this Space's key. Set ENGINE_API_KEY to one it accepts, and start again."
)


def failure(error: APIError) -> VisitorError:
    """What to raise for `error`: whose turn it is to act decides the class."""
    match error:
        case APITimeoutError():
            return EngineDied(SLOW)
        case APIConnectionError():
            return EngineDied(AWAY)
        case APIStatusError(status_code=401 | 403):
            return CheckpointError(KEY_REFUSED)
        case APIStatusError(status_code=404 | 405):
            return EngineDied(NO_SUCH_PATH)
        case APIStatusError(status_code=408 | 425 | 429 | 503):
            return EngineNotReady(_busy(error))
        case APIStatusError(status_code=status) if status >= 500:
            return EngineDied(f"The server that runs the model failed with status {status}.")
        case APIStatusError():
            return RequestRejected(_sentence(error))
        case _:
            return _within_a_stream(error)


@contextmanager
def reset_at_once_is_away() -> Iterator[None]:
    """Around the sending of a request: a connection that is reset as soon as it stands is a server that is away.

    2026-11-30, anyio 4 under httpcore2: such a connection has no socket left to ask, and `'NoneType' object has no
    attribute 'getpeername'` comes out of the client instead of a connection error. Any other is passed on.
    """
    try:
        yield
    except AttributeError as error:
        if error.name != "getpeername":
            raise
        raise EngineDied(AWAY) from error


def _within_a_stream(error: APIError) -> VisitorError:
    """vLLM ends a stream that cannot go on with an error that carries the status it would have had."""
    code = error.body.get("code") if isinstance(error.body, dict) else None
    if isinstance(code, int) and 400 <= code < 500:
        return RequestRejected(_sentence(error))
    return EngineDied(BROKEN_OFF)


def _busy(error: APIStatusError) -> str:
    wait = error.response.headers.get("retry-after", "")
    when = f"in {int(wait)} s" if wait.isdigit() else "in a moment"
    why = "is busy" if error.status_code == 429 else "is not ready"
    return f"The server that runs the model {why}. Please send the message again {when}."


def _sentence(error: APIError) -> str:
    """The server's own words: the client's `message` wraps them into a status and a dictionary."""
    if isinstance(error.body, dict) and isinstance(error.body.get("message"), str):
        return str(error.body["message"])
    return error.message
