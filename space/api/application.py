"""Our own ASGI application. It owns the web server's life; the engine's life is a task inside it.

Knows neither Gradio nor vLLM: the page is mounted onto what is built here, and the engine is seen through its
supervisor's state.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from space.api.content_policy import ContentPolicy
from space.engine.state import Downloading, Failed, Ready
from space.engine.supervisor import Supervisor, sentence

RETRY_SECONDS = "5"


def build_application(supervisor: Supervisor) -> FastAPI:
    """An application that runs `supervisor` while it serves, with `/healthz` and `/readyz`."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(supervisor.run())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(ContentPolicy)

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
        headers = {} if isinstance(state, Failed) else {"Retry-After": RETRY_SECONDS}
        return JSONResponse(content, status_code=503, headers=headers)

    return app
