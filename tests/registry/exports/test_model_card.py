"""A passport as a model card, read again by huggingface_hub."""

import re
from typing import Any

import pytest
from huggingface_hub import ModelCard

from registry.audit import examined
from registry.exports.model_card import model_card
from registry.notices import notices
from registry.record import Relation
from registry.resolve import Resolution
from registry.synopsis import synopsis
from tests.registry.decided import decided

BASE = decided("maker/base", ("licence", "mit"), ("context", 131072, "configuration"), ("benchmark.MMLU", 60.0))


def variant(*said: tuple[str, object]) -> Resolution:
    return decided("maker/variant", *said, base=BASE)  # type: ignore[arg-type]


def front_matter(text: str) -> dict[str, Any]:
    """As huggingface_hub reads it."""
    matter: dict[str, Any] = ModelCard(text).data.to_dict()  # type: ignore[no-untyped-call]
    return matter


def test_the_front_matter_is_what_the_author_declares() -> None:
    resolution = variant(
        ("licence", "Apache-2.0"), ("base_model", "maker/base"), ("pipeline_tag", "text-generation"),
        ("languages", ("en", "fr")), ("tags", ("vllm", "w4a16")),
    )  # fmt: skip
    card = model_card(resolution, (Relation(kind="quantized_from", target="maker/base"),))
    assert front_matter(card) == {
        "license": "apache-2.0",
        "base_model": "maker/base",
        "base_model_relation": "quantized",
        "pipeline_tag": "text-generation",
        "language": ["en", "fr"],
        "tags": ["vllm", "w4a16"],
    }


def test_a_listing_s_word_stays_out_of_the_front_matter() -> None:
    resolution = decided("maker/variant", ("licence", "mit", "listed"), ("pipeline_tag", "x", "listed"))
    card = model_card(resolution)
    assert front_matter(card) == {}
    assert "printed in a listing" in card


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Gemma Terms of Use", {"license": "gemma"}),
        ("MIT", {"license": "mit"}),
        ("House Licence 3", {"license": "other", "license_name": "House Licence 3"}),
    ],
)
def test_a_licence_goes_by_the_hub_s_own_word(name: str, expected: dict[str, str]) -> None:
    assert front_matter(model_card(variant(("licence", name)))) == expected


def test_the_base_s_benchmarks_are_not_passed_off_as_the_variant_s() -> None:
    assert "MMLU" not in model_card(variant(("licence", "mit")))
    assert "MMLU" in model_card(variant(("benchmark.MMLU", 58.0)))


def test_findings_and_cautions_stand_above_the_evidence_and_a_doubted_figure_is_marked_in_it() -> None:
    resolution = decided("maker/variant", ("author", "one"), ("author", "two", "listed"), base=BASE)
    found = examined(resolution, [claim for fact in resolution.facts for claim in (fact.claim, *fact.others) if claim])
    text = model_card(resolution, (), found, notices(resolution, BASE), synopsis(resolution, found))
    headings = [
        "maker/variant",
        "Written by rule",
        "What the audit found",
        "Cautions and limitations",
        "What sources say",
    ]
    assert [text.index(heading) for heading in headings] == sorted(text.index(heading) for heading in headings)
    assert "| Author | one | declared by the author: a declared source | doubtful |" in text
    assert "of maker/base |  |" in text


@pytest.mark.parametrize(
    "evil",
    ["<script>alert(1)</script>", "![x](https://evil.test/x.png)", "`a` | b", "---\nlicense: mit\n---", "$x$ # h"],
)
def test_text_of_others_stays_text(evil: str) -> None:
    text = model_card(variant(("author", evil), ("title", evil), ("architecture", evil)))
    assert front_matter(text) == {}
    unescaped = re.sub(r"\\.", "", ModelCard(text).text)
    rows = [line for line in unescaped.splitlines() if line.startswith("| ")]
    assert not any(sign in "".join(rows) for sign in "<>`[]!#$")
    assert {line.count("|") for line in rows} == {5}
    assert "://" not in unescaped
