"""Which works are cited, and that nothing about them is made up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.citations import citations
from registry.citations.works import checkpoint
from tests.registry.decided import COMMIT, Said, decided

AUTO_ROUND: tuple[Said, ...] = (
    ("quantization.method", "auto-round", "configuration"),
    ("quantization.packing", "auto_round:auto_gptq", "configuration"),
)


def test_checkpoint_base_software_and_method_are_cited() -> None:
    resolution = decided("o/m", ("base_model", "google/gemma-4-E2B-it"), *AUTO_ROUND)
    roles = [(cited.role, cited.work.key) for cited in citations(resolution)]
    assert roles == [
        ("model", "o_nd_m"),
        ("base", "google_nd_gemma-4-e2b-it"),
        ("software", "kwon_2023"),
        ("software", "cheng_2024"),
        ("software", "frantar_2022"),
    ]


def test_a_method_that_was_not_used_is_not_claimed() -> None:
    rounded = decided("o/m", *AUTO_ROUND, ("quantization.iterations", 0, "configuration"))
    reasons = {cited.work.key: cited.reason for cited in citations(rounded)}
    assert "was not used" in reasons["cheng_2024"]
    assert "was not used" in reasons["frantar_2022"]
    tuned = decided("o/m", *AUTO_ROUND, ("quantization.iterations", 200, "configuration"))
    assert "not used" not in {cited.work.key: cited.reason for cited in citations(tuned)}["cheng_2024"]


def test_gptq_without_auto_round_is_the_method() -> None:
    resolution = decided("o/m", ("quantization.method", "gptq", "configuration"))
    assert [(cited.role, cited.work.key) for cited in citations(resolution)][1:] == [
        ("software", "kwon_2023"),
        ("method", "frantar_2022"),
    ]


def test_an_unquantized_model_cites_no_method_and_a_gguf_no_vllm() -> None:
    assert [cited.work.key for cited in citations(decided("o/m"))] == ["o_nd_m", "kwon_2023"]
    assert [cited.work.key for cited in citations(decided("o/m", ("quantization.method", "gguf")))] == ["o_nd_m"]


def test_a_recorded_base_is_pinned_to_its_revision() -> None:
    base = decided("google/Base", ("author", "Google"), revision="abc")
    _, cited, *_ = citations(decided("o/m", ("base_model", "google/base")), [base])
    assert (cited.work.title, cited.work.version) == ("Base", "abc")
    assert cited.work.authors[0].family == "Google"


def test_what_listings_and_third_parties_say_of_author_and_year_is_left_out() -> None:
    hearsay = decided("o/m", ("author", "Impostor", "listed"), ("year", 2026, "listed"), ("year", 2025, "reported"))
    work = checkpoint("o/m", COMMIT, hearsay)
    assert [name.family for name in work.authors] == ["o"]
    assert work.year is None


def test_the_authors_own_word_counts() -> None:
    work = checkpoint("o/m", COMMIT, decided("o/m", ("author", "Jane Doe"), ("published", "2026-04-02")))
    assert [name.family for name in work.authors] == ["Jane Doe"]
    assert work.year == 2026


def test_a_folder_has_no_author_and_no_address() -> None:
    work = checkpoint("pocket-gptq", None, decided("pocket-gptq", revision=None))
    assert (work.authors, work.url, work.publisher, work.year) == ((), None, None, None)
    assert work.key == "nd_pocket-gptq"


def test_a_year_that_is_none_is_left_out() -> None:
    for slip in (20026, 0, "soon", 12):
        assert checkpoint("o/m", None, decided("o/m", ("year", slip))).year is None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("aA_-./nd0é中", min_size=1, max_size=8), st.text("aA_-./nd0é中", min_size=1, max_size=8))
def test_keys_differ_where_names_differ(one: str, other: str) -> None:
    keys = [checkpoint(name, None, None).key for name in (one, other)]
    assert keys[0] != keys[1] or one.lower() == other.lower(), "the Hub tells no names apart by case"
    assert all(set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-") for key in keys)


def test_a_key_does_not_depend_on_the_revision() -> None:
    assert checkpoint("o/m", "abc", None).key == checkpoint("o/m", None, None).key
