"""Tables lose nothing, whatever the width of the terminal."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from registry.cli.table import LONGEST, folded, table
from tests.registry.cli.commands import Commands

HEADER = ("field", "shown")
LABEL = "GPU memory needed, concurrency 1, context 8192, engine vLLM 0.29, kv_dtype auto"
ROWS = [(LABEL, "1,102,696,648 bytes"), ("漢字 and more", "[bold]yes[/bold]")]
ROOT = Path(__file__).resolve().parents[3]


def words(text: str) -> set[str]:
    return set(text.split())


def test_no_terminal_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert f"{LABEL}  1,102,696,648 bytes" in table(HEADER, ROWS)


@pytest.mark.parametrize("columns", [200, 80, 60, 40, 30])
def test_a_table_is_wrapped_to_the_width_and_no_word_is_lost(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    told = table(HEADER, ROWS)
    assert max(map(len, told.splitlines())) <= columns
    assert words(" ".join(cell for row in ROWS for cell in row)) <= words(told), "markup of others is text too"


def test_where_no_two_columns_have_room_each_row_is_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    told = table(("model", "", "licence"), [("a" * 25, "b" * 25, ""), ("other", "c", "mit")])
    assert told.splitlines() == [
        *("model:", f"    {'a' * 25}", f"  {'b' * 25}", ""),
        *("model: other", "  c", "  licence: mit"),
    ]


def test_a_cell_beyond_all_reason_says_that_it_is_cut() -> None:
    assert f"cut at {LONGEST:,} of {LONGEST + 1:,} characters" in table(("a",), [("x" * (LONGEST + 1),)])


def test_a_sentence_is_wrapped_under_its_own_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    url = "https://example.org/a-rather-long/address"
    assert folded(f"one two three four five {url}", "- ", "  ") == f"- one two three four\n  five\n  {url}"


@pytest.mark.parametrize(
    "asked", [("list",), ("show", "pocket-gptq"), ("vram", "pocket-gptq"), ("audit", "google/gemma-4-E2B-it")]
)
def test_a_narrow_terminal_reads_the_words_a_file_does(
    run: Commands, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    wide = run(*asked).out
    monkeypatch.setenv("COLUMNS", "60")
    narrow = run(*asked).out
    bare = {word.strip(":") for word in words(narrow)}
    lost = {word.strip(":") for word in words(wide)} - bare
    assert not lost
    long = [line for line in narrow.splitlines() if len(line) > 60 and " " in line.strip()]
    assert all(re.match(r"(registry id|where|revision) |\S+: ", line) for line in long), long


def test_a_real_terminal_has_its_width_and_no_colour(run: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    run("list")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "registry", "vram", "pocket-gptq", "--store", str(run.store)]
    subprocess.run(["stty", "cols", "60", "rows", "40"], stdin=theirs, check=True)
    process = subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    told = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux's way to say that the other side is closed
            break
        if not part:
            break
        told += part
    os.close(ours)
    assert process.wait() == 0
    text = told.decode()
    assert "\x1b" not in text
    assert "1,102,696,648" in text
    cards = text.split("Cards")[1].split("Notes")[0]
    assert max(len(line.rstrip()) for line in cards.splitlines()) <= 60
