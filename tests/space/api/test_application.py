"""Health, readiness and headers of the outer application, without an engine behind it."""

from collections.abc import Callable
from threading import Event

import pytest
from fastapi.testclient import TestClient

from space.api.application import build_application
from space.checkpoint.checkpoint import Checkpoint
from space.engine.engine import Engine
from space.engine.state import Downloading, EngineState, Failed, Ready, Restarting
from space.engine.supervisor import Supervisor
from space.settings import LOOPBACK


def supervisor_in(state: EngineState) -> Supervisor:
    def fetch(report: Callable[[int], None], stopped: Event) -> Checkpoint:
        raise AssertionError("nothing is fetched here")

    async def build(checkpoint: Checkpoint) -> Engine:
        raise AssertionError("nothing is built here")

    supervisor = Supervisor(model="owner/name", fetch=fetch, build=build)
    supervisor.state = state
    return supervisor


def client(state: EngineState) -> TestClient:
    """Without entering its lifespan: the supervisor does not run."""
    return TestClient(build_application(supervisor_in(state)))


def test_health_is_ok_whatever_the_engine_does() -> None:
    for state in (Downloading(model="m", percent=3), Failed(model="m", reason="No."), Ready(model="m")):
        assert client(state).get("/healthz").json() == {"status": "ok"}


def test_readiness_is_503_with_the_state_in_words_until_ready() -> None:
    answer = client(Downloading(model="m", percent=40)).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["state"] == "downloading"
    assert answer.json()["percent"] == 40
    assert answer.headers["retry-after"].isdigit()
    assert client(Ready(model="m")).get("/readyz").status_code == 200


def test_a_failure_is_not_to_be_waited_for() -> None:
    answer = client(Failed(model="m", reason="Set HF_TOKEN.")).get("/readyz")
    assert answer.status_code == 503
    assert "Set HF_TOKEN." in answer.json()["detail"]
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nothing"])
def test_browsers_may_load_pictures_from_here_alone(path: str) -> None:
    state = Restarting(model="m", attempt=1, wait_seconds=1)
    assert "img-src 'self'" in client(state).get(path).headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "status"), [("localhost:7860", 200), ("127.0.0.1", 200), ("rebound.example", 400), ("", 400)]
)
def test_a_local_server_is_asked_under_its_own_names_alone(host: str, status: int) -> None:
    """A page of another site whose name was given this machine's address (DNS rebinding) comes with that name."""
    local = build_application(supervisor_in(Ready(model="m")), allowed_hosts=LOOPBACK)
    assert TestClient(local).get("/healthz", headers={"Host": host}).status_code == status
