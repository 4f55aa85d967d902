"""The claims of a listing page: what is the listing's, what is the card's, and that damage does no harm."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.passport import Claim, Reading, Value
from registry.sources.listing import CARD, listed_repo_id, listing_claims
from registry.sources.python_snippets import python_snippets

TEXT = (Path(__file__).parents[1] / "data" / "listing_gemma_4_e2b_autoround.txt").read_text(encoding="utf-8")
REPO = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
READING = Reading(subject=REPO, revision=None, as_of=date(2026, 11, 1))


def values(text: str, method: str, subject: str = REPO) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for claim in listing_claims(text, READING):
        if (claim.method, claim.subject) == (method, subject):
            found.setdefault(claim.field, []).append(claim.value)
    return found


def test_the_listings_own_figures_are_listed_in_whole_units() -> None:
    listed = values(TEXT, "listed")
    assert listed["parameters"] == [2_000_000_000]
    assert listed["context"] == [4096]
    assert listed["vram"] == [2_800_000_000, 2_800_000_000]
    assert listed["licence"] == ["Gemma", None, "Gemma", "gemma"]
    assert listed["architecture"] == [None]
    assert [listed[f"fni.{name}"] for name in ("semantic", "authority", "popularity", "recency", "quality")] == [
        [50], [0], [0], [97], [65],
    ]  # fmt: skip
    assert [listed[name] for name in ("downloads", "stars", "forks")] == [[0], [0], [0]]
    assert listed["year"] == [2026]
    assert listed["repo_id"] == [REPO.lower()]
    assert listed["registry_id"] == [f"hf-model--{REPO.lower().replace('/', '--')}"] * 2
    assert listed["command.ollama"] == ["ollama run gemma-4-e2b-it-w4a16-autoround"]
    assert listed["command.pip"] == ["pip install -U transformers"]


def test_what_is_repeated_from_the_card_is_declared_under_another_source() -> None:
    declared = values(TEXT, "declared")
    assert declared["base_model"] == ["google/gemma-4-E2B-it"]
    assert declared["quantization.group_size"] == [128]
    assert declared["quantization.symmetric"] == [True]
    assert declared["quantization.calibration_samples"] == [256]
    assert declared["quantization.calibration_sequence_length"] == [2048]
    assert declared["quantization.iterations"] == [0]
    assert declared["scheme"] == ["W4A16"]
    assert declared["mixture_of_experts"] == [True]
    assert declared["modalities"] == [("text", "image", "audio")]
    assert declared["dtype.vision"] == ["FP32", "BF16"]
    assert declared["licence"] == ["Gemma Terms of Use"]
    assert declared["sibling"] == [f"{REPO}-GPTQ"]
    assert declared["serving.max_soft_tokens"] == [560]
    assert "choices.message" in str(declared["snippet.python"])
    assert {claim.source for claim in listing_claims(TEXT, READING) if claim.method == "declared"} == {CARD}


def test_the_cards_citation_of_the_base_is_about_the_base() -> None:
    assert values(TEXT, "reported", "google/gemma-4-E2B-it") == {
        "title": ["Gemma 4"],
        "author": ["Google DeepMind"],
        "year": [2026],
    }


def test_an_empty_page_gives_no_claims_and_no_id() -> None:
    assert listing_claims("", READING) == ()
    assert listed_repo_id("") is None


def without(heading: str) -> str:
    return "\n".join(line for line in TEXT.splitlines() if heading not in line)


@pytest.mark.parametrize(
    "heading", ["Entity Passport", "Technical Deep Dive", "Model Transparency Report", "Technical Specs"]
)
def test_a_missing_heading_loses_no_figure(heading: str) -> None:
    listed, declared = values(without(heading), "listed"), values(without(heading), "declared")
    assert (listed["parameters"], listed["context"]) == ([2_000_000_000], [4096])
    assert declared["quantization.calibration_samples"] == [256]


@pytest.mark.parametrize("line", ["- null", "- 2", "- context length", "year = {2026},", "| License | Gemma |"])
def test_a_missing_line_costs_its_own_field_alone(line: str) -> None:
    cut = "\n".join(text for text in TEXT.splitlines() if text != line)
    whole, less = values(TEXT, "listed"), values(cut, "listed")
    assert sum(whole[field] != less.get(field) for field in whole) <= 1


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "9" * 5000, "1.2.3", "²", "-5", "many"])
def test_what_is_no_plain_number_is_unknown(value: str) -> None:
    lines = [f"- {name}\n- {value}" for name in ("params billions", "context length", "vram gb", "downloads")]
    rows = [
        f"| Calibration samples | {value} |",
        f"AutoRound mode | iters={value} |",
        f"vllm serve a --max-model-len {value}",
    ]
    text = "\n".join(
        [*lines, f"~{value}GB VRAM", "@misc{a,", f"year = {{{value}}}", "}", "Technical Deep Dive", "Card", *rows]
    )
    listed = values(text, "listed")
    assert [listed.get(name) for name in ("parameters", "context", "vram", "downloads", "year")] == [[None]] * 4 + [
        None
    ]
    assert "quantization.calibration_samples" not in values(text, "declared")


def test_blank_lines_do_not_end_a_python_block() -> None:
    lines = ["import os", "", "print(os.name)", "", "Prose.", "import sys", "print(sys.path"]
    assert python_snippets(lines) == ("import os\n\nprint(os.name)", "import sys\nprint(sys.path")


def test_a_bracket_that_never_closes_swallows_no_prose() -> None:
    assert python_snippets(["import os", "print(", "Then prose.", "More."]) == ("import os\nprint(",)


def test_a_python_block_keeps_its_indentation() -> None:
    text = "Technical Deep Dive\nimport os\nfor name in os.listdir():\n    print(name)\nThat was it."
    assert values(text, "declared")["snippet.python"] == ["import os\nfor name in os.listdir():\n    print(name)"]


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(st.lists(st.sampled_from(TEXT.splitlines()) | st.text(max_size=80), max_size=60))
def test_any_shuffle_of_any_lines_is_read_without_failing(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert all(isinstance(claim, Claim) for claim in listing_claims(text, READING))
    listed_repo_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a,\n" * 30_000,
        "import a(\nprose here\n" * 10_000,
        "Technical Deep Dive\n" + "support a " * 30_000,
        "pip install " + " " * 200_000 + "é",
        "docker run \\\n" + "x \\\n" * 60_000,
        "- tags\n- " + ",".join("base_model:a/b" for _ in range(15_000)),
        "a/" * 150_000,
        "hf-model--" + "a--" * 90_000,
    ],
)
def test_a_hostile_page_is_read_in_a_few_seconds(text: str) -> None:
    start = time.process_time()
    listing_claims(text, READING)
    listed_repo_id(text)
    assert time.process_time() - start < 5
