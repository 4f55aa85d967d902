"""Which claim is shown."""

import random
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from registry.fields import field
from registry.passport import Claim, Value
from registry.resolve import resolve
from tests.registry.claims import MODEL, passport, said

BASE = "maker/model"


def test_the_configuration_counts_before_a_listing() -> None:
    decided = resolve(passport(said("context", 4096, "listed"), said("context", 131072, "configuration")))
    assert decided.value("context") == 131072


def test_each_field_has_its_own_order_of_methods() -> None:
    decided = resolve(
        passport(
            said("licence", "mit", "configuration"),
            said("licence", "gemma", "declared"),
            said("vram", 9, "declared", unit="GB"),
            said("vram", 8, "measured", unit="GB"),
        )
    )
    assert (decided.value("licence"), decided.value("vram")) == ("gemma", 8)


def test_what_is_known_counts_before_what_is_not() -> None:
    decided = resolve(passport(said("context", None, "configuration"), said("context", 4096, "listed")))
    assert decided.value("context") == 4096


def test_unknown_stays_unknown() -> None:
    decided = resolve(passport(said("context", None)))
    fact = decided.fact("context")
    assert fact is not None
    assert fact.claim is not None
    assert decided.value("context") is None
    assert decided.value("parameters") is None


def test_of_one_method_the_newest_word_is_shown() -> None:
    decided = resolve(
        passport(
            said("downloads", 10, "reported", as_of=date(2026, 1, 1)),
            said("downloads", 12, "reported", as_of=date(2026, 2, 1)),
        )
    )
    assert decided.value("downloads") == 12


def test_conditions_keep_figures_apart() -> None:
    small, large = (("context", "8192"),), (("context", "131072"),)
    decided = resolve(
        passport(said("vram", 8, unit="GB", conditions=small), said("vram", 12, unit="GB", conditions=large))
    )
    assert (decided.value("vram", small), decided.value("vram", large)) == (8, 12)
    assert decided.conflicts == ()


LOAD = (("context", "8192"),)


def test_memory_without_conditions_stands_beside_what_is_computed_under_some() -> None:
    listed = said("vram", 2.8, "listed", unit="GB")
    computed = said("vram", 9_294_188_486, "files", unit="bytes", conditions=LOAD)
    (fact,) = resolve(passport(listed, computed)).facts
    assert (fact.claim, fact.conditions, fact.others) == (computed, LOAD, (listed,))


def test_memory_measured_without_conditions_gives_way_to_nothing_weaker() -> None:
    measured = said("vram", 9, "measured", unit="GB")
    decided = resolve(passport(measured, said("vram", 8, "files", unit="GB", conditions=LOAD)))
    assert (decided.value("vram"), decided.value("vram", LOAD)) == (9, 8)


def test_an_unknown_need_takes_nobody_s_place() -> None:
    listed, unknown = said("vram", 2.8, "listed", unit="GB"), said("vram", None, "files", conditions=LOAD)
    assert resolve(passport(listed, unknown)).value("vram") == 2.8


def test_two_listings_that_disagree_do_so_beside_a_computed_figure_too() -> None:
    pages = [said("vram", size, "listed", unit="GB", source=f"page {size}") for size in (2, 13)]
    (conflict,) = resolve(passport(*pages, said("vram", 9, "files", unit="GB", conditions=LOAD))).conflicts
    assert "Shown is 9 GB" in conflict.sentence
    assert conflict.claims == tuple(sorted(pages, key=lambda claim: claim.source))


def test_claims_of_another_revision_are_left_out() -> None:
    decided = resolve(
        passport(said("context", 1, revision="a" * 40), said("context", 2, revision="b" * 40), revision="b" * 40)
    )
    assert decided.value("context") == 2
    assert decided.conflicts == ()


def test_a_variant_inherits_four_fields_from_its_base_and_no_more() -> None:
    facts: dict[str, Value] = {
        "architecture": "GemmaForCausalLM",
        "parameters": 100,
        "context": 8192,
        "modalities": ("text",),
        "author": "maker",
        "title": "Model",
        "year": 2026,
        "scheme": "BF16",
        "vram": 10,
    }
    base = resolve(
        passport(
            *(said(name, value, subject=BASE) for name, value in facts.items()),
            subject=BASE,
        )
    )
    decided = resolve(passport(said("scheme", "W4A16")), base)
    inherited = {fact.field.name for fact in decided.facts if fact.inherited}
    assert inherited == {"architecture", "parameters", "context", "modalities"}
    assert decided.value("scheme") == "W4A16"
    assert decided.value("author") is None


def test_the_base_counts_before_hearsay_and_after_the_models_own_files() -> None:
    base = resolve(passport(said("context", 131072, subject=BASE), said("parameters", 9, subject=BASE), subject=BASE))
    decided = resolve(passport(said("context", 4096, "listed"), said("parameters", 5, "files")), base)
    assert decided.value("context") == 131072
    assert decided.value("parameters") == 5


def test_the_licence_is_shown_with_the_one_upstream() -> None:
    base = resolve(passport(said("licence", "apache-2.0", "declared", subject=BASE), subject=BASE))
    for own, shown in ((passport(said("licence", "gemma", "declared")), "gemma"), (passport(), None)):
        fact = resolve(own, base).fact("licence")
        assert fact is not None
        assert fact.value == shown
        assert fact.upstream is not None
        assert fact.upstream.value == "apache-2.0"
        assert resolve(own, base).conflicts == ()


claims = st.builds(
    said,
    field=st.sampled_from(["context", "licence", "modalities", "vram", "downloads", "tensor_bytes.BF16"]),
    value=st.none() | st.integers(0, 9) | st.floats(0, 9) | st.sampled_from(["mit", "MIT", "x"]) | st.booleans(),
    method=st.sampled_from(["measured", "files", "configuration", "declared", "reported", "listed"]),
    subject=st.just(MODEL),
    source=st.sampled_from(["one", "two"]),
    as_of=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    conditions=st.sampled_from([(), (("engine", "vLLM"),)]),
)


@given(st.lists(claims, max_size=8), st.randoms())
def test_the_order_in_which_sources_are_read_changes_nothing(told: list[Claim], chance: random.Random) -> None:
    other = list(told)
    chance.shuffle(other)
    one, two = resolve(passport(*told)), resolve(passport(*other))
    assert {(f.field.name, f.conditions, repr(f.value)) for f in one.facts} == {
        (f.field.name, f.conditions, repr(f.value)) for f in two.facts
    }
    assert {c.sentence for c in one.conflicts} == {c.sentence for c in two.conflicts}


@given(st.lists(claims, max_size=8))
def test_no_claim_is_lost_and_conflicts_are_among_like_claims(told: list[Claim]) -> None:
    decided = resolve(passport(*told))
    kept = [claim for fact in decided.facts for claim in (fact.claim, *fact.others) if claim]
    assert sorted(map(repr, kept)) == sorted(map(repr, told))
    for conflict in decided.conflicts:
        assert not field(conflict.field).changes
        assert len({(c.subject, c.field, c.conditions) for c in conflict.claims}) == 1
        assert all(claim.value is not None for claim in conflict.claims)
