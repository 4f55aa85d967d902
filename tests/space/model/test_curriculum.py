"""Every step draws its lessons from its own seed, and a batch fits together."""

import pytest

from space.model.curriculum import LARGE_BUDGETS, lecture
from space.model.encoding import fitted_grid


def test_a_step_gives_the_same_lessons_every_time_and_workers_different_ones() -> None:
    first, again, other = (lecture(1, 12, worker, progress=0.6, batch=2) for worker in (0, 0, 1))
    assert [lesson.turns for lesson in first.lessons] == [lesson.turns for lesson in again.lessons]
    assert [lesson.turns for lesson in first.lessons] != [lesson.turns for lesson in other.lessons]


@pytest.mark.speech
@pytest.mark.parametrize("progress", [0.1, 0.9])
def test_all_lessons_of_a_step_fit_into_one_batch(progress: float) -> None:
    kinds = set()
    for step in range(40):
        given = lecture(2, step, 0, progress=progress, batch=2)
        sounds = {len(lesson.sound.samples) for lesson in given.lessons if lesson.sound is not None}
        pictures = [lesson.picture.image.size for lesson in given.lessons if lesson.picture is not None]
        assert len(sounds) <= 1
        if given.grid is not None:
            budget = next(size for size in (70, *LARGE_BUDGETS) if given.grid[0] * given.grid[1] <= size)
            assert all(fitted_grid(*size, budget) == given.grid or size == _whole(given.grid) for size in pictures)
        kinds.add("sound" if sounds else "picture" if pictures else "words")
    assert kinds == {"sound", "picture", "words"}


def _whole(grid: tuple[int, int]) -> tuple[int, int]:
    return grid[1] * 48, grid[0] * 48


@pytest.mark.speech
def test_some_conversations_about_a_picture_or_a_sound_end_with_a_question_for_the_tool() -> None:
    given = [lesson for step in range(250) for lesson in lecture(3, step, 0, progress=0.3, batch=1).lessons]
    beside = [lesson for lesson in given if lesson.tools and (lesson.picture or lesson.sound) and lesson.turns]
    needed = [lesson.turns[-1].field is not None for lesson in beside]
    assert set(needed) == {True, False}
