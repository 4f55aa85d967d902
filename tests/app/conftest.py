"""The whole Space as a visitor meets it: one `python app.py` on the pocket, shared by every test here."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client

from space.conversation import Tool
from space.model.examples import Example

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 180.0


@dataclass(kw_only=True)
class Space:
    """A running Space. `readiness` holds what `/readyz` said on the way, in order, without repeats.

    `process` is another one after a test has killed it and launched it again with its `env`.
    """

    url: str
    log: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    readiness: list[tuple[int, str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str, seen: list[tuple[int, str]], seconds: float = READY_SECONDS) -> None:
    """Follow `/readyz` to 200, noting each new state and that the page answers all the while."""
    deadline = time.monotonic() + seconds
    while not seen or seen[-1][0] != 200:
        assert time.monotonic() < deadline, f"not ready after {seconds:.0f} s; states seen: {seen}"
        try:
            answer = httpx.get(f"{url}/readyz", timeout=60)
        except httpx.ConnectError:
            assert not seen, "the web server went away while the engine loaded"
        else:
            state = (answer.status_code, answer.json()["state"])
            if not seen or seen[-1] != state:
                assert httpx.get(url, timeout=60).status_code == 200, "the page must answer in every state"
                seen.append(state)
        time.sleep(0.05)


def launch(env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a Space; what it says is added to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=output, stderr=output)


@pytest.fixture(scope="session")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("space") / "log.txt"
    env = {key: value for key, value in os.environ.items() if key not in ("MODEL_ID", "MODEL_REVISION", "ENGINE_ARGS")}
    env |= {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(log.parent / "uploads")}
    env |= {"REGISTRY_URL": str(log.parent / "registry.db")}
    running = Space(url=url, log=log, env=env, process=launch(env, log), readiness=[])
    try:
        wait_until_ready(url, running.readiness)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(timeout=60)


@pytest.fixture(scope="session")
def client(space: Space) -> Client:
    return Client(space.url, verbose=False)


@pytest.fixture(scope="session")
def model(space: Space) -> str:
    """The name programs ask for."""
    name: str = httpx.get(f"{space.url}/v1/models", timeout=60).json()["data"][0]["id"]
    return name


def declared(tool: Tool) -> dict[str, Any]:
    """A tool as OpenAI's clients declare it."""
    function = {"name": tool.name, "description": tool.description, "parameters": json.loads(tool.parameters)}
    return {"type": "function", "function": function}


def fact(example: Example) -> str:
    """What an answer must hold to be right; the words around it are the model's own."""
    return next(word for word in ("two orange circles", "2580", "three", "pocket") if word in example.answer)
