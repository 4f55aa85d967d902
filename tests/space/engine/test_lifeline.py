"""An engine's processes do not outlive the one that started them, not even while they load."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
POCKET = ROOT / "space" / "model" / "pocket" / "autoround"
PROGRAM = """
import asyncio, pathlib, sys
sys.path.insert(0, sys.argv[2])
from space.engine.open import open_engine

async def main():
    async with open_engine(pathlib.Path(sys.argv[1]), max_model_len=512, max_num_seqs=1):
        await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Something that opens an engine."""
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [sys.executable, str(tmp_path / "program.py"), str(POCKET), str(ROOT)]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        yield process
        process.kill()


def loading(program: subprocess.Popen[bytes]) -> tuple[psutil.Process, list[psutil.Process]]:
    """EngineCore and everything below it, as soon as it has a worker: while the weights are still to come."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        for child in psutil.Process(program.pid).children():
            if below := child.children(recursive=True):
                return child, below
        time.sleep(0.05)
    raise AssertionError("no worker was started in four minutes")


def test_a_killed_application_leaves_no_process_behind(program: subprocess.Popen[bytes]) -> None:
    core, below = loading(program)
    program.kill()
    _, alive = psutil.wait_procs([core, *below], timeout=60)
    assert not alive, f"{alive} outlived the application"


def test_a_killed_engine_core_leaves_no_worker_behind(program: subprocess.Popen[bytes]) -> None:
    core, below = loading(program)
    core.kill()
    _, alive = psutil.wait_procs(below, timeout=60)
    assert not alive, f"{alive} outlived EngineCore"
    program.wait(timeout=60)
