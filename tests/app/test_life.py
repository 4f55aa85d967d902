"""The web server's life and the engine's: two things."""

import re
import signal
import time

import httpx
import psutil
import pytest
from gradio_client import Client

from tests.app.conftest import Space, wait_until_ready

pytestmark = pytest.mark.engine


def test_the_page_answered_before_the_engine_was_ready(space: Space) -> None:
    states = [state for _, state in space.readiness]
    assert space.readiness[0][0] == 503, f"the first answer must come before the engine: {space.readiness}"
    assert states[-3:] == ["loading", "warming", "ready"] or states[-2:] == ["loading", "ready"], states


def test_health_says_nothing_about_the_engine(space: Space) -> None:
    assert httpx.get(f"{space.url}/healthz").json() == {"status": "ok"}


def test_visits_and_bad_files_left_nothing_unexpected_in_the_log(space: Space) -> None:
    """Gradio 6.31.0 logs its own refusals (a slider out of bounds, say) with a traceback; nothing else may be there."""
    raised = set(re.findall(r"^([\w.]+(?:Error|Exception))\b", space.log.read_text(), re.MULTILINE))
    assert raised <= {"gradio.exceptions.Error"}, space.log.read_text()[-8000:]


def test_a_killed_engine_comes_back_and_the_web_server_never_left(space: Space, client: Client) -> None:
    engine = [child for child in psutil.Process(space.process.pid).children(recursive=True) if child.num_threads() > 1]
    assert engine, "the engine runs in processes of its own"
    for child in engine:
        child.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while httpx.get(f"{space.url}/readyz").status_code == 200:
        assert time.monotonic() < deadline, "nobody noticed that the engine died"
        time.sleep(0.05)
    away = httpx.get(f"{space.url}/v1/models")
    assert (away.status_code, away.json()["error"]["code"]) == (503, 503)
    assert away.headers["retry-after"].isdigit()
    wait_until_ready(space.url, [])
    assert httpx.get(f"{space.url}/v1/models").status_code == 200
    assert client.predict({"text": "Who are you?", "files": []}, api_name="/chat")
