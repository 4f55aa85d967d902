"""vLLM's own OpenAI application, cut down to what the Space publishes. It is built here and served by `space.api`.

Its lifespan is never run: it would stop vLLM's server, and the engine's life is the supervisor's.
"""

from argparse import Namespace

import vllm
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

from space.engine.openai_error import RETRY_SECONDS, openai_error
from space.engine.published import DOCUMENT, METRICS, PUBLISHED
from space.engine.root_logger import kept_root_logger
from space.engine.state import ENGINE_STOPPED

with kept_root_logger():
    from vllm.entrypoints.launchers.app import build_app


DOOR_ANSWERS: dict[int | str, dict[str, object]] = {
    400: {"description": "Something in the request cannot be used; the message says what."},
    401: {"description": "The owner's key is missing."},
    413: {"description": "The request is too large."},
    429: {"description": "Too many answers are under way."},
    503: {"description": "The engine is not ready. Come back after Retry-After."},
}


def build_openai_application(args: Namespace) -> FastAPI:
    """The application for an engine started with `args`; `init_app_state` ties the two together by its `state`."""
    app: FastAPI = build_app(args, ("generate",))
    app.router.routes[:] = [route for route in app.router.routes if _is_published(route)]
    # vLLM's own handlers of these two stop the web server, which is not vLLM's here.
    app.add_exception_handler(EngineDeadError, _engine_stopped)
    app.add_exception_handler(EngineGenerateError, _engine_stopped)
    app.add_exception_handler(HTTPException, _refused)
    _document(app)
    # vLLM's last step has put the middleware together already, with its own handlers: the first request does it anew.
    app.middleware_stack = None
    return app


def _is_published(route: BaseRoute) -> bool:
    return isinstance(route, Route) and any((method, route.path) in PUBLISHED for method in route.methods or ())


def _document(app: FastAPI) -> None:
    """Publish an OpenAPI document of what is published, with what the door in front of it answers too."""
    app.title, app.version = "OpenAI-compatible endpoint", vllm.__version__
    for route in app.routes:
        if isinstance(route, APIRoute):
            route.responses |= DOOR_ANSWERS
            route.include_in_schema = route.path != METRICS[1]

    def openapi() -> dict[str, object]:
        return app.openapi()

    app.add_api_route(DOCUMENT[1], openapi, include_in_schema=False)


async def _engine_stopped(_request: Request, _error: Exception) -> JSONResponse:
    sentence = f"{ENGINE_STOPPED} It is being started again; send the request once more then."
    return openai_error(sentence, 503, retry=RETRY_SECONDS)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    """What the router refuses (a method that does not exist), in the shape of everything else."""
    assert isinstance(error, HTTPException)
    return openai_error(str(error.detail), error.status_code)
