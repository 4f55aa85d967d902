"""Claims about memory."""

from datetime import date

from registry.fields import check
from registry.footprint import footprint
from registry.passport import Reading
from registry.sources.memory import memory_claims
from registry.vram import Load, vram
from tests.registry.served_checkpoint import served_config

READING = Reading(subject="Someone/Model", revision=None, as_of=date(2026, 11, 23))
LOAD = Load(context=8192, concurrency=4)


def test_each_part_of_the_weights_is_claimed_and_they_add_up() -> None:
    claims = memory_claims(footprint(served_config()), READING, LOAD, method="configuration")
    parts = [claim for claim in claims if claim.field.startswith("tensor_bytes.")]
    layers = {
        dict(claim.conditions)["dtype"]: claim.value for claim in parts if claim.field.endswith("language_layers")
    }
    assert layers == {"I32": 938_806_272, "F16": 29_110_272, "BF16": 571_462}
    assert sum(claim.value for claim in parts if isinstance(claim.value, int)) == 7_450_398_662
    assert {claim.method for claim in claims} == {"configuration"}


def test_the_precision_of_a_tower_is_claimed_where_it_has_but_one() -> None:
    claims = memory_claims(footprint(served_config()), READING, LOAD)
    told = {claim.field: claim.value for claim in claims if claim.field.startswith("dtype.")}
    assert told == {"dtype.vision": "BF16", "dtype.audio": "BF16", "dtype.projector": "BF16"}


def test_the_need_holds_under_its_conditions_and_says_what_is_an_estimate() -> None:
    model = footprint(served_config())
    need = memory_claims(model, READING, LOAD)[-1]
    assert (need.field, need.value, need.unit) == ("vram", vram(model, LOAD).total_bytes, "bytes")
    assert dict(need.conditions)["context"] == "8192"
    assert dict(need.conditions)["concurrency"] == "4"
    assert need.note is not None
    assert "estimate" in need.note


def test_an_unknown_need_is_claimed_as_unknown_with_the_reason() -> None:
    (need,) = memory_claims(footprint({"model_type": "of_tomorrow"}), READING, LOAD)
    assert need.value is None
    assert need.note is not None
    assert "of_tomorrow" in need.note


def test_every_claim_is_of_the_vocabulary() -> None:
    for claim in memory_claims(footprint(served_config()), READING, LOAD):
        check(claim)
