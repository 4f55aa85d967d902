"""What each of the five answers about the catalogue."""

from collections.abc import Callable

import pytest

from registry.errors import RegistryError, SourceMissing, UnknownField, UnknownModel
from registry.gpus import gpus
from registry.lookup import recorded_model
from registry.record import Query
from registry.recorded import recorded_footprint
from registry.store import Store
from registry.vram import Load, fit, on_card
from space.tools.box import registry_tools
from space.tools.tool import LONGEST_ANSWER, CallRefused, cut

SERVED_CARD = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
BASE = "google/gemma-4-E2B-it"
Call = Callable[..., str]


@pytest.fixture(scope="module")
def call(registry: Store) -> Call:
    tools = {tool.name: tool for tool in registry_tools(lambda: registry)}
    return lambda name, **arguments: tools[name].run(arguments)


def test_search_finds_by_words_and_says_how_many(call: Call) -> None:
    found = call("search", words="autoround gptq")
    assert found.startswith("2 found, 1 to 2:")
    assert "Vishva007/gemma-4-E2B-it-W4A16-AutoRound-GPTQ: " in found


def test_search_is_read_in_pages(call: Call) -> None:
    first = call("search", order="size", limit=3)
    assert first.endswith("more: ask again with offset 3.")
    second = call("search", order="size", limit=3, offset=3)
    assert not set(first.splitlines()[1:4]) & set(second.splitlines()[1:4])
    assert "none stands after" in call("search", offset=500)


def test_search_knows_which_weights_fit_a_card(call: Call) -> None:
    small = call("search", fits="RTX 3070", limit=20)
    assert "TheStageAI/gemma-4-E2B-it-qat" in small
    assert f"- {BASE}:" not in small


def test_a_search_never_disagrees_with_the_verdict_on_a_card(registry: Store) -> None:
    judged = {subject: recorded_footprint(recorded_model(registry, subject)) for subject in registry.subjects()}
    needs = {card.subject for card in registry.candidates(Query()) if card.vram is not None}
    for gpu in gpus():
        found = {card.subject for card in registry.candidates(on_card(Query(), gpu))}
        for subject, footprint in judged.items():
            verdict = fit(footprint, gpu, Load(context=8192))
            # Where no need is recorded, a list judges by the weights: it may offer what the estimate declines.
            if verdict.fits or verdict.refused or (verdict.fits is False and subject in needs):
                assert (subject in found) is verdict.fits, f"{subject} on {gpu.name}"


def test_a_search_for_a_card_leaves_out_what_vllm_does_not_run_there(call: Call) -> None:
    assert "pocket-gptq" in call("search", words="pocket", fits="L4")
    assert call("search", words="pocket", fits="T4").startswith("No model matches")


def test_a_search_without_a_hit_says_so(call: Call) -> None:
    assert call("search", words="zzzzz") == "No model matches. Fewer words or limits find more."


def test_a_passport_puts_what_is_in_doubt_first(call: Call) -> None:
    told = call("get_passport", model=SERVED_CARD)
    assert "b5c22b35dcc1eb28dc20e801300ec221cd754d71" in told.splitlines()[0]
    doubt, facts = told.index("In doubt:"), told.index("Facts:")
    assert doubt < told.index("it is dense") < facts
    assert "Licence: Gemma Terms of Use (declared by the author" in told
    assert "its base: apache-2.0" in told


def test_one_field_comes_with_every_claim_on_it(call: Call) -> None:
    told = call("get_passport", model=SERVED_CARD, field="Licence")
    assert told.count("also claimed:") >= 3
    assert "printed in a listing" in told


def test_the_model_is_the_served_one_unless_named(call: Call) -> None:
    assert call("get_passport").startswith("pocket-autoround, revision unknown")


def test_memory_is_told_part_by_part(call: Call) -> None:
    told = call("estimate_vram", model=SERVED_CARD, card="L4")
    assert "Weights: 7,450,398,662 bytes" in told
    assert "what requests write: 56,623,104 bytes = 56.62 MB (54.00 MiB)" in told
    assert "NVIDIA L4 24 GB: fits; vLLM may take " in told
    assert "is an estimate" in told


def test_all_cards_are_judged_where_none_is_named(call: Call) -> None:
    told = call("estimate_vram", model=SERVED_CARD)
    assert "Does not fit: NVIDIA GeForce RTX 3070 8 GB" in told
    fits = next(line for line in told.splitlines() if line.startswith("Fits: "))
    assert "NVIDIA L4 24 GB" in fits
    assert "T4" not in fits


