"""The examples of the real Gemma are there, small, free to use, and ready to send."""

import pytest

from space.examples import FOLDER, examples_for
from space.media import arrange

GEMMA = examples_for(is_pocket=False)


def test_there_is_a_picture_a_sound_and_a_text() -> None:
    kinds = [tuple(item.kind for item in example.attachments) for example in GEMMA]
    assert {("image",), ("audio",), ()} <= set(kinds)
    assert all(example.question.strip() for example in GEMMA)


def test_every_example_may_be_sent() -> None:
    for example in GEMMA:
        assert arrange(example.attachments) == example.attachments


def test_the_sound_is_a_sentence_long() -> None:
    seconds = [item.seconds for example in GEMMA for item in example.attachments if item.seconds is not None]
    assert seconds == [pytest.approx(11.0)]


@pytest.mark.parametrize(("name", "most_bytes"), [("cat.jpg", 150_000), ("inaugural-address.flac", 400_000)])
def test_each_file_is_small_and_its_source_is_written_down(name: str, most_bytes: int) -> None:
    assert (FOLDER / name).stat().st_size <= most_bytes
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    section = sources.split(f"## `{name}`")[1].split("\n## ")[0]
    for line in ("- What:", "- Licence:", "- Taken from:", "- Changed:"):
        assert line in section, f"SOURCES.md must say for {name}: {line}"


def test_no_file_lies_there_without_a_source() -> None:
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for path in FOLDER.iterdir():
        assert path.name == "SOURCES.md" or f"## `{path.name}`" in sources
