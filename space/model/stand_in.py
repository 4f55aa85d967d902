"""A full-size stand-in for the served checkpoint: its tensors by name, shape and type, with random numbers in them.

It weighs, loads and runs like `Vishva007/gemma-4-E2B-it-W4A16-AutoRound` and says nothing sensible: for measuring
memory and speed where the real weights cannot be fetched. The plan of its tensors is a pure function of a
configuration; writing streams that plan to disk a few megabytes at a time. No file of the real checkpoint is needed.
"""

import argparse
import json
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor
from tqdm import tqdm
from transformers import Gemma4Config, Gemma4ForConditionalGeneration, GenerationConfig

from space.errors import CheckpointError
from space.model import w4a16
from space.model.folder import pocket_processor, refuse_to_overwrite
from space.model.quantize import auto_round_config
from space.model.stand_in_tokenizer import EOS, TOOL_RESPONSE, TURN_END, stand_in_tokenizer

# Of the published checkpoint: the bytes of all tensors, and of each file.
SERVED_TENSOR_BYTES = 7_450_398_662
SERVED_FILE_BYTES = (1_072_080_494, 1_036_670_096, 4_697_620_616, 644_350_144)

SHARD_BYTES = 2**30  # auto-round's shards; a larger tensor has one to itself
SPARE_BYTES = 2**30
CHUNK = 2**23  # numbers drawn at once
CLIP_BOUND = 1e4  # of the towers' clipped linears: never reached by numbers of order one
SEVENS = 0x77777777  # eight zero points of 8, each stored less one

DTYPES = {torch.int32: "I32", torch.bfloat16: "BF16", torch.float16: "F16"}  # in safetensors' order within a file


@dataclass(frozen=True, kw_only=True)
class PlannedTensor:
    """One tensor of a checkpoint before it is written."""

    name: str
    dtype: torch.dtype
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * int(self.dtype.itemsize)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the stand-in goes (7.5 GB)")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> int:
    config = served_config()
    _refuse_another_size(shards(plan(config)))
    write(args.folder, config, seed=args.seed)
    return 0


def served_config() -> Gemma4Config:
    """The configuration of Gemma 4 E2B. Token ids are the library's defaults, which are E2B's."""
    layers = 35
    text = {
        "hidden_size": 1536,
        "intermediate_size": 6144,
        "num_hidden_layers": layers,
        "layer_types": ["full_attention" if index % 5 == 4 else "sliding_attention" for index in range(layers)],
        "num_kv_shared_layers": 20,
        "use_double_wide_mlp": True,
        "num_attention_heads": 8,
        "num_key_value_heads": 1,
        "head_dim": 256,
        "global_head_dim": 512,
        "hidden_size_per_layer_input": 256,
        "final_logit_softcapping": 30.0,
    }
    vision = {"use_clipped_linears": True, "default_output_length": 280}
    return Gemma4Config(text_config=text, vision_config=vision, audio_config={}, dtype="bfloat16")


def plan(config: Gemma4Config) -> list[PlannedTensor]:
    """Every tensor of a W4A16 checkpoint of this configuration, in the order auto-round saves them.

    The language model's blocks come first, because they are saved as they are quantized; then the rest as the model
    lists it. The output head is the embedding table and has no tensor of its own.
    """
    with torch.device("meta"):
        model = Gemma4ForConditionalGeneration(config)
    tensors = [(name, tensor) for name, tensor in model.state_dict().items() if name != "lm_head.weight"]
    tensors.sort(key=lambda item: not item[0].startswith(w4a16.LANGUAGE_LAYERS))
    return [planned for name, tensor in tensors for planned in _planned(name, tuple(tensor.shape))]


def _planned(name: str, shape: tuple[int, ...]) -> list[PlannedTensor]:
    if not w4a16.is_quantized(name):
        return [PlannedTensor(name=name, dtype=torch.bfloat16, shape=shape)]
    layer = name.removesuffix(".weight")
    return [
        PlannedTensor(name=f"{layer}.{suffix}", dtype=dtype, shape=packed)
        for suffix, (dtype, packed) in w4a16.packed_shapes(*shape).items()
    ]


def shards(tensors: Iterable[PlannedTensor], limit: int = SHARD_BYTES) -> list[list[PlannedTensor]]:
    """Divide into files of at most `limit` tensor bytes, in order; a larger tensor is alone in its file."""
    divided: list[list[PlannedTensor]] = []
    room = 0
    for tensor in tensors:
        if tensor.nbytes > room:
            divided.append([])
            room = limit
        divided[-1].append(tensor)
        room -= tensor.nbytes
    return divided


