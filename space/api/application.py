"""Our own ASGI application. It owns the web server's life; the engine's life is a task inside it.

Knows neither Gradio nor vLLM: the page is mounted onto what is built here, and the engine is seen through its
supervisor's state.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from space.api.content_policy import ContentPolicy
from space.api.door import Door, door_routes
from space.engine.openai_error import RETRY_SECONDS
from space.engine.state import Downloading, Failed, Ready
from space.engine.supervisor import Supervisor, sentence

log = logging.getLogger(__name__)

Companion = Callable[[], Awaitable[None]]
"""Runs beside the engine until it is cancelled."""


def build_application(
    supervisor: Supervisor, *companions: Companion, door: Door | None = None, allowed_hosts: Sequence[str] = ("*",)
) -> FastAPI:
    """An application that runs `supervisor` and `companions` while it serves, with `/healthz`, `/readyz` and `door`.

    Requests under other names than `allowed_hosts` get 400, whatever is mounted here.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        running = [asyncio.create_task(_kept_apart(each)) for each in (supervisor.run, *companions)]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.wait(running)

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(ContentPolicy)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts), www_redirect=False)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The web server answers; says nothing about the engine."""
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """200 once the engine answers, 503 until then, with the state in words."""
        state = supervisor.state
        content: dict[str, str | int] = {"state": type(state).__name__.lower(), "detail": sentence(state)}
        if isinstance(state, Downloading):
            content["percent"] = state.percent
        if isinstance(state, Ready):
            return JSONResponse(content)
        headers = {} if isinstance(state, Failed) else {"Retry-After": str(RETRY_SECONDS)}
        return JSONResponse(content, status_code=503, headers=headers)

    if door is not None:
        app.router.routes.extend(door_routes(door))
    return app


async def _kept_apart(companion: Companion) -> None:
    """One that fails must not take the web server or the others with it; its traceback is the owner's."""
    try:
        await companion()
    except Exception:
        log.exception("unexpected failure beside the page")
