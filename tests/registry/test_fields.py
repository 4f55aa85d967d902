"""The vocabulary."""

import pytest

from registry.errors import UnknownField, UnknownUnit
from registry.fields import check, field
from tests.registry.claims import said


def test_a_family_takes_any_member() -> None:
    assert field("tensor_bytes.BF16").label == "Weights (BF16)"
    assert field("tensor_bytes.BF16").unit == "bytes"


@pytest.mark.parametrize("name", ["", "colour", "quantization.colour", "benchmark.", "Context"])
def test_a_word_outside_the_vocabulary_is_refused(name: str) -> None:
    with pytest.raises(UnknownField):
        field(name)


def test_exactly_four_fields_are_inherited() -> None:
    names = ("architecture", "parameters", "context", "modalities", "author", "title", "year", "licence", "scheme")
    assert [name for name in names if field(name).inherited] == ["architecture", "parameters", "context", "modalities"]


def test_a_unit_that_cannot_be_converted_is_refused() -> None:
    check(said("vram", 8, unit="GiB"))
    check(said("parameters", 5, unit="billion"))
    for claim in (said("vram", 8, unit="tokens"), said("context", 8, unit="GB"), said("vram", 8, unit="gallons")):
        with pytest.raises(UnknownUnit):
            check(claim)
