"""ASGI in front of vLLM's application: reads a program's request whole and makes it safe before it goes on."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from space.engine.request_body import prepared
from space.errors import RequestTooLarge

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""The largest file of `space.media.limits` in base64, and a few photographs more."""


class PreparedBody:
    """ASGI: reads the whole body of a request and hands it on as `request_body.prepared` leaves it."""

    def __init__(self, app: ASGIApp, control_tokens: frozenset[str]) -> None:
        self._app = app
        self._control_tokens = control_tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises `RequestTooLarge` and `TurnRefused` before anything is answered."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        data = await _whole_body(receive)
        if data is None:
            return
        body = await asyncio.to_thread(prepared, data, scope["path"], self._control_tokens)
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_prepared() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(_with_length(scope, len(body)), receive_prepared, send)


async def _whole_body(receive: Receive) -> bytes | None:
    """All of it, or None where the other side left on the way. Raises `RequestTooLarge`."""
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > MAX_BODY_BYTES:
            raise RequestTooLarge(f"A request may have {MAX_BODY_BYTES // 2**20} MiB at most. Send smaller files.")
        if not message.get("more_body", False):
            return b"".join(pieces)


def _with_length(scope: Scope, length: int) -> Scope:
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}
