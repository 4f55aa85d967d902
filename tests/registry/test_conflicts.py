"""When claims contradict each other, and how it is told."""

from datetime import date

import pytest

from registry.passport import Claim, Conflict, Value
from registry.resolve import resolve
from tests.registry.claims import passport, said


def conflicts(*claims: Claim) -> tuple[Conflict, ...]:
    return resolve(passport(*claims)).conflicts


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("licence", "Gemma", "gemma"),
        ("licence", "Apache 2.0", "apache-2.0"),
        ("licence", "Apache License 2.0", "apache-2.0"),
        ("licence", "Gemma Terms of Use", "gemma"),
        ("quantization.method", "auto-round", "AutoRound"),
        ("modalities", ("text", "image", "audio"), ("audio", "vision", "text")),
        ("dtype.vision", "BF16", "bfloat16"),
        ("quantization.bits", 4, 4.0),
    ],
)
def test_the_same_in_other_words_is_no_conflict(field: str, one: Value, other: Value) -> None:
    assert conflicts(said(field, one), said(field, other, "listed")) == ()


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("licence", "Gemma", "Unknown"),
        ("mixture_of_experts", False, True),
        ("modalities", ("text",), ("text", "image")),
        ("dtype.audio", "BF16", "FP32"),
        ("context", 131072, 4096),
        ("repo_id", "Maker/Model", "maker/model"),
    ],
)
def test_different_values_are_a_conflict(field: str, one: Value, other: Value) -> None:
    found = conflicts(said(field, one, "declared"), said(field, other, "listed"))
    assert [conflict.field for conflict in found] == [field]
    assert [claim.value for claim in found[0].claims] == [one, other]


@pytest.mark.parametrize(
    ("value", "unit", "agrees"),
    [
        (7.45, "GB", True),
        (6.94, "GiB", True),
        (7.5, "GB", True),
        (7451, "MB", True),
        (6.94, "GB", False),
        (7.4, "GB", False),
    ],
)
def test_a_rounded_size_agrees_with_every_size_that_rounds_to_it(value: float, unit: str, agrees: bool) -> None:
    exact = said("tensor_bytes", 7_450_721_350, "files", unit="bytes")
    assert (conflicts(exact, said("tensor_bytes", value, "listed", unit=unit)) == ()) is agrees


def test_parameters_are_compared_across_units() -> None:
    exact = said("parameters", 5_123_178_979, "files")
    assert conflicts(exact, said("parameters", 5.1, "declared", unit="billion")) == ()
    assert len(conflicts(exact, said("parameters", 2, "listed", unit="billion"))) == 1


def test_figures_that_change_with_time_never_conflict() -> None:
    for name in ("downloads", "likes", "forks", "updated", "fni.total"):
        assert conflicts(said(name, 1, "reported"), said(name, 2, "listed")) == ()


def test_other_conditions_are_another_matter() -> None:
    assert conflicts(said("vram", 8, unit="GB"), said("vram", 9, unit="GB", conditions=(("engine", "vLLM"),))) == ()


def test_nothing_known_contradicts_nothing() -> None:
    assert conflicts(said("architecture", None, "listed"), said("architecture", "GemmaForCausalLM")) == ()


def test_the_sentence_says_who_says_what_and_why_one_is_shown() -> None:
    (found,) = conflicts(
        said("context", 131072, unit="tokens", source="config.json"),
        said("context", 4096, "listed", source="Free Listing"),
    )
    assert found.sentence == (
        "Context: sources disagree, 131,072 tokens (read from the configuration: config.json) against "
        "4,096 tokens (printed in a listing: Free Listing). "
        "Shown is 131,072 tokens: what is read from the configuration counts before what is printed in a listing."
    )


def test_the_sentence_spells_out_both_units() -> None:
    (found,) = conflicts(
        said("vram", 7_450_398_662, "measured", unit="bytes"), said("vram", 2.8, "listed", unit="GB", source="a page")
    )
    assert "7,450,398,662 bytes, 7.45 GB (6.94 GiB)" in found.sentence
    assert "2.8 GB (2.61 GiB)" in found.sentence


def test_an_account_within_a_longer_name_is_no_disagreement() -> None:
    assert conflicts(said("author", "google", "declared"), said("author", "Google DeepMind", "reported")) == ()
    assert len(conflicts(said("author", "google", "declared"), said("author", "Googler", "reported"))) == 1


def test_a_source_that_contradicts_itself_is_told() -> None:
    (found,) = conflicts(said("dtype.vision", "BF16", "listed"), said("dtype.vision", "FP32", "listed"))
    assert "contradicts itself" in found.sentence


def test_the_newer_word_of_one_method_is_said_to_be_newer() -> None:
    (found,) = conflicts(
        said("scheme", "W4A16", "reported", source="one", as_of=date(2026, 9, 1)),
        said("scheme", "W8A8", "reported", source="two", as_of=date(2026, 9, 2)),
    )
    assert found.sentence.endswith("Shown is W8A8, the latest word, of 2026-09-02.")


def test_hostile_text_stays_one_short_line() -> None:
    nasty = "evil\n\x1b[31m\u202e" + "x" * 1000
    (found,) = conflicts(said("licence", nasty, "declared", source=nasty), said("licence", "mit", "listed"))
    assert found.sentence.isprintable()
    assert len(found.sentence) < 900
