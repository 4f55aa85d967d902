"""One limit for page and doors, with shares that leave room for others."""

from contextlib import ExitStack

import pytest

from space.admission import Admission
from space.errors import TooManyAnswers


def test_one_client_takes_half_and_the_next_is_let_in() -> None:
    admission = Admission(8)
    with ExitStack() as under_way:
        for _ in range(4):
            under_way.enter_context(admission.entered("openai", "a"))
        with pytest.raises(TooManyAnswers, match="4 answers are under way for you"), admission.entered("openai", "a"):
            pass
        with admission.entered("openai", "b"):
            pass


@pytest.mark.parametrize(("greedy", "other"), [("page", "openai"), ("openai", "page")])
def test_neither_door_starves_the_other(greedy: str, other: str) -> None:
    admission = Admission(8)
    with ExitStack() as under_way:
        for client in range(6):
            under_way.enter_context(admission.entered(greedy, str(client)))  # type: ignore[arg-type]
        with pytest.raises(TooManyAnswers, match="Too many others"), admission.entered(greedy, "7"):  # type: ignore[arg-type]
            pass
        for client in range(2):
            under_way.enter_context(admission.entered(other, str(client)))  # type: ignore[arg-type]
        with pytest.raises(TooManyAnswers), admission.entered(other, "3"):  # type: ignore[arg-type]
            pass


def test_what_has_ended_makes_room_also_when_it_failed() -> None:
    admission = Admission(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="while it lasted"), admission.entered("page", "a"):
            raise ValueError("while it lasted")
