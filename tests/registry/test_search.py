"""Search by words and facets."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from registry.passport import Passport, Value
from registry.record import Query, Record, Score
from registry.store import Store
from tests.registry.claims import said


def model(subject: str, fni: float | None = None, **facts: Value) -> Record:
    claims = tuple(said(name, value, "declared", subject=subject) for name, value in facts.items())
    score = Score(name="fni", version="2.0", as_of=date(2026, 1, 1), total=fni)
    return Record(passport=Passport(subject=subject, revision=None, claims=claims), scores=(score,))


MODELS = [
    model("maker/gemma-4bit", 20.0, licence="gemma", scheme="W4A16", modalities=("text", "image"), tensor_bytes=7),
    model("maker/gemma", 80.0, licence="apache-2.0", scheme="BF16", modalities=("text",), tensor_bytes=10),
    model("other/llama-4bit", None, licence="llama3", scheme="W4A16", modalities=("text",), updated="2026-09-01"),
    model("other/qwen", 50.5, licence="Apache-2.0", tensor_bytes=3, title="Café", updated="2026-10-01", vram=9),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "registry.db") as store:
        store.add_all(MODELS)
        yield store


def found(store: Store, **asked: Value) -> list[str]:
    return [card.subject for card in store.search(Query(**asked)).cards]  # type: ignore[arg-type]


def test_without_a_question_all_are_found_the_best_score_first_and_the_unscored_last(store: Store) -> None:
    assert found(store) == ["maker/gemma", "other/qwen", "maker/gemma-4bit", "other/llama-4bit"]


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        ("gemma", ["maker/gemma", "maker/gemma-4bit"]),
        ("GEMMA 4bit", ["maker/gemma-4bit"]),
        ("gem", ["maker/gemma", "maker/gemma-4bit"]),
        ("gem ", []),
        ("maker/gemma-4bit", ["maker/gemma-4bit"]),
        ("cafe", ["other/qwen"]),
        ("w4a16", ["maker/gemma-4bit", "other/llama-4bit"]),
        ("nothing", []),
    ],
)
def test_every_word_must_occur_and_the_last_may_be_a_beginning(store: Store, words: str, subjects: list[str]) -> None:
    assert found(store, words=words) == subjects


@pytest.mark.parametrize(
    "words", ['"', "*", "gemma OR", "NEAR(", "facets:x", "a_b", "-", "' OR 1=1 --", "\x00", "(((", "ﬀ", "模型", " "]
)
def test_nothing_a_visitor_types_is_syntax(store: Store, words: str) -> None:
    store.search(Query(words=words))
    store.search(Query(licence=words, modality=words, scheme=words))


def test_facets_narrow_together_with_words(store: Store) -> None:
    assert found(store, modality="image") == ["maker/gemma-4bit"]
    assert found(store, licence="apache-2.0") == ["maker/gemma", "other/qwen"]
    assert found(store, scheme="W4A16", words="llama") == ["other/llama-4bit"]
    assert found(store, scheme="W4A16", licence="mit") == []


def test_sizes_narrow_with_and_without_words_and_leave_out_the_unknown(store: Store) -> None:
    assert found(store, size_at_most=7) == ["other/qwen", "maker/gemma-4bit"]
    assert found(store, size_at_least=7, words="gemma") == ["maker/gemma", "maker/gemma-4bit"]


def test_room_is_for_the_memory_recorded_and_for_the_weights_where_that_is_not(store: Store) -> None:
    assert found(store, room=9) == ["other/qwen", "maker/gemma-4bit"]
    assert found(store, room=8) == ["maker/gemma-4bit"]
    assert found(store, room=8, words="qwen") == []
    store.add(model("maker/gemma-4bit", tensor_bytes=7, vram=2))
    assert found(store, room=6) == [], "a need below its own weights is nobody's"


@pytest.mark.parametrize("words", ["", "maker"])
def test_architectures_that_are_not_run_are_left_out_by_how_their_names_begin(store: Store, words: str) -> None:
    store.add(model("maker/gemma", 80.0, architecture="Gemma4ForConditionalGeneration"))
    store.add(model("maker/gemma-4bit", 20.0, architecture="gemma4ForCausalLM"))
    assert "maker/gemma" in found(store, words=words)
    kept = found(store, words=words, not_run=("Gemma4", "Llama"))
    assert "maker/gemma" not in kept
    assert "maker/gemma-4bit" in kept
    assert words or "other/qwen" in kept, "nothing is known against an unknown architecture"


def test_other_orders_put_the_unknown_last(store: Store) -> None:
    assert found(store, order="size") == ["other/qwen", "maker/gemma-4bit", "maker/gemma", "other/llama-4bit"]
    assert found(store, order="updated")[:2] == ["other/qwen", "other/llama-4bit"]
    assert found(store, order="size", words="maker") == ["maker/gemma-4bit", "maker/gemma"]


def test_pages_follow_each_other(store: Store) -> None:
    pages = [found(store, limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert [subject for page in pages for subject in page] == found(store)


def test_a_new_score_moves_a_model_and_leaves_no_shadow(store: Store) -> None:
    store.add(model("maker/gemma-4bit", 99.9, licence="mit"))
    assert found(store, words="gemma") == ["maker/gemma-4bit", "maker/gemma"]
    assert found(store, licence="gemma") == []


def test_at_most_500_are_candidates_and_they_are_the_best(tmp_path: Path) -> None:
    with Store.open(tmp_path / "many.db") as store:
        store.add_all(model(f"maker/model-{number}", number / 10) for number in range(600))
        page = store.search(Query(words="model", limit=1))
        assert (page.found, page.more, page.cards[0].subject) == (500, True, "maker/model-599")
        assert [card.subject for card in store.candidates(Query(words="model"))][-1] == "maker/model-100"
        assert store.search(Query(offset=500)).cards == ()


def test_facets_are_counted(store: Store) -> None:
    facets = store.facets()
    assert facets.modalities == (("text", 3), ("image", 1))
    assert facets.schemes == (("W4A16", 2), ("BF16", 1))
