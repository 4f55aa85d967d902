"""The OpenAI door: what programs meet at /v1, answered by the application of whichever engine serves now.

It decides who may come in and when; what is answered is the engine's. Every refusal has OpenAI's shape.
"""

import secrets

from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from space.admission import Admission
from space.api.refusal import refusal
from space.engine.published import METRICS, PUBLISHED
from space.engine.supervisor import Supervisor
from space.errors import KeyRefused, NotOffered, SpaceError
from space.whose import address

PATHS = sorted({path for _, path in PUBLISHED})


class Door:
    """ASGI application in front of the engine's own."""

    def __init__(
        self, supervisor: Supervisor, admission: Admission, *, api_key: str | None = None, metrics: bool = False
    ) -> None:
        """`api_key` is asked for where there is one. `metrics` opens /metrics to everybody who may come in."""
        self._supervisor = supervisor
        self._admission = admission
        self._api_key = api_key
        self._paths = frozenset(PATHS) - (frozenset() if metrics else {METRICS[1]})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            await self._answer(scope, receive, send)
        except SpaceError as error:
            await refusal(error)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._check_path(scope["path"])
        # A browser asks before it sends a key, whether it may (CORS).
        if scope["method"] != "OPTIONS":
            self._check_key(Headers(scope=scope))
        application = self._application()
        if scope["method"] != "POST":
            await application(scope, receive, send)
            return
        host = scope["client"][0] if scope.get("client") else None
        with self._admission.entered("openai", address(Headers(scope=scope), host)):
            await application(scope, receive, send)

    def _check_path(self, path: str) -> None:
        if path not in self._paths:
            offered = ", ".join(sorted(self._paths))
            raise NotOffered(f"{path} is not offered here. There are: {offered}.")

    def _check_key(self, headers: Headers) -> None:
        """OpenAI's clients send a bearer token, Anthropic's `x-api-key`."""
        if self._api_key is None:
            return
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token if scheme.lower() == "bearer" else headers.get("x-api-key", "")
        if not secrets.compare_digest(given.encode(), self._api_key.encode()):
            raise KeyRefused("This server asks for its owner's key: send it as “Authorization: Bearer …”.")

    def _application(self) -> ASGIApp:
        application = self._supervisor.openai_application()
        if application is None:
            raise NotOffered("The model runs on another server. Ask that server, which has an OpenAI endpoint itself.")
        return application


def door_routes(door: Door) -> list[Route]:
    """Everything below /v1, so that a mistyped path is answered in OpenAI's shape, and what lies beside it."""
    beside = [path for path in PATHS if not path.startswith("/v1/")]
    return [Route(path, door) for path in ("/v1/{rest:path}", *beside)]
