"""The page in front of a server elsewhere: another Space, asked at its OpenAI door, killed while busy, and back."""

import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import psutil
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from space.model.examples import examples
from tests.app.conftest import READY_SECONDS, Space, fact, free_port, launch, wait_until_ready

# The second start of the engine takes as long as the first.
pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def front(space: Space, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a second Space, which has no engine but the first one's door."""
    folder = tmp_path_factory.mktemp("front")
    port = free_port()
    env = {**os.environ, "GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(folder / "uploads")}
    env |= {"ENGINE_URL": space.url, "MODEL_ID": "pocket", "REGISTRY_URL": str(folder / "registry.db")}
    process = launch(env, folder / "log.txt")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", [])
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_pictures_sounds_and_words_are_answered_through_the_server_elsewhere(
    front: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sent")
    client = Client(front, verbose=False)
    for example in examples():
        files = []
        for number, attachment in enumerate(example.attachments):
            path = folder / f"{number}{'.png' if attachment.kind == 'image' else '.wav'}"
            path.write_bytes(attachment.data)
            files.append(handle_file(path))
        said = client.predict({"text": example.question, "files": files}, api_name="/chat")
        assert fact(example) in said


def test_programs_are_sent_to_the_server_itself(front: str) -> None:
    answer = httpx.get(f"{front}/v1/models")
    assert answer.status_code == 404
    assert "another server" in answer.json()["error"]["message"]


@contextmanager
def load(url: str) -> Iterator[Counter[str]]:
    """Three visitors who ask again and again; counts what became of their questions."""
    seen: Counter[str] = Counter()
    stop = threading.Event()

    def ask() -> None:
        client = Client(url, verbose=False)
        while not stop.is_set():
            try:
                said = client.predict({"text": "Who are you?", "files": []}, api_name="/chat")
                seen["right" if "pocket" in said else f"wrong: {said}"] += 1
            except AppError as error:
                seen[str(error)] += 1
                time.sleep(0.1)

    visitors = [threading.Thread(target=ask) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    try:
        yield seen
    finally:
        stop.set()
        for visitor in visitors:
            visitor.join()


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """The application and every process of its engine, none of which can say goodbye."""
    everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for each in everyone:
        with suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)
    process.wait(timeout=30)


def wait_for(reached: Callable[[], bool], seconds: float = READY_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"not reached within {seconds:.0f} s"
        time.sleep(0.1)


def test_a_server_killed_under_load_is_taken_up_again_when_it_is_back(space: Space, front: str) -> None:
    with load(front) as seen:
        wait_for(lambda: seen["right"] >= 3)
        kill_all(space.process)
        wait_for(lambda: httpx.get(f"{front}/readyz").status_code == 503)
        away = httpx.get(f"{front}/readyz").json()
        assert away["state"] == "restarting", away["detail"]
        assert "server that runs the model" in away["detail"]
        assert httpx.get(front).status_code == 200, "the page in front must live on"
        space.process = launch(space.env, space.log)
        wait_until_ready(front, [])
        before = seen["right"]
        wait_for(lambda: seen["right"] >= before + 3)
    expected = re.compile("right|.*(server that runs|warming up)")
    unexpected = [what for what in seen if not expected.match(what)]
    assert not unexpected, "every question gets its answer or a sentence that says why not"
