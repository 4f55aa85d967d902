"""Whatever stands where a safetensors header should, it ends in true tensors or in a refusal, in bounded memory."""

import json
import struct
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError, SourceUnreadable
from registry.passport import Reading
from registry.sources.safetensors_header import BITS, Header, parse_header, read_header
from registry.sources.weight_files import header_claims
from registry.store import Store
from tests.registry.sources.hostile import FIXED, changed, damaged, json_values, raw_json
from tests.registry.sources.recorded import assert_survives

SUBJECT = "maker/model"
READING = Reading(subject=SUBJECT, revision="a" * 40, as_of=date(2026, 11, 1))
REAL: dict[str, Any] = {
    "__metadata__": {"format": "pt"},
    "embed.weight": {"dtype": "BF16", "shape": [64, 16], "data_offsets": [0, 2048]},
    "layer.qweight": {"dtype": "I32", "shape": [16, 128], "data_offsets": [2048, 10240]},
    "layer.scales": {"dtype": "F16", "shape": [1, 128], "data_offsets": [10240, 10496]},
    "empty": {"dtype": "F32", "shape": [0, 3], "data_offsets": [10496, 10496]},
}
WORDS = ("dtype", "shape", "data_offsets", "BF16", "F4", "I32", "__metadata__", "embed.weight", "qweight")


def header_of(text: bytes) -> Header | None:
    try:
        return parse_header(text, "a.safetensors")
    except RegistryError:
        return None


def one(**entry: object) -> bytes:
    return raw_json({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **entry}})


def check(text: bytes) -> Header | None:
    """What is read fills the file without a gap, and every tensor is as large as its shape."""
    header = header_of(text)
    if header is not None:
        assert header.file_size == 8 + len(text) + sum(tensor.size for tensor in header.tensors)
        for tensor in header.tensors:
            assert tensor.name in json.loads(text)
            assert tensor.dtype not in BITS or BITS[tensor.dtype] * tensor.elements == tensor.size * 8
    return header


@FIXED
@given(changed(REAL, json_values(WORDS)) | json_values(WORDS))
def test_what_is_read_of_any_json_survives_the_store(store: Store, value: Any) -> None:  # noqa: ANN401
    header = check(raw_json(value))
    if header is not None:
        claims = header_claims([header], READING, bits=4, tied_output=True)
        assert_survives(store, claims, SUBJECT)
        sizes = {claim.field: claim.value for claim in claims if claim.field.startswith("tensor_bytes.")}
        assert set(sizes) == {f"tensor_bytes.{tensor.dtype}" for tensor in header.tensors}


@FIXED
@given(damaged(st.just(raw_json(REAL))))
def test_damaged_text_is_read_or_refused(text: bytes) -> None:
    check(text)


def test_the_real_header_is_read() -> None:
    header = check(raw_json(REAL))
    assert header is not None
    assert [tensor.size for tensor in header.tensors] == [2048, 8192, 256, 0]


@pytest.mark.parametrize(
    "text",
    [
        one(shape=[float("inf")]),
        one(shape=[2.0]),
        one(shape=["2"]),
        one(shape=[True, 2]),
        one(shape=[-2, -1]),
        one(shape=[2] * 100_000),
        one(shape=[2**50] * 60 + [0]),
        one(shape=2),
        one(dtype=None),
        one(dtype=True),
        one(dtype="<script>"),
        one(data_offsets=[0, 8, 8]),
        one(data_offsets=["0", "8"]),
        one(data_offsets=[8, 0]),
        one(data_offsets=[-8, 0]),
        one(data_offsets=[4, 12]),
        one(data_offsets=[0, 9]),
        one(dtype="F4", data_offsets=[0, 2]),
        one(dtype="NEW1", shape=[2**51], data_offsets=[0, 8]),
        one(dtype="NEW1", data_offsets=[0, 2**51]),
        raw_json({"a": json.loads(one())["a"], "b": json.loads(one())["a"]}),
        one()[:-1] + b"," + one()[1:],
        one().replace(b'"shape": [2]', b'"shape": [3], "shape": [2]'),
        one().decode().encode("utf-16"),
        one().replace(b'"a"', b'"\xff"'),
        b'{"a":' * 200_000,
        b"[]",
        b"null",
    ],
)  # fmt: skip
def test_a_header_that_lies_is_refused(text: bytes) -> None:
    with pytest.raises(SourceUnreadable, match="damaged header"):
        parse_header(text, "a.safetensors")


def test_a_dtype_of_tomorrow_counts_as_many_bytes_as_it_has() -> None:
    header = check(one(dtype="F128", data_offsets=[0, 32]))
    assert header is not None
    assert header.tensors[0].size == 32


def test_four_bit_elements_take_half_a_byte() -> None:
    header = check(one(dtype="F4", data_offsets=[0, 1]))
    assert header is not None
    assert header.tensors[0].elements == 2


@pytest.mark.parametrize("length", [3, 1000, 99_999_999, 2**63, 2**64 - 1])
def test_a_length_that_lies_sets_no_memory_aside(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", length) + b"{}")
    tracemalloc.start()
    try:
        with pytest.raises(SourceUnreadable, match=r"cut short|no safetensors"):
            read_header(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
