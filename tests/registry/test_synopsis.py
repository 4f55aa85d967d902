"""A passport in plain sentences: only what is known, nothing an audit proved wrong, nothing recommended."""

import pytest

from registry.audit import examined
from registry.catalogue.load import load_catalogue
from registry.lookup import recorded_model
from registry.store import Store
from registry.synopsis import BY_RULE, synopsis
from tests.registry.decided import decided

BASE = decided("maker/base", ("context", 131072), ("parameters", 5_123_000_000), ("modalities", ("text", "image")))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    found = Store.open(tmp_path_factory.mktemp("registry") / "registry.db")
    load_catalogue(found)
    return found


def test_a_variant_is_told_with_what_it_has_from_its_base() -> None:
    variant = decided(
        "maker/variant", ("base_model", "maker/base"), ("author", "maker"), ("scheme", "W4A16"), ("licence", "mit"),
        ("quantization.method", "gptq"), ("tensor_bytes", 7_450_398_662, "files"), base=BASE,
    )  # fmt: skip
    assert synopsis(variant) == (
        "maker/variant is a quantized checkpoint made from maker/base, published by maker.",
        "Like its base, it takes text and images, has 5.12 billion parameters and reads up to 131,072 tokens.",
        "Its weights take 7.45 GB (6.94 GiB).",
        "Its weights are quantized: W4A16, in the format gptq.",
        "Its author puts it under MIT License. The licence of its base is not known here.",
        "An audit finds no rule broken by what its sources say.",
        BY_RULE,
    )


def test_what_is_unknown_is_left_out() -> None:
    told = synopsis(decided("name", revision=None))
    assert told[0] == "name is a checkpoint."
    assert not any(word in " ".join(told) for word in ("None", "unknown", "nobody"))


def test_what_an_audit_proved_wrong_is_not_repeated() -> None:
    base = decided("maker/base", ("mixture_of_experts", False, "configuration"))
    variant = decided("maker/variant", ("mixture_of_experts", True), base=base)
    claims = [fact.claim for each in (variant, base) for fact in each.facts if fact.claim]
    assert "mixture of experts" in " ".join(synopsis(variant))
    told = " ".join(synopsis(variant, examined(variant, claims)))
    assert "mixture of experts" not in told
    assert "an audit finds 1 thing wrong." in told


def test_what_was_not_found_is_said_to_be_not_found_and_nothing_else() -> None:
    told = synopsis(decided("some/name", ("repo_id", None, "reported"), ("licence", "mit")))
    assert len(told) == 2
    assert "not found" in told[0]


def test_every_recorded_model_is_told_in_whole_sentences_that_recommend_nothing(store: Store) -> None:
    for subject in store.subjects():
        found = recorded_model(store, subject)
        assert found.synopsis[0].startswith(subject)
        assert found.synopsis[-1] == BY_RULE
        for sentence in found.synopsis:
            assert sentence.endswith((".", "!")), sentence
            assert not {"best", "should", "ideal", "great", "None"} & set(sentence.replace(".", "").split()), sentence


def test_the_seeds_variant_reads_as_it_is(store: Store) -> None:
    told = " ".join(recorded_model(store, "Vishva007/gemma-4-E2B-it-W4A16-AutoRound").synopsis)
    for words in (
        "made from google/gemma-4-E2B-it", "5.1 billion parameters", "131,072 tokens", "7.45 GB (6.94 GiB)",
        "rounded to nearest without calibration", "Gemma Terms of Use", "Apache License 2.0", "13 things wrong",
    ):  # fmt: skip
        assert words in told
