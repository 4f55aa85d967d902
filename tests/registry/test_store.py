"""What goes in comes out, what was said before is kept, and what is unknown stays unknown."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from registry.errors import AmbiguousName, StoreUnusable, UnknownField, UnknownModel
from registry.fni import VERSION
from registry.fni_factors import WEIGHTS
from registry.passport import Claim
from registry.record import Alias, File, Licence, Query, Record, Relation, Score
from registry.store import Store
from tests.registry.claims import MODEL, passport, record, said

A, B = "a" * 40, "b" * 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "registry.db") as store:
        yield store


def test_every_kind_of_claim_comes_back_as_it_went_in(store: Store) -> None:
    claims = (
        said("context", 131072, unit="tokens", revision=A),
        said("vram", 2.8, "listed", unit="GB", as_of=None, conditions=(("context", "8192"), ("engine", "vLLM"))),
        said("mixture_of_experts", False),
        said("modalities", ("text", "image")),
        said("parameters", None, "files"),
        said("title", "Ünïcode <script>", "declared"),
        Claim(
            subject=MODEL,
            field="licence",
            value="mit",
            method="declared",
            source="card",
            url="https://x.test",
            note="n",
        ),
    )
    store.add(record(*claims, revision=A))
    assert store.passport(MODEL) == passport(*claims, revision=A)
    assert [type(claim.value) for claim in store.passport(MODEL).claims] == [type(claim.value) for claim in claims]


def test_unknown_is_null_in_the_database(store: Store, tmp_path: Path) -> None:
    store.add(record(said("parameters", None, "files")))
    with sqlite3.connect(tmp_path / "registry.db") as raw:
        assert raw.execute("SELECT value IS NULL, unit IS NULL, conditions IS NULL FROM claims").fetchall() == [
            (1, 1, 1)
        ]
        assert raw.execute("SELECT parameters, context, fni FROM cards").fetchall() == [(None, None, None)]


def test_what_a_source_says_now_replaces_what_it_said_before(store: Store) -> None:
    store.add(record(said("licence", "gemma", "declared"), said("title", "Old", "declared"), said("context", 1)))
    store.add(record(said("licence", "mit", "declared")))
    now = store.passport(MODEL)
    assert {claim.field: claim.value for claim in now.claims} == {"licence": "mit", "context": 1}
    assert [claim.value for claim in store.history(MODEL, "licence")] == ["gemma", "mit"]


def test_other_sources_and_revisions_are_not_replaced(store: Store) -> None:
    store.add(record(said("context", 1, revision=A), said("context", 2, "listed"), revision=A))
    store.add(record(said("context", 3, revision=B), revision=B))
    assert [claim.value for claim in store.passport(MODEL, A).claims] == [1, 2]
    assert [claim.value for claim in store.passport(MODEL).claims] == [2, 3]
    assert store.revisions(MODEL) == (A, B)


def test_a_claim_said_again_keeps_its_row_and_takes_the_newer_date(store: Store) -> None:
    for day in (date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 1)):
        store.add(record(said("likes", 5, "reported", as_of=day)))
    assert store.history(MODEL, "likes") == (said("likes", 5, "reported", as_of=date(2026, 1, 3)),)


def test_one_bad_claim_leaves_nothing_behind(store: Store) -> None:
    good = record(said("context", 1, subject="maker/good"), subject="maker/good")
    with pytest.raises(UnknownField):
        store.add_all([good, record(said("colour", "red"))])
    assert store.subjects() == ()
    assert store.events() == ()


def test_a_model_is_found_by_its_exact_name_its_registry_id_or_in_any_case(store: Store) -> None:
    store.add(record())
    for name in (MODEL, MODEL.upper(), "hf-model--maker--model-4bit"):
        assert store.subject_of(name) == MODEL
    with pytest.raises(UnknownModel, match="maker/other"):
        store.subject_of("maker/other")


def test_a_registry_id_two_models_share_asks_for_the_exact_name(store: Store) -> None:
    for subject in ("Maker/Model", "maker/model"):
        store.add(record(subject=subject))
    assert store.subject_of("Maker/Model") == "Maker/Model"
    with pytest.raises(AmbiguousName, match=r"Maker/Model, maker/model"):
        store.subject_of("hf-model--maker--model")


def test_an_alias_moves_and_the_log_tells(store: Store) -> None:
    store.add(record(said("context", 1, revision=A), revision=A))
    store.add(record(said("context", 2, revision=B), revision=B))
    store.move_alias("served", MODEL, A)
    assert store.passport("served").value("context") == 1
    store.move_alias("served", MODEL)
    assert store.passport("served").value("context") == 2
    assert store.aliases() == (Alias(name="served", subject=MODEL),)
    assert [entry.kind for entry in store.events(MODEL)] == ["alias moved", "alias moved", "recorded", "recorded"]
    with pytest.raises(UnknownModel):
        store.move_alias("served", MODEL, "c" * 40)


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'other'", "DELETE FROM events"])
def test_the_event_log_cannot_be_changed(store: Store, tmp_path: Path, statement: str) -> None:
    store.log("source failed", MODEL, {"reason": "429"})
    with sqlite3.connect(tmp_path / "registry.db") as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    assert [(entry.kind, entry.detail) for entry in store.events()] == [("source failed", {"reason": "429"})]
    assert store.events()[0].at.utcoffset() is not None


def test_files_relations_and_scores_come_back(store: Store) -> None:
    files = (File(path="a.safetensors", size=7_000_000_000, sha256="ff"), File(path="b.json", size=None))
    ties = (Relation(kind="quantized_from", target="maker/model"), Relation(kind="sibling", target="maker/other"))
    old = Score(name="fni", version="2.0", as_of=date(2026, 1, 1), total=None, factors={"S": None, "A": 0.0})
    new = Score(name="fni", version="2.0", as_of=date(2026, 1, 2), total=38.6, inputs={"likes": 0}, revision=A)
    store.add(Record(passport=passport(revision=A), files=files, relations=ties, scores=(old,)))
    store.add(Record(passport=passport(revision=A), files=files, relations=ties, scores=(new,)))
    store.add(record(subject="maker/model"))
    assert store.files(MODEL) == files
    assert store.relations(MODEL) == ties
    assert store.scores(MODEL) == (new, old)
    assert store.related("maker/model") == ((MODEL, ties[0]),)
    assert store.search(Query()).cards[0].fni == 38.6


def test_licences_come_back_and_are_replaced_by_identifier(store: Store) -> None:
    for title in ("Old", "MIT License"):
        licence = Licence(identifier="MIT", title=title, allows=("commercial use",), requires=("notice",))
        store.put_licence(licence)
    assert store.licence("MIT") == licence
    assert store.licence("Apache-2.0") is None


def test_the_works_to_cite_are_kept_and_follow_what_is_said(store: Store) -> None:
    for subject in (MODEL, "maker/other"):
        store.add(record(said("quantization.method", "gptq", subject=subject), subject=subject))
    methods = {each.key for each in store.citations(MODEL) if each.role == "method"}
    assert methods == {each.key for each in store.citations("maker/other") if each.role == "method"} != set()
    store.add(record(said("author", "Somebody Else", "declared")))
    [own] = [each for each in store.citations(MODEL) if each.role == "model"]
    assert "Somebody Else" in str(own.work["author"])


def test_the_index_is_kept_with_its_inputs_and_only_when_it_changes(store: Store) -> None:
    factors = [said(f"fni.{name}", 50.0, "listed") for name in WEIGHTS]
    store.add(record(*factors))
    [first] = store.scores(MODEL)
    assert (first.version, first.total) == (VERSION, store.search(Query()).cards[0].fni)
    assert first.inputs["as listed"] == ["authority", "popularity", "recency", "quality"]
    store.add(record(said("context", 1, unit="tokens")))
    assert store.scores(MODEL) == (first,)
    store.add(record(*factors, said("fni.quality", 60.0, "reported")))
    newer, older = store.scores(MODEL)
    assert older == first
    assert newer.total == store.search(Query()).cards[0].fni != first.total


def test_an_alias_of_a_record_stays_where_somebody_has_moved_it(store: Store) -> None:
    store.add(replace(record(revision=A), aliases=("default",)))
    assert store.aliases() == (Alias(name="default", subject=MODEL, revision=A),)
    store.add(record(subject="maker/other"))
    store.move_alias("default", "maker/other")
    store.add(replace(record(revision=A), aliases=("default",)))
    assert store.subject_of("default") == "maker/other"


def test_a_variant_inherits_whichever_of_the_two_is_recorded_first(tmp_path: Path) -> None:
    variant = record(said("base_model", "maker/model", "declared"))
    base = record(said("context", 131072, subject="maker/model"), subject="maker/model")
    for number, order in enumerate([(variant, base), (base, variant)]):
        store = Store.open(tmp_path / f"{number}.db")
        for each in order:
            store.add(each)
        assert store.resolution(MODEL).value("context") == 131072
        assert {card.subject: card.context for card in store.search(Query()).cards} == {
            MODEL: 131072,
            "maker/model": 131072,
        }
        found = store.base(MODEL)
        assert found is not None
        assert found.subject == "maker/model"
        store.add(record(said("context", 8192, subject="maker/model"), subject="maker/model"))
        assert {card.context for card in store.search(Query()).cards} == {8192}


def test_a_model_that_names_itself_or_several_as_its_base_has_none(store: Store) -> None:
    store.add(record(said("base_model", MODEL, "declared")))
    assert store.base(MODEL) is None
    store.add(record(said("base_model", ("maker/a", "maker/b"), "declared")))
    assert store.base(MODEL) is None


def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    with Store.open(tmp_path / "registry.db") as one, Store.open(tmp_path / "registry.db") as two:
        one.add(record(said("context", 1)))
        two.add(record(said("parameters", 2, "files")))
        assert {claim.field for claim in one.passport(MODEL).claims} == {"context", "parameters"}


def test_foreign_keys_and_the_write_ahead_log_are_on(store: Store, tmp_path: Path) -> None:
    store.add(record())
    with store._write() as session:
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@pytest.mark.parametrize("address", ["postgresql://host/registry", "nonsense"])
def test_another_database_is_refused_in_words(address: str) -> None:
    with pytest.raises(StoreUnusable, match="sqlite:///path"):
        Store.open(address)


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "registry.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreUnusable, match="cannot be used"):
        Store.open(tmp_path / "registry.db")


def test_several_threads_write_and_read_at_once(store: Store) -> None:
    def work(number: int) -> int:
        store.add(record(said("context", number, "reported", source=f"thread {number}")))
        return len(store.passport(MODEL).claims)

    with ThreadPoolExecutor(8) as threads:
        assert max(threads.map(work, range(16))) <= 16
    assert sorted(str(claim.value) for claim in store.passport(MODEL).claims) == sorted(map(str, range(16)))
    assert [entry.kind for entry in store.events(MODEL)] == ["recorded"] * 16


def test_a_relation_tells_the_base_where_no_source_names_one(store: Store) -> None:
    tie = (Relation(kind="quantized_from", target="maker/base"),)
    store.add(record(said("scheme", "W4A16"), relations=tie))
    assert (store.origin(MODEL), store.base(MODEL)) == ("maker/base", None)
    store.add(record(said("context", 131072, subject="maker/base"), subject="maker/base"))
    assert store.base(MODEL) is not None
    assert store.resolution(MODEL).value("context") == 131072
    card = next(card for card in store.search(Query()).cards if card.subject == MODEL)
    assert (card.base_model, card.context) == ("maker/base", 131072)


def test_a_named_base_counts_before_a_relation_and_a_sibling_is_none(store: Store) -> None:
    store.add(record(said("base_model", "a/named", "declared"), relations=(Relation(kind="base", target="b/tied"),)))
    assert store.origin(MODEL) == "a/named"
    store.add(
        record(
            said("scheme", "BF16", subject="c/c"), subject="c/c", relations=(Relation(kind="sibling", target="b/tied"),)
        )
    )
    assert store.origin("c/c") is None


def test_a_card_counts_what_an_audit_finds_and_follows_its_base(store: Store) -> None:
    """No two claims on the model disagree with each other: the rule compares them with the base."""
    store.add(record(said("mixture_of_experts", True, "declared"), said("base_model", "maker/base", "declared")))
    assert store.search(Query()).cards[0].findings == 0
    store.add(record(said("mixture_of_experts", False, subject="maker/base"), subject="maker/base"))
    assert {card.subject: card.findings for card in store.search(Query()).cards} == {MODEL: 1, "maker/base": 0}
    store.add(record(said("mixture_of_experts", True, subject="maker/base"), subject="maker/base"))
    assert {card.findings for card in store.search(Query()).cards} == {0}


@pytest.mark.parametrize("asked", ["Apache-2.0", "apache-2.0", "Apache License 2.0"])
def test_a_licence_is_one_facet_however_it_is_spelt(store: Store, asked: str) -> None:
    for subject, spelling in (("a/a", "apache-2.0"), ("b/b", "Apache License 2.0"), ("c/c", "homemade")):
        store.add(record(said("licence", spelling, "declared", subject=subject), subject=subject))
    assert store.facets().licences == (("Apache-2.0", 2), ("homemade", 1))
    assert store.search(Query(licence=asked)).found == 2
    assert store.search(Query(licence="homemade")).found == 1
