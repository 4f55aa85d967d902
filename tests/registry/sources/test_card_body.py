"""What the plain text of a model card declares."""

from datetime import date

import pytest

from registry.passport import Reading, Value
from registry.sources.card_body import card_body_claims

READING = Reading(subject="Owner/Model", revision=None, as_of=date(2026, 11, 1))


def declared(*lines: str) -> dict[str, Value]:
    return {
        claim.field: claim.value for claim in card_body_claims(lines, READING, "card") if claim.subject == "Owner/Model"
    }


@pytest.mark.parametrize(
    ("line", "is_so"),
    [
        ("A sparse mixture of experts with 128 experts.", True),
        ("It is a MoE model.", True),
        ("It is a dense multimodal model.", False),
        ("This is not a mixture-of-experts model.", False),
        ("Dense scenes, documents.", None),
        ("A moell and others.", None),
    ],
)
def test_dense_or_mixture_is_read_from_words(line: str, is_so: bool | None) -> None:
    assert declared("Heading", line).get("mixture_of_experts") is is_so


def test_a_size_is_taken_when_the_card_gives_only_one() -> None:
    assert declared("Heading", "It has 5.1B parameters, 2.3B effective parameters.") == {
        "title": "Heading",
        "parameters": 5_100_000_000,
        "effective_parameters": 2_300_000_000,
    }
    assert "parameters" not in declared("Heading", "There are 5.1B parameters and 7B parameters in this family.")
    assert declared("Heading", "A context window of 128K tokens.")["context"] == 131_072


def test_a_sentence_that_names_two_dtypes_gives_none() -> None:
    line = "The vision tower is kept at BF16 and the audio tower at FP32."
    assert not any(field.startswith("dtype.") for field in declared("Heading", line))


def test_benchmarks_are_read_from_their_own_tables_alone() -> None:
    rows = (
        "| Benchmark | Score |",
        "|---|---|",
        "| MMLU-Pro | 60.0 |",
        "Prose.",
        "| Setting | Value |",
        "| Top | 64 |",
    )
    assert declared("Heading", *rows) == {"title": "Heading", "benchmark.MMLU-Pro": 60.0}


@pytest.mark.parametrize("first", ["| a | b |", "A sentence.", "docker run x", "import x", "@misc{x,", "x" * 200])
def test_only_a_short_line_that_is_nothing_else_is_a_heading(first: str) -> None:
    assert "title" not in declared(first, "More.")


def test_a_citation_without_a_repository_is_about_nobody() -> None:
    assert declared("Heading", "@misc{a,", "title = {Another Work},", "}") == {"title": "Heading"}
    own = declared("Heading.", "@misc{a,", "title = {Mine},", "url = {https://huggingface.co/Owner/Model}", "}")
    assert own == {"title": "Mine"}
