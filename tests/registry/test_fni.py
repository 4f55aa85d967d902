"""FNI V2.0: the listing's own arithmetic, each factor's formula, and what is not measured."""

from datetime import date

import pytest

from registry.fni import half_up, index, inputs_of, listed_index, mesh_of
from registry.fni_factors import Inputs
from tests.registry.decided import DAY, Said, decided

KNOWN = Inputs(
    as_of=DAY,
    likes=0,
    downloads=0,
    mesh=0,
    updated=date(2026, 11, 5),
    harvested=DAY,
    body_characters=900,
    has_parameters=True,
    has_tags=True,
    has_author=True,
    runnable=True,
    has_demo=False,
)

PRINTED: tuple[Said, ...] = (
    ("fni.semantic", 50, "listed"),
    ("fni.authority", 0, "listed"),
    ("fni.popularity", 0, "listed"),
    ("fni.recency", 97, "listed"),
    ("fni.quality", 65, "listed"),
)


def factor(inputs: Inputs, name: str) -> float | None:
    return next(part.value for part in index(inputs).parts if part.name == name)


def test_the_listings_own_total_is_reproduced() -> None:
    listed = listed_index(decided("o/m", *PRINTED))
    assert listed is not None
    assert listed.total == 38.6
    assert "not a measurement" in listed.sentence


@pytest.mark.parametrize(("value", "rounded"), [(38.55, 38.6), (38.54, 38.5), (0.05, 0.1), (97.0, 97.0), (0.0, 0.0)])
def test_halves_are_rounded_upwards(value: float, rounded: float) -> None:
    assert half_up(value) == rounded


def test_a_listing_that_prints_four_factors_has_no_total() -> None:
    assert listed_index(decided("o/m", *PRINTED[:4])) is None
    assert listed_index(decided("o/m")) is None


def test_without_a_question_s_is_unknown_and_the_total_is_over_the_rest() -> None:
    computed = index(KNOWN)
    a, p, r, q = (factor(KNOWN, name) or 0.0 for name in ("authority", "popularity", "recency", "quality"))
    assert computed.parts[0].value is None
    assert computed.total == half_up((0.25 * a + 0.15 * p + 0.15 * r + 0.10 * q) / 0.65)
    assert computed.label == "without S"


def test_a_measured_s_counts_with_its_weight() -> None:
    computed = index(KNOWN, semantic=80.0)
    r, q = factor(KNOWN, "recency") or 0.0, factor(KNOWN, "quality") or 0.0
    assert computed.total == half_up(0.35 * 80 + 0.15 * r + 0.10 * q)
    assert computed.label == "with S"


def test_factors_follow_their_formulas() -> None:
    inputs = Inputs(
        as_of=DAY, likes=99, downloads=40_000, mesh=4, updated=date(2026, 11, 20), body_characters=0, has_tags=True,
        has_parameters=False, has_author=False, runnable=False,
    )  # fmt: skip
    assert factor(inputs, "authority") == pytest.approx(99.9 * (1 - (4 + 20 + 1) ** -0.25))
    assert factor(inputs, "popularity") == pytest.approx(99.9 * (1 - 500**-0.125))
    assert factor(inputs, "recency") == 99.9
    assert factor(inputs, "quality") == (15 + 30 + 30) / 2


def test_likes_add_nothing_where_a_paper_cites_the_model() -> None:
    inputs = Inputs(as_of=DAY, likes=99, mesh=mesh_of(papers=1, github=1, links=2), cited=True)
    assert factor(inputs, "authority") == pytest.approx(99.9 * (1 - 38**-0.25))


def test_recency_97_is_fifteen_days_and_no_date_is_a_year() -> None:
    assert round(factor(KNOWN, "recency") or 0) == 97
    assert factor(Inputs(as_of=DAY), "recency") == pytest.approx(48.19, abs=0.01)


def test_what_is_not_known_is_not_measured_and_leaves_no_total() -> None:
    computed = index(Inputs(as_of=DAY))
    values = {part.name: part.value for part in computed.parts}
    assert values["authority"] is values["popularity"] is values["quality"] is values["semantic"] is None
    assert computed.total is None
    assert computed.label == "without S, A, P, Q"


