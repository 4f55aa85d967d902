"""Importing vLLM's web server leaves our warnings alone; asked in a process that has not imported it yet."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

IMPORTING = """
import logging, sys
logging.basicConfig(stream=sys.stdout, level=logging.INFO)
import space.engine.vllm_engine
assert "model_hosting_container_standards" in sys.modules, "the library that needs this is no longer imported"
logging.getLogger("registry.refresh").warning("the Hub is away")
"""


@pytest.mark.engine
def test_our_warnings_survive_the_import_of_vllms_web_server() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTING], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "the Hub is away" in done.stdout
