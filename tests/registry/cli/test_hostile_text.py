"""Text of others cannot steer a terminal: no printed answer holds a control, invisible or direction-changing sign."""

import unicodedata
from pathlib import Path

import pytest

from registry.cli.plain import printable
from registry.passport import Passport
from registry.record import Record, Relation
from registry.store import Store
from tests.registry.claims import said
from tests.registry.cli.commands import Commands

EVIL = "a\x1b[31m\x1b]0;owned\x07\x9b2J\r\x08\x7f\u202e\u200b\nb\x00"
"""Colours, a window title, a C1 control, carriage return, backspace, delete, right-to-left, invisible, null."""

SUBJECT = "evil/model"

FIELDS = (
    "architecture", "scheme", "licence", "base_model", "author", "title", "published", "updated", "pipeline_tag",
    "repo_id", "quantization.method", "quantization.packing", "command.vllm", "snippet.python", "notice.1",
    "benchmark.x", "dtype.vision", "provider",
)  # fmt: skip

ANSWERS = (
    ("list",),
    ("search", "model"),
    ("show", SUBJECT),
    ("show", SUBJECT, "--field", "licence"),
    ("audit", SUBJECT),
    ("vram", SUBJECT),
    ("fni", SUBJECT),
    *(("cite", SUBJECT, "--format", form) for form in ("bibtex", "biblatex", "csl-json", "ris", "apa", "cff")),
    ("commands", SUBJECT),
    ("compare", SUBJECT, "google/gemma-4-E2B-it"),
    *(("export", SUBJECT, "--format", form) for form in ("model-card", "cyclonedx", "csl-json", "ris", "cff", "json")),
    ("export", "--all"),
    ("verify",),
)


@pytest.fixture
def evil(run: Commands) -> Commands:
    run.store.parent.mkdir()
    claims = [
        said(
            name, f"{method}{EVIL}", method, subject=SUBJECT, source=f"source{EVIL}", conditions=((f"on{EVIL}", EVIL),)
        )
        for name in FIELDS
        for method in ("declared", "listed")
    ]
    plain = [
        said(name, f"{method}{EVIL}", method, subject=SUBJECT, source=f"source{EVIL}")
        for name in FIELDS
        for method in ("declared", "listed")
    ]
    words = [said(name, (EVIL, "x"), subject=SUBJECT) for name in ("tags", "modalities", "languages")]
    passport = Passport(subject=SUBJECT, revision=None, claims=(*plain, *claims, *words))
    with Store.open(run.store) as store:
        store.add(Record(passport=passport, relations=(Relation(kind="sibling", target=EVIL),)))
    return run


@pytest.mark.parametrize("words", ANSWERS, ids=" ".join)
@pytest.mark.parametrize("json", [False, True], ids=["text", "json"])
def test_nothing_printed_steers_a_terminal(evil: Commands, words: tuple[str, ...], json: bool) -> None:
    printed = evil(*words, *(["--json"] if json else []))
    assert printed.code in (0, 3)
    steering = {sign for sign in printed.out + printed.err if sign != "\n" and unicodedata.category(sign)[0] == "C"}
    assert steering == set()


@pytest.mark.parametrize("command", ["show", "vram", "cite", "search"])
def test_no_complaint_steers_a_terminal(run: Commands, command: str) -> None:
    name = EVIL.replace("\x00", "")
    printed = run(command, name) if command != "search" else run("search", "--fits", name)
    assert printed.code == 1
    assert printable(printed.err) == printed.err


def test_lines_stay_lines() -> None:
    assert printable("a\n\tb\r\n") == "a\n    b\n"


def test_an_export_on_disk_is_what_is_printed(evil: Commands, tmp_path: Path) -> None:
    target = tmp_path / "card.md"
    assert evil("export", SUBJECT, "--format", "model-card", "--output", str(target)).code == 0
    assert target.read_text(encoding="utf-8") == evil("export", SUBJECT, "--format", "model-card").out