def test_a_measured_zero_is_zero() -> None:
    assert factor(KNOWN, "authority") == 0
    assert factor(KNOWN, "popularity") == 0


def test_a_factor_that_cannot_be_computed_is_the_listings_and_says_so() -> None:
    resolution = decided("o/m", *PRINTED)
    computed = index(inputs_of(resolution, as_of=DAY), listed=listed_index(resolution))
    assert computed.total == half_up((0.15 * 97 + 0.10 * 65) / 0.65) == 32.4
    assert computed.label == "without S; A, P, R, Q as listed"
    assert computed.parts[0].value is None, "the listing's S is a constant, and no measurement"


def test_old_figures_make_the_total_stale() -> None:
    fresh, old = index(KNOWN), index(Inputs(**{**vars(KNOWN), "harvested": date(2026, 8, 12)}))
    assert old.staleness == pytest.approx(0.6065, abs=0.0001)
    assert fresh.staleness == 1
    assert index(Inputs(**{**vars(KNOWN), "harvested": date(2026, 11, 19)})).staleness == 1
    assert old.total is not None
    assert fresh.total is not None
    assert old.total < fresh.total


def test_every_factor_has_a_sentence_with_its_value() -> None:
    for part in index(KNOWN, semantic=63.25).parts:
        assert part.sentence.endswith(".")
        assert f"{part.value:.1f}" in part.sentence


def test_inputs_come_from_the_passport() -> None:
    resolution = decided(
        "o/m",
        ("likes", 3, "files"),
        ("downloads", 1200, "files"),
        ("updated", "2026-11-05T10:00:00Z", "files"),
        ("parameters", 5, "files"),
        ("pipeline_tag", "text-generation"),
        ("card_characters", 10, "files"),
    )
    inputs = inputs_of(resolution, as_of=date(2026, 11, 21), mesh=0)
    assert inputs.body_characters == 10
    assert (inputs.likes, inputs.downloads, inputs.updated) == (3, 1200, date(2026, 11, 5))
    assert inputs.harvested == DAY
    assert (inputs.has_parameters, inputs.runnable, inputs.has_tags, inputs.has_author) == (True, True, False, None)


def test_what_no_claim_tells_is_unknown_and_never_no() -> None:
    inputs = inputs_of(decided("o/m"), as_of=DAY)
    told = {name: value for name, value in vars(inputs).items() if value is not None}
    assert told == {"as_of": DAY, "cited": False}


@pytest.mark.parametrize(
    ("unknown", "factors"),
    [
        ({"mesh": None}, {"authority", "quality"}),
        ({"likes": None}, {"authority", "popularity"}),
        ({"downloads": None}, {"popularity"}),
        ({"body_characters": None}, {"quality"}),
        ({"has_author": None}, {"quality"}),
        ({"has_demo": None}, {"quality"}),
    ],
    ids=str,
)
def test_a_missing_input_is_named_and_takes_its_factors_with_it(unknown: dict[str, None], factors: set[str]) -> None:
    parts = index(Inputs(**{**vars(KNOWN), **unknown})).parts[1:]
    assert {part.name for part in parts if part.value is None} == factors
    named = {"mesh": "what refers to it", "body_characters": "model card", "has_author": "author", "has_demo": "demo"}
    word = next(named.get(name, name) for name in unknown)
    assert all(word in part.sentence for part in parts if part.value is None)


def test_quality_tells_what_it_can_be_where_an_input_is_unknown() -> None:
    sentence = index(Inputs(**{**vars(KNOWN), "has_demo": None})).parts[-1].sentence
    assert sentence.endswith("By what is recorded it is 85.0 to 99.9.")
    assert factor(Inputs(**{**vars(KNOWN), "has_demo": None, "mesh": 3}), "quality") == 99.9


def test_a_date_that_is_none_counts_as_none() -> None:
    assert inputs_of(decided("o/m", ("updated", "last spring")), as_of=DAY).updated is None


def test_a_recorded_score_keeps_version_inputs_and_factors() -> None:
    score = index(KNOWN).score("abc")
    assert (score.name, score.version, score.as_of, score.revision) == ("fni", "V2.0", DAY, "abc")
    assert score.factors["semantic"] is None
    assert score.inputs["updated"] == "2026-11-05"
    assert score.inputs["label"] == "without S"
