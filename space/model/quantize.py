"""From a BF16 Gemma 4 folder to a W4A16 one: round to nearest, groups of 128, symmetric, four bits.

auto-round rounds and packs each weight; nothing is calibrated, so no model is loaded. What surrounds it is here:
which layers keep 16 bits, the two names the result can go by, shards small enough for git, and a read-back that must
pass before the folder appears. This module knows nothing of training, of accuracy, or of the engine that serves the
result.

The two formats hold the same integers. `auto_round` is the served checkpoint's own; `auto_gptq` is for loaders that
only know GPTQ.
"""

import argparse
import json
import shutil
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from huggingface_hub import save_torch_state_dict
from torch import Tensor
from tqdm import tqdm

from space.errors import CheckpointError
from space.model import w4a16
from space.model.folder import refuse_to_overwrite
from space.model.readback import Tensors, differences

Format = Literal["auto_round", "auto_gptq"]

PACKING = "auto_round:auto_gptq"
# Under the 9.5 MB that git should hold in one file, with room for a shard's header.
MAX_SHARD_SIZE = "9MB"
SHOWN_DIFFERENCES = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a BF16 Gemma 4 checkpoint")
    parser.add_argument("out", type=Path, metavar="OUT", help="where the W4A16 checkpoint goes")
    parser.add_argument("--format", choices=("auto_round", "auto_gptq"), default="auto_round")
    parser.add_argument(
        "--max-shard-size", default=MAX_SHARD_SIZE, help="for example 9MB or 5GB (default: %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    quantize(args.folder, args.out, args.format, max_shard_size=args.max_shard_size)
    return 0


def quantize(folder: Path, out: Path, form: Format, *, max_shard_size: str = MAX_SHARD_SIZE) -> None:
    """Write `folder` in W4A16 to `out`, which appears only after the read-back has passed.

    Raises CheckpointError when `folder` is not an unquantized dense Gemma 4, when `out` holds something already, or
    when the result is not what it should be.
    """
    started = time.monotonic()
    config = _source_config(folder)
    refuse_to_overwrite(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        made = Path(scratch, "made")
        _copy_companions(folder, made)
        save_torch_state_dict(_quantized_tensors(folder, config, form), made, max_shard_size=max_shard_size)
        _write_config(made, config, form)
        print("Reading back …", flush=True)
        check(folder, made)
        made.rename(out)
    shards = list(out.glob("*.safetensors"))
    size = sum(path.stat().st_size for path in shards) / 1e6
    print(f"{out}: {form}, {len(shards)} shards, {size:.1f} MB, {time.monotonic() - started:.0f} s", flush=True)


def check(source: Path, quantized: Path) -> None:
    """Raises CheckpointError with the first differences unless `quantized` is `source` in W4A16."""
    found = differences(source, quantized)
    if found:
        shown = "\n  ".join(found[:SHOWN_DIFFERENCES])
        raise CheckpointError(
            f"The quantized folder is not its source in W4A16 ({len(found)} differences) and was not kept:\n  {shown}"
        )


def _source_config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise CheckpointError(f"{folder} is not a checkpoint: it has no config.json.")
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if config.get("model_type") != "gemma4":
        raise CheckpointError(f"{folder} holds a {config.get('model_type')} model; only gemma4 can be quantized here.")
    if "quantization_config" in config:
        raise CheckpointError(f"{folder} is already quantized; start from the BF16 checkpoint.")
    if config["text_config"].get("enable_moe_block"):
        raise CheckpointError(f"{folder} is a mixture of experts; only dense Gemma 4 models can be quantized here.")
    with Tensors(folder) as tensors:
        quantized = [name for name in tensors if w4a16.is_quantized(name)]
        if not quantized:
            raise CheckpointError(f"{folder} holds no weights of a Gemma 4 language model in safetensors files.")
        for name in quantized:
            try:
                w4a16.packed_shapes(*tensors.shape(name))
            except ValueError as error:
                raise CheckpointError(f"{name}: {error}.") from error
    return config


def _copy_companions(folder: Path, made: Path) -> None:
    """Tokenizer, chat template, processor, generation config: all files but weights, index and the model card."""
    made.mkdir()
    for path in sorted(folder.iterdir()):
        weights = path.suffix == ".safetensors" or path.name.endswith(".safetensors.index.json")
        if path.is_file() and not weights and path.name not in ("config.json", "README.md"):
            shutil.copy2(path, made)


def _quantized_tensors(folder: Path, config: dict[str, Any], form: Format) -> dict[str, Tensor]:
    with Tensors(folder) as source:
        kept = [name for name in source if not w4a16.is_unused(name, config)]
        tensors: dict[str, Tensor] = {}
        for name in tqdm(kept, desc=f"Rounding {folder.name}", unit="tensor"):
            if w4a16.is_quantized(name):
                tensors |= _packed(name.removesuffix(".weight"), source[name], form)
            else:
                tensors[name] = source[name]
    return tensors


def _packed(layer: str, weight: Tensor, form: Format) -> dict[str, Tensor]:
    # Imported here: it takes seconds, and refusing a folder should not.
    from auto_round.utils.model_free_utils import quantize_weight_rtn

    qweight, qzeros, scales = quantize_weight_rtn(weight, w4a16.BITS, w4a16.GROUP_SIZE, sym=True, packing=PACKING)
    packed = {f"{layer}.qweight": qweight, f"{layer}.qzeros": qzeros, f"{layer}.scales": scales}
    if form == "auto_gptq":
        packed[f"{layer}.g_idx"] = w4a16.group_index(weight.shape[1])
    return packed


def _write_config(made: Path, config: dict[str, Any], form: Format) -> None:
    quantization = auto_round_config() if form == "auto_round" else gptq_config()
    made_by = {"autoround_version": version("auto-round")}
    text = json.dumps(config | {"quantization_config": quantization | made_by}, indent=2)
    (made / "config.json").write_text(text + "\n", encoding="utf-8")


def auto_round_config() -> dict[str, Any]:
    """`quantization_config` as auto-round writes it: everything outside the named blocks keeps 16 bits."""
    return {
        "quant_method": "auto-round",
        "packing_format": PACKING,
        "bits": w4a16.BITS,
        "group_size": w4a16.GROUP_SIZE,
        "sym": True,
        "data_type": "int",
        "iters": 0,
        "block_name_to_quantize": w4a16.LANGUAGE_LAYERS,
    }


def gptq_config() -> dict[str, Any]:
    """The same quantization in GPTQ's words.

    `modules_in_block_to_quantize` names the language model's blocks as a whole: without it vLLM 0.29 infers the list
    from the tensors and stops at blocks that share keys and values (`some but not all shards … are quantized`).
    """
    return {
        "quant_method": "gptq",
        "checkpoint_format": "gptq",
        "bits": w4a16.BITS,
        "group_size": w4a16.GROUP_SIZE,
        "sym": True,
        "desc_act": False,
        "true_sequential": False,
        "lm_head": False,
        "modules_in_block_to_quantize": [w4a16.LANGUAGE_LAYERS],
        "provider": "auto-round",
    }