def header(shard: Sequence[PlannedTensor]) -> tuple[list[PlannedTensor], bytes]:
    """The shard's tensors in the order of a safetensors file, and what stands before their bytes."""
    order = list(DTYPES)
    ordered = sorted(shard, key=lambda tensor: (order.index(tensor.dtype), tensor.name))
    entries = {}
    end = 0
    for tensor in ordered:
        start, end = end, end + tensor.nbytes
        entries[tensor.name] = {
            "dtype": DTYPES[tensor.dtype],
            "shape": tensor.shape,
            "data_offsets": [start, end],
        }
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return ordered, len(text).to_bytes(8, "little") + text


def _refuse_another_size(divided: Sequence[Sequence[PlannedTensor]]) -> None:
    total = sum(tensor.nbytes for shard in divided for tensor in shard)
    files = tuple(len(header(shard)[1]) + sum(tensor.nbytes for tensor in shard) for shard in divided)
    if total != SERVED_TENSOR_BYTES or files != SERVED_FILE_BYTES:
        raise CheckpointError(
            f"The plan has {total:,} tensor bytes in files of {files} and the served checkpoint has "
            f"{SERVED_TENSOR_BYTES:,} in files of {SERVED_FILE_BYTES}: this version of transformers names or shapes "
            "Gemma 4 differently. Use the pinned one."
        )


def write(folder: Path, config: Gemma4Config, *, seed: int = 0, limit: int = SHARD_BYTES) -> None:
    """Write a servable folder of random weights.

    Raises CheckpointError when `folder` holds something already, or the disk has too little room.
    """
    refuse_to_overwrite(folder)
    divided = shards(plan(config), limit)
    total = sum(tensor.nbytes for shard in divided for tensor in shard)
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_a_full_disk(folder, total)
    weight_map: dict[str, str] = {}
    with tqdm(total=total, unit="B", unit_scale=True, desc=str(folder)) as progress:
        for number, shard in enumerate(divided, start=1):
            name = f"model-{number:05}-of-{len(divided):05}.safetensors"
            ordered, start = header(shard)
            with (folder / name).open("wb") as file:
                file.write(start)
                for tensor in ordered:
                    _write_values(file, tensor, seed, progress)
            weight_map |= {tensor.name: name for tensor in shard}
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    _write_companions(folder, config)


def _refuse_a_full_disk(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise CheckpointError(
            f"The stand-in needs {needed / 1e9:.1f} GB and {SPARE_BYTES / 1e9:.1f} GB to spare; "
            f"{folder} has {free / 1e9:.1f} GB left."
        )


def _write_values(file: BinaryIO, tensor: PlannedTensor, seed: int, progress: "tqdm[None]") -> None:
    for chunk in values(tensor, seed):
        file.write(chunk.view(torch.uint8).numpy().data)
        progress.update(chunk.nbytes)


def values(tensor: PlannedTensor, seed: int) -> Iterator[Tensor]:
    """The tensor's numbers in flat chunks. They depend on the seed and the tensor's name, on nothing else."""
    generator = torch.Generator().manual_seed(seed ^ zlib.crc32(tensor.name.encode()))
    left = prod(tensor.shape)
    while left:
        count = min(left, CHUNK)
        yield _draw(tensor, torch.empty(count, dtype=tensor.dtype), generator)
        left -= count


def _draw(tensor: PlannedTensor, chunk: Tensor, generator: torch.Generator) -> Tensor:
    """Numbers that keep every activation of order one: fan-in^-1/2 for what multiplies, one for what scales."""
    match tensor.name.rsplit(".", 1)[-1]:
        case "qweight":
            return chunk.random_(-(2**31), 2**31 - 1, generator=generator)
        case "qzeros":
            return chunk.fill_(SEVENS)
        case "scales":
            in_features = tensor.shape[0] * w4a16.GROUP_SIZE
            spread = ((2**w4a16.BITS) ** 2 / 12) ** 0.5  # of codes drawn evenly
            return chunk.uniform_(0.5, 1.5, generator=generator).div_(spread * in_features**0.5)
        case "input_min" | "output_min":
            return chunk.fill_(-CLIP_BOUND)
        case "input_max" | "output_max":
            return chunk.fill_(CLIP_BOUND)
        case "bias" | "per_dim_scale":
            return chunk.zero_()
    if len(tensor.shape) == 1:
        return chunk.fill_(1)
    return chunk.normal_(std=prod(tensor.shape[1:]) ** -0.5, generator=generator)


def _write_companions(folder: Path, config: Gemma4Config) -> None:
    config.architectures = ["Gemma4ForConditionalGeneration"]
    config.quantization_config = auto_round_config()
    config.save_pretrained(folder)
    pocket_processor(stand_in_tokenizer()).save_pretrained(folder)
    GenerationConfig(
        do_sample=True,
        temperature=1.0,
        top_p=0.95,
        top_k=64,
        bos_token_id=config.text_config.bos_token_id,
        pad_token_id=config.text_config.pad_token_id,
        eos_token_id=[EOS, TURN_END, TOOL_RESPONSE],
    ).save_pretrained(folder)
