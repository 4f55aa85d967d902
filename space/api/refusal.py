"""Our errors as HTTP responses in OpenAI's shape: the one place that knows a status for each."""

from starlette.responses import JSONResponse

from space.engine.openai_error import RETRY_SECONDS, openai_error
from space.errors import (
    EngineDied,
    EngineNotReady,
    KeyRefused,
    NotOffered,
    RequestTooLarge,
    SpaceError,
    TooManyAnswers,
    TurnRefused,
)

STATUS: dict[type[SpaceError], int] = {
    TurnRefused: 400,
    KeyRefused: 401,
    NotOffered: 404,
    RequestTooLarge: 413,
    TooManyAnswers: 429,
    EngineNotReady: 503,
    EngineDied: 503,
}
RETRY_LATER = (TooManyAnswers, EngineNotReady, EngineDied)


def refusal(error: SpaceError) -> JSONResponse:
    """The response that tells a program what `error` says, and when to come back where that can help."""
    return openai_error(
        str(error), STATUS[type(error)], retry=RETRY_SECONDS if isinstance(error, RETRY_LATER) else None
    )
