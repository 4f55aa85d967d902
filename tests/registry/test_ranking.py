import pytest

from registry.fni import asked, index
from registry.fni_factors import Inputs
from registry.ranking import ranked
from registry.record import Card, registry_id
from tests.registry.claims import DAY


def card(subject: str, fni: float | None = None, **told: str) -> Card:
    return Card(subject=subject, registry_id=registry_id(subject), fni=fni, modalities=(), **told)  # type: ignore[arg-type]


def test_of_equal_models_the_one_that_fits_the_words_comes_first() -> None:
    music, code = card("a/one", 30.0, title="music and sound"), card("a/two", 30.0, title="python programming")
    assert [each.subject for each in ranked("python code", [music, code])] == ["a/two", "a/one"]


def test_a_model_nobody_scored_comes_after_those_that_are() -> None:
    known, unknown = card("a/known", 0.0, title="cats"), card("a/unknown", None, title="python programming")
    found = ranked("python programming", [unknown, known])
    assert [each.subject for each in found] == ["a/known", "a/unknown"]
    assert found[1].fni is None


@pytest.mark.parametrize("semantic", [0.0, 38.2, 99.0, 100.0])
@pytest.mark.parametrize(("likes", "downloads"), [(0, 0), (900, 2_000_000)])
def test_the_total_for_a_question_is_the_index_with_s(semantic: float, likes: int, downloads: int) -> None:
    inputs = Inputs(
        as_of=DAY,
        likes=likes,
        downloads=downloads,
        mesh=7,
        updated=DAY,
        harvested=DAY,
        body_characters=900,
        has_parameters=True,
        has_tags=False,
        has_author=True,
        runnable=True,
    )
    exact = index(inputs, semantic).total
    assert exact is not None
    assert asked(index(inputs).total, semantic) == pytest.approx(exact, abs=0.101)


def test_what_is_not_scored_is_not_scored_for_a_question_either() -> None:
    assert asked(None, 50.0) is None
