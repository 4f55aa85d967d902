"""An error as OpenAI's API writes it, which its clients read and show."""

from http import HTTPStatus

from starlette.responses import JSONResponse

RETRY_SECONDS = 5


def openai_error(message: str, status: int, *, retry: int | None = None) -> JSONResponse:
    """The response for `message`. `retry` is the number of seconds after which the same request may succeed."""
    error = {"message": message, "type": HTTPStatus(status).phrase, "param": None, "code": status}
    headers = {} if retry is None else {"Retry-After": str(retry)}
    return JSONResponse({"error": error}, status_code=status, headers=headers)
