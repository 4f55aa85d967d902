"""Each command refuses what it cannot do with one sentence and status 2, and touches nothing then."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from space.model import speech
from space.model.__main__ import main
from space.model.cards.card import POCKET

BF16, AUTOROUND = POCKET / "bf16", POCKET / "autoround"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """What a refused command says."""
    assert main([str(argument) for argument in arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    sentence = output.err.strip()
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.speech
def test_train_refuses_the_run_folder_of_another_plan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps({"seed": 1}))
    assert "another plan" in refused(capsys, "train", "--run-folder", tmp_path)
    assert files(tmp_path) == ["plan.json"]


@pytest.mark.speech
@pytest.mark.parametrize(("start", "why"), [(POCKET, "not a checkpoint"), (AUTOROUND, "quantized")])
def test_train_starts_from_a_bf16_folder_only(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, start: Path, why: str
) -> None:
    assert why in refused(capsys, "train", "--run-folder", tmp_path / "run", "--start", start)
    assert files(tmp_path) == []


def test_without_espeak_nothing_is_trained_or_examined_on_speech(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(capsys, "train", "--run-folder", tmp_path / "run") == speech.MISSING
    assert refused(capsys, "evaluate", "--tasks", "spoken digits") == speech.MISSING
    assert files(tmp_path) == []


@pytest.mark.parametrize(("source", "why"), [(POCKET, "no config.json"), (AUTOROUND, "already quantized")])
def test_quantize_takes_a_bf16_folder_only(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, source: Path, why: str
) -> None:
    assert why in refused(capsys, "quantize", source, tmp_path / "out")
    assert files(tmp_path) == []


@pytest.mark.parametrize("arguments", [("quantize", str(BF16)), ("stand-in",)])
def test_what_is_there_is_not_overwritten(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert "not empty" in refused(capsys, *arguments, tmp_path)
    assert files(tmp_path) == ["notes.txt"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--tasks", "colour", "smell"), "No task has 'smell'; there are beeps, "),
        (("--budgets", "300"), "No task has 300; there are 70, "),
        (("--samples", "0", "--tasks", "dial"), "at least one question"),
        (("nowhere", "--tasks", "dial"), "has no config.json"),
        ((str(POCKET), "--tasks", "dial"), "has no config.json"),
    ],
)
def test_evaluate_says_what_it_cannot_measure(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
) -> None:
    assert why in refused(capsys, "evaluate", *arguments)


@pytest.mark.engine
async def test_an_exam_that_is_ended_leaves_no_process_behind() -> None:
    """Once a first task is answered the engine's processes are there; all of them are in the command's session."""
    command = ("-m", "space.model", "evaluate", "--tasks", "refusal", "dial", "--samples", "20000")
    exam = await asyncio.create_subprocess_exec(
        sys.executable, *command, stderr=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert exam.stderr is not None
    async for line in exam.stderr:
        if b"Loading safetensors checkpoint shards: 100%" in line:
            break
    assert len(session(exam.pid)) > 1
    exam.send_signal(signal.SIGTERM)
    await asyncio.wait_for(exam.communicate(), 60)
    assert exam.returncode == 128 + signal.SIGTERM
    assert session(exam.pid) == []


def session(leader: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pid, state = int(folder.name), (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            if os.getsid(pid) == leader and state != "Z":
                found.append(pid)
        except (ProcessLookupError, FileNotFoundError):
            continue
    return found
