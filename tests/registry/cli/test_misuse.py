"""A command line that makes no sense gets a sentence and an exit code, and records nothing."""

from pathlib import Path

import pytest

from tests.registry.cli.commands import Commands

BASE = "google/gemma-4-E2B-it"
NOT_FOUND = "ciocan/gemma-4-E2B-it-W4A16"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("list", "--limit", "-1"), "must be from 1"),
        (("list", "--limit", "many"), "“many” is no whole number"),
        (("search", "gemma", "--at-most", "nan"), "must be above 0"),
        (("search", "gemma", "--at-most", "-3"), "must be above 0"),
        (("search", "gemma", "--at-most", "big"), "no number of GB"),
        (("vram", BASE, "--context", "0"), "must be from 1"),
        (("vram", BASE, "--context", "abc"), "no whole number"),
        (("vram", BASE, "--context", "9" * 20), "must be from 1"),
        (("compare", BASE), "2 to 4 models"),
        (("compare", BASE, BASE), "each model once"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(run: Commands, words: tuple[str, ...], sentence: str) -> None:
    answer = run(*words)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", ""), "No model is named"),
        (("show", "./nowhere"), "There is no folder ./nowhere"),
        (("vram", "/nowhere/config.json"), "There is no folder /nowhere/config.json"),
        (("cite", NOT_FOUND), "nothing to cite"),
        (("export", NOT_FOUND, "--format", "ris"), "nothing to cite"),
        (("commands", NOT_FOUND, "--tool", "hf"), "was found on the Hub"),
    ],
)
def test_a_question_without_an_answer_is_exit_code_1(run: Commands, words: tuple[str, ...], sentence: str) -> None:
    answer = run(*words)
    assert answer.code == 1
    assert sentence in answer.err
    assert answer.out == ""


def test_a_folder_without_a_checkpoint_is_not_recorded(run: Commands, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "README.md").write_text("---\nlicense: mit\n---\n", encoding="utf-8")
    refused = run("add", str(empty))
    assert refused.code == 1
    assert "empty holds no checkpoint" in refused.err
    assert run("show", str(empty)).err == (
        "registry show: empty holds no checkpoint: neither config.json nor model.safetensors is there.\n"
    )
    assert run("show", "empty").code == 1