@pytest.mark.parametrize("model", [SERVED_CARD, "TheStageAI/gemma-4-E2B-it-qat"])
def test_a_card_vllm_does_not_run_the_model_on_is_refused_whatever_its_memory(call: Call, model: str) -> None:
    refusal = "NVIDIA T4 16 GB: vLLM does not run it on Turing: "
    for told in (call("estimate_vram", model=model, card="T4"), call("estimate_vram", model=model)):
        line = next(line for line in told.splitlines() if line.startswith("NVIDIA T4"))
        assert line.startswith(refusal)
        assert line.endswith(", whatever its memory")
        assert "memory alone" not in told


def test_what_is_not_known_of_a_models_memory_is_said(call: Call) -> None:
    told = call("estimate_vram", model="ciocan/gemma-4-E2B-it-W4A16")
    assert "Weights: unknown" in told
    assert "Total (weights, cache set aside, overhead): unknown" in told


def test_a_comparison_tells_differences_gaps_and_the_rest_apart(call: Call) -> None:
    told = call("compare", models=[SERVED_CARD, BASE])
    differ, gaps, same = (told.index(title) for title in ("They differ:", "Not known of all:", "The same:"))
    assert differ < told.index("- Licence") < gaps
    assert gaps < told.index("- Group size\n") < same
    assert same < told.index("- Architecture: Gemma4ForConditionalGeneration")


def test_a_comparison_says_what_does_not_hold(call: Call) -> None:
    told = call("compare", models=[SERVED_CARD, BASE]).splitlines()
    experts = told.index("- Mixture of experts")
    assert told[experts + 1 : experts + 3] == [f"  {SERVED_CARD}: yes (does not hold)", f"  {BASE}: no"]


@pytest.mark.parametrize(("format", "sign"), [("bibtex", "@misc{"), ("ris", "TY  - "), ("cff", "cff-version")])
def test_a_citation_is_nothing_but_the_citation(call: Call, format: str, sign: str) -> None:
    assert call("cite", model=SERVED_CARD, format=format).startswith(sign)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("search", {"limit": 50}, "limit: Input should be less than or equal to 20"),
        ("search", {"wrods": "x"}, "wrods: Unexpected keyword argument"),
        ("search", {"modality": "smell"}, "modality: Input should be"),
        ("compare", {}, "models: Missing required argument"),
        ("compare", {"models": [BASE]}, "at least 2"),
        ("compare", {"models": [BASE] * 5}, "at most 4"),
        ("estimate_vram", {"context": 0}, "context: Input should be greater"),
        ("cite", {"format": "word"}, "format: Input should be"),
        ("get_passport", {"model": ["a"]}, "model: Input should be a valid string"),
    ],
)
def test_arguments_are_checked_and_the_fault_is_named(
    call: Call, name: str, arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(CallRefused) as refused:
        call(name, **arguments)
    assert str(refused.value).startswith(f"{name} cannot be called so. ")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("name", "arguments", "error", "words"),
    [
        ("get_passport", {"model": "no/such"}, UnknownModel, "no model"),
        ("get_passport", {"model": BASE, "field": "colour"}, UnknownField, "Recorded fields: "),
        ("estimate_vram", {"model": BASE, "card": "abacus"}, UnknownModel, "Known are: "),
        ("search", {"fits": "abacus"}, UnknownModel, "estimate_vram lists"),
        ("compare", {"models": [BASE, "no/such"]}, UnknownModel, "no model"),
        ("cite", {"model": "no/such"}, UnknownModel, "no model"),
        ("cite", {"model": "ciocan/gemma-4-E2B-it-W4A16"}, SourceMissing, "nothing to cite"),
    ],
)
def test_what_the_registry_cannot_answer_is_a_sentence(
    call: Call, name: str, arguments: dict[str, object], error: type[RegistryError], words: str
) -> None:
    with pytest.raises(error, match=words):
        call(name, **arguments)


def test_a_long_answer_is_cut_at_a_line_and_says_so() -> None:
    told = cut("\n".join(["line"] * 5_000))
    assert len(told) < LONGEST_ANSWER + 100
    assert told.splitlines()[-2] == "line"
    assert "more characters are left out" in told.splitlines()[-1]


def test_every_recorded_model_has_bounded_answers(call: Call, registry: Store) -> None:
    for subject in registry.subjects():
        for name in ("get_passport", "estimate_vram"):
            assert len(call(name, model=subject)) <= LONGEST_ANSWER + 100, (name, subject)
