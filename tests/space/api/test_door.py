"""Who comes in at the OpenAI door, and what the others are told; the engine behind it is a stand-in that says "in"."""

import asyncio
from collections.abc import AsyncGenerator
from threading import Event

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from registry.sources.engine import Loaded
from space.admission import Admission
from space.api.application import build_application
from space.api.door import Door
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Request
from space.engine.engine import Engine
from space.engine.prepared_body import MAX_BODY_BYTES, PreparedBody
from space.engine.state import Downloading, EngineState, Failed, Loading, Ready, Restarting
from space.engine.supervisor import Supervisor
from space.events import Event as AnswerEvent

CHAT = "/v1/chat/completions"


class Inside:
    """An engine whose application answers every request with "in", once `go` is set."""

    def __init__(self, application: ASGIApp | None = None) -> None:
        self.checkpoint = Checkpoint(folder=None, repo_id="inside")
        self.loaded: Loaded | None = None
        self.go = asyncio.Event()
        self.go.set()
        self._application = application

    async def start(self) -> None:
        """Nothing to load."""

    async def warm(self) -> None:
        """Nothing to warm."""

    async def stop(self) -> None:
        """Nothing to end."""

    def stream(self, request: Request) -> AsyncGenerator[AnswerEvent, None]:
        raise AssertionError("nothing is streamed here")

    def openai_application(self) -> ASGIApp | None:
        return self._application

    async def died(self) -> None:
        await asyncio.Event().wait()


def supervisor_in(state: EngineState, engine: Engine | None = None) -> Supervisor:
    def fetch(report: object, stopped: Event) -> Checkpoint:
        raise AssertionError("nothing is fetched here")

    async def build(checkpoint: Checkpoint) -> Engine:
        raise AssertionError("nothing is built here")

    supervisor = Supervisor(model="owner/name", fetch=fetch, build=build)
    supervisor.state = state
    supervisor._engine = engine
    return supervisor


def served(
    engine: Engine | None = None,
    state: EngineState | None = None,
    *,
    most: int = 8,
    api_key: str | None = None,
    metrics: bool = False,
) -> FastAPI:
    supervisor = supervisor_in(state or Ready(model="m"), engine or Inside(PlainTextResponse("in")))
    return build_application(supervisor, door=Door(supervisor, Admission(most), api_key=api_key, metrics=metrics))


def client(app: FastAPI) -> TestClient:
    """Without entering its lifespan: the supervisor does not run."""
    return TestClient(app)


@pytest.mark.parametrize(
    "state",
    [
        Downloading(model="m", percent=3),
        Loading(model="m"),
        Failed(model="m", reason="Set HF_TOKEN."),
        Restarting(model="m", attempt=1, wait_seconds=1),
    ],
)
def test_until_the_engine_is_ready_programs_are_told_to_come_back(state: EngineState) -> None:
    for answer in (
        client(served(state=state)).get("/v1/models"),
        client(served(state=state)).post(CHAT, json={"messages": []}),
    ):
        assert answer.status_code == 503
        assert answer.headers["retry-after"].isdigit()
        assert answer.json()["error"]["code"] == 503
        assert answer.json()["error"]["message"]


def test_an_engine_elsewhere_has_a_door_of_its_own() -> None:
    answer = client(served(Inside(None))).get("/v1/models")
    assert answer.status_code == 404
    assert "another server" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/load_lora_adapter", "/v1/chat/completions/batch", "/metrics"])
def test_what_is_not_published_is_not_there(path: str) -> None:
    answer = client(served()).get(path)
    assert answer.status_code == 404
    assert CHAT in answer.json()["error"]["message"]


def test_metrics_are_opened_by_their_owner() -> None:
    assert client(served(metrics=True)).get("/metrics").text == "in"


@pytest.mark.parametrize("header", [{"Authorization": "Bearer s3cret"}, {"x-api-key": "s3cret"}])
def test_the_owners_key_opens(header: dict[str, str]) -> None:
    app = served(api_key="s3cret", metrics=True)
    for path in ("/v1/models", "/metrics"):
        assert client(app).get(path, headers=header).text == "in"


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer s3cre"}, {"Authorization": "Basic s3cret"}, {"x-api-key": "Ş"}]
)
def test_without_the_owners_key_there_is_a_401(header: dict[str, str]) -> None:
    raw = [(name.encode(), value.encode()) for name, value in header.items()]
    answer = client(served(api_key="s3cret")).post(CHAT, json={}, headers=raw)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == 401
    assert client(served(api_key="s3cret")).get("/healthz").status_code == 200


def test_a_body_that_is_too_large_is_refused() -> None:
    app = served(Inside(PreparedBody(PlainTextResponse("in"), frozenset())))
    assert client(app).post(CHAT, content=b"{}").text == "in"
    answer = client(app).post(CHAT, content=bytes(MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert "64 MiB" in answer.json()["error"]["message"]


async def test_over_the_limit_there_is_a_429_and_room_again_afterwards() -> None:
    release, inside = asyncio.Event(), asyncio.Event()

    async def application(scope: object, receive: object, send: object) -> None:
        inside.set()
        await release.wait()
        await PlainTextResponse("in")(scope, receive, send)  # type: ignore[arg-type]

    transport = httpx.ASGITransport(served(Inside(application), most=2))
    async with httpx.AsyncClient(transport=transport, base_url="http://space") as program:
        first = asyncio.create_task(program.post(CHAT, json={}))
        await inside.wait()
        refused = await program.post(CHAT, json={})
        assert refused.status_code == 429
        assert refused.headers["retry-after"].isdigit()
        assert refused.json()["error"]["code"] == 429
        release.set()
        assert (await first).text == "in"
        assert (await program.post(CHAT, json={})).text == "in"
