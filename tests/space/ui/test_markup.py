import pytest

from registry.summary import Line
from space.engine.state import (
    Connecting,
    Downloading,
    EngineState,
    Failed,
    Idle,
    Loading,
    Ready,
    Restarting,
    Warming,
)
from space.ui import markup

NASTY = "<script>alert(1)</script> ${alert(1)} \" '"


def test_values_from_files_cannot_become_markup() -> None:
    pages = [
        markup.passport([Line(label=NASTY, text=NASTY, source=NASTY)]),
        markup.notice(NASTY),
        markup.masthead(NASTY),
        markup.pocket_line(NASTY),
        markup.status(Failed(model="m", reason=NASTY)),
    ]
    for page in pages:
        assert "<script" not in page
        assert "&lt;script" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Idle(), "Starting"),
        (Downloading(model="m", percent=42), "Downloading 42 %"),
        (Loading(model="m"), "Loading"),
        (Connecting(model="m"), "Connecting"),
        (Warming(model="m"), "Warming up"),
        (Ready(model="m"), "Ready"),
        (Failed(model="m", reason="Too little memory. Choose a smaller model."), "Choose a smaller model."),
        (Restarting(model="m", attempt=2, wait_seconds=4.0), "The engine stopped. Attempt 2 begins in 4 s"),
        (Restarting(model="m", attempt=1, wait_seconds=1.0, reason="It is away."), "It is away. Attempt 1 begins"),
    ],
)
def test_every_state_is_said_in_words(state: EngineState, words: str) -> None:
    assert words in markup.status(state)


def test_a_download_shows_how_far_it_is() -> None:
    assert 'value="42"' in markup.status(Downloading(model="m", percent=42))


def test_every_passport_line_shows_its_source() -> None:
    page = markup.passport([Line(label="Licence", text="apache-2.0", source="README.md, front matter")])
    assert all(part in page for part in ("Licence", "apache-2.0", "README.md, front matter"))


def test_no_sentence_is_no_box() -> None:
    assert markup.notice("").strip() == ""
