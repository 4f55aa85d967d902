"""`python app.py` with settings it cannot use: one sentence, and no traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRADIO_SERVER_PORT", "http"),
        ("GRADIO_SERVER_NAME", "no.such.host.invalid"),
        ("HF_ENDPOINT", "huggingface.co"),
        ("ENGINE_ARGS", "--dtype 'bfloat16"),
        ("ENGINE_ARGS", "--api-key secret"),
        ("ENGINE_URL", "localhost"),
    ],
)
def test_a_bad_setting_ends_the_start_with_one_sentence(variable: str, value: str) -> None:
    done = start(**{"GRADIO_SERVER_PORT": "1", variable: value})
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert variable in done.stderr
    assert "secret" not in done.stderr


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = start(GRADIO_SERVER_NAME="127.0.0.1", GRADIO_SERVER_PORT=port)
    assert done.returncode == 2
    assert f"GRADIO_SERVER_PORT {port}: " in done.stderr
    assert "Traceback" not in done.stderr
