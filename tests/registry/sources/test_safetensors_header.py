"""What headers prove."""

import json
import struct
from pathlib import Path

import pytest

from registry.errors import SourceUnreadable
from registry.sources.safetensors_header import Tensor, bytes_by_dtype, parameter_count, read_header
from registry.sources.safetensors_index import shard_names, weight_paths
from tests.checkpoint_files import SHARDS, safetensors, write_checkpoint


def tensor(name: str, dtype: str, *shape: int) -> Tensor:
    return Tensor(name=name, dtype=dtype, shape=shape, size=0)


def test_a_header_gives_names_dtypes_shapes_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors({"a.weight": ("BF16", [2, 3], bytes(12)), "b": ("F32", [], bytes(4))}))
    header = read_header(path)
    assert header.tensors == (
        Tensor(name="a.weight", dtype="BF16", shape=(2, 3), size=12),
        Tensor(name="b", dtype="F32", shape=(), size=4),
    )
    assert header.file_size == path.stat().st_size


def test_the_weights_are_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    whole = safetensors({"a": ("BF16", [1 << 10], bytes(2 << 10))})
    path.write_bytes(whole[: -(2 << 10)])
    assert read_header(path).file_size == len(whole)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"abc",
        struct.pack("<Q", 10) + b"{}",
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 2) + b"{,",
        struct.pack("<Q", 7) + b'{"a":1}',
        struct.pack("<Q", 42) + json.dumps({"a": {"dtype": "F32", "shape": [1]}}).encode().ljust(42),
    ],
)
def test_what_is_no_header_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(SourceUnreadable, match=r"a\.safetensors"):
        read_header(path)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="No such file"):
        read_header(tmp_path / "a.safetensors")


def test_packed_integers_count_as_the_weights_in_them() -> None:
    layer = [tensor("l.qweight", "I32", 16, 128), tensor("l.scales", "F16", 1, 128), tensor("l.qzeros", "I32", 1, 16)]
    assert parameter_count(layer, bits=4, tied_output=False) == 128 * 128
    assert parameter_count(layer, bits=8, tied_output=False) == 64 * 128


@pytest.mark.parametrize("bits", [None, 0, 3])
def test_packed_weights_of_unknown_width_are_not_guessed(bits: int | None) -> None:
    assert parameter_count([tensor("l.qweight", "I32", 16, 128)], bits=bits, tied_output=False) is None


def test_a_tied_output_head_counts_once() -> None:
    both = [tensor("model.embed_tokens.weight", "BF16", 64, 16), tensor("lm_head.weight", "BF16", 64, 16)]
    assert parameter_count(both, bits=None, tied_output=True) == 64 * 16
    assert parameter_count(both, bits=None, tied_output=False) == 2 * 64 * 16


def test_bytes_are_summed_by_dtype_largest_first() -> None:
    tensors = [
        Tensor(name="a", dtype="F16", shape=(1,), size=2),
        Tensor(name="b", dtype="BF16", shape=(4,), size=8),
        Tensor(name="c", dtype="F16", shape=(2,), size=4),
    ]
    assert list(bytes_by_dtype(tensors).items()) == [("BF16", 8), ("F16", 6)]


def test_only_the_shards_an_index_names_are_weights(tmp_path: Path) -> None:
    assert tuple(path.name for path in weight_paths(write_checkpoint(tmp_path))) == SHARDS
    (tmp_path / "model.safetensors.index.json").unlink()
    assert weight_paths(tmp_path) == (tmp_path / "model.safetensors",)


@pytest.mark.parametrize(
    "index",
    [
        "",
        "[]",
        "{}",
        '{"weight_map": {}}',
        '{"weight_map": []}',
        '{"weight_map": {"a": "../x.safetensors"}}',
        '{"weight_map": {"a": "sub/x.safetensors"}}',
        '{"weight_map": {"a": "x.bin"}}',
    ],
)
def test_a_damaged_index_is_refused(index: str) -> None:
    with pytest.raises(SourceUnreadable):
        shard_names(index)
