"""A passport as a CycloneDX ML-BOM, held against the standard's schema by its own library."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.audit import examined
from registry.errors import SourceUnreadable
from registry.exports.ml_bom import check_ml_bom, ml_bom
from registry.notices import notices
from registry.record import File
from tests.registry.decided import COMMIT, decided

SAID = (
    ("licence", "apache-2.0"), ("author", "maker"), ("base_model", "maker/base"), ("architecture", "GemmaForCausalLM"),
    ("modalities", ("text", "image")), ("pipeline_tag", "any-to-any"), ("benchmark.MMLU", 58.0),
)  # fmt: skip
WEIGHTS = File(path="model.safetensors", size=10, sha256="ab" * 32)


def component(*said: Any, files: tuple[File, ...] = ()) -> dict[str, Any]:  # noqa: ANN401 - as `decided` takes them
    resolution = decided("maker/model", *said)
    claims = [claim for fact in resolution.facts for claim in (fact.claim, *fact.others) if claim]
    text = ml_bom(resolution, files, examined(resolution, claims), notices(resolution))
    check_ml_bom(text)
    found: dict[str, Any] = json.loads(text)["metadata"]["component"]
    return found


def test_a_passport_is_a_valid_bill_of_a_machine_learning_model() -> None:
    model = component(*SAID, files=(WEIGHTS, File(path="README.md", size=None)))
    assert (model["type"], model["group"], model["name"], model["version"]) == (
        "machine-learning-model", "maker", "model", COMMIT,
    )  # fmt: skip
    assert model["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert model["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert model["pedigree"]["ancestors"][0]["name"] == "maker/base"
    assert model["modelCard"]["modelParameters"] == {
        "task": "any-to-any",
        "modelArchitecture": "GemmaForCausalLM",
        "inputs": [{"format": "text"}, {"format": "image"}],
    }
    assert model["modelCard"]["quantitativeAnalysis"]["performanceMetrics"] == [{"type": "MMLU", "value": "58.0"}]


def test_a_licence_without_an_identifier_goes_by_its_name() -> None:
    assert component(("licence", "House Licence"))["licenses"] == [{"license": {"name": "House Licence"}}]


def test_a_hash_of_one_shard_is_not_that_of_the_model() -> None:
    shards = tuple(File(path=f"model-{i}.safetensors", size=1, sha256="ab" * 32) for i in range(2))
    assert "hashes" not in component(*SAID, files=shards)


def test_what_an_audit_finds_and_the_cautions_are_limitations_and_a_doubted_claim_says_so() -> None:
    model = component(("author", "one"), ("author", "two", "listed"))
    limits = model["modelCard"]["considerations"]["technicalLimitations"]
    assert "sources disagree" in limits[0]
    assert any("benchmark" in limit for limit in limits)
    assert any(each["value"].endswith("an audit calls it doubtful)") for each in model["properties"])


def test_a_base_known_by_relation_alone_is_the_ancestor() -> None:
    bill = json.loads(ml_bom(decided("maker/model"), origin="maker/base"))
    assert bill["metadata"]["component"]["pedigree"]["ancestors"][0]["name"] == "maker/base"


def test_what_was_not_found_has_no_address_in_the_bill() -> None:
    model = component(("repo_id", None, "reported"))
    assert "externalReferences" not in model


def test_the_same_passport_gives_the_same_bill() -> None:
    assert ml_bom(decided("maker/model", *SAID)) == ml_bom(decided("maker/model", *SAID))


def test_a_bill_that_breaks_the_standard_is_refused() -> None:
    bill = json.loads(ml_bom(decided("maker/model", *SAID)))
    bill["metadata"]["component"]["modelCard"]["nonsense"] = 1
    with pytest.raises(SourceUnreadable, match="CycloneDX"):
        check_ml_bom(json.dumps(bill))


@settings(max_examples=15, deadline=None)
@given(text=st.text(min_size=1, max_size=40))
def test_no_text_of_others_breaks_the_bill(text: str) -> None:
    fields = ("licence", "author", "base_model", "architecture", "pipeline_tag", "benchmark.x", "title")
    bill = ml_bom(decided("maker/model", *((name, text) for name in fields), ("modalities", (text,))))
    check_ml_bom(bill)
