"""Which routes of vLLM's application are left, and that it never touches our web server."""

from argparse import Namespace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Route
from vllm.v1.engine.exceptions import EngineDeadError

from space.engine.flags import parse_flags
from space.engine.openai_application import build_openai_application
from space.engine.options import CPU
from space.engine.published import DOCUMENT, METRICS, PUBLISHED
from space.engine.root_logger import kept_root_logger

with kept_root_logger():
    from vllm.entrypoints.launchers.app import build_app

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def args() -> Namespace:
    return parse_flags(CPU.argv(Path("model")))


@pytest.fixture(scope="module")
def application(args: Namespace) -> FastAPI:
    build_openai_application(args)  # an engine that is replaced brings its application a second time
    return build_openai_application(args)


def routes(app: FastAPI) -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


def test_what_vllm_brings_and_the_list_does_not_name_is_gone(args: Namespace, application: FastAPI) -> None:
    brought = routes(build_app(args, ("generate",)))
    assert brought >= PUBLISHED - {DOCUMENT}, "vLLM has renamed a route that is published"
    assert {("POST", "/scale_elastic_ep"), ("POST", "/invocations")} <= brought - PUBLISHED
    assert routes(application) == PUBLISHED
    assert all(isinstance(route, Route) for route in application.routes), "a mount could hide anything below it"


def test_the_development_routes_stay_shut(args: Namespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_SERVER_DEV_MODE", "1")
    assert ("POST", "/sleep") in routes(build_app(args, ("generate",)))
    assert routes(build_openai_application(args)) == PUBLISHED


def test_a_dead_engine_is_a_503_and_the_web_server_is_left_alone(args: Namespace) -> None:
    application = build_openai_application(args)

    @application.get("/dies")
    async def dies() -> None:
        raise EngineDeadError

    answer = TestClient(application).get("/dies")
    assert answer.status_code == 503
    assert answer.headers["retry-after"].isdigit()
    assert answer.json()["error"]["code"] == 503


def test_the_document_names_what_is_published(application: FastAPI) -> None:
    document = TestClient(application).get(DOCUMENT[1]).json()
    named = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert named == PUBLISHED - {DOCUMENT, METRICS}
    assert "503" in document["paths"]["/v1/chat/completions"]["post"]["responses"]
