"""A pocket checkpoint on disk: what a served Gemma 4 folder must hold, written once and read back.

It knows files and tensor names, nothing about how the weights came to be.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import (
    Gemma4AudioFeatureExtractor,
    Gemma4ForConditionalGeneration,
    Gemma4Processor,
    PreTrainedTokenizerFast,
)
from transformers.models.gemma4.image_processing_gemma4 import Gemma4ImageProcessor
from transformers.models.gemma4.video_processing_gemma4 import Gemma4VideoProcessor

from space.errors import CheckpointError
from space.model.architecture import IMAGE_BUDGET, pocket_config, pocket_generation
from space.model.vocabulary import CHAT_TEMPLATE

SHARD_BYTES = 9_000_000
INDEX = "model.safetensors.index.json"


def pocket_processor(tokenizer: PreTrainedTokenizerFast) -> Gemma4Processor:
    """Gemma 4's own processor around the pocket's tokenizer, at the default image budget."""
    return Gemma4Processor(
        feature_extractor=Gemma4AudioFeatureExtractor(),
        image_processor=Gemma4ImageProcessor(max_soft_tokens=IMAGE_BUDGET),
        video_processor=Gemma4VideoProcessor(),
        tokenizer=tokenizer,
        chat_template=CHAT_TEMPLATE.read_text(),
        image_seq_length=IMAGE_BUDGET,
    )


def save_pocket(folder: Path, model: Gemma4ForConditionalGeneration, tokenizer: PreTrainedTokenizerFast) -> None:
    """Write a BF16 folder that transformers and vLLM load: weights in shards, configuration, processor, tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("model*.safetensors*"):
        stale.unlink()
    _save_weights(folder, checkpoint_tensors(model))
    # Not the model's own: loaded for learning, it says float32 in each of its parts.
    config = pocket_config()
    config.architectures = ["Gemma4ForConditionalGeneration"]
    config.save_pretrained(folder)
    pocket_generation().save_pretrained(folder)
    pocket_processor(tokenizer).save_pretrained(folder)


def refuse_to_overwrite(folder: Path) -> None:
    """Raises CheckpointError when something is there that is not an empty folder."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CheckpointError(f"{folder} exists and is not empty; remove it or name another folder.")


def load_pocket(folder: Path) -> Gemma4ForConditionalGeneration:
    """The model of a BF16 folder, in float32 for learning. Raises CheckpointError for any other folder."""
    config = folder / "config.json"
    if not config.is_file():
        raise CheckpointError(f"{folder} is not a checkpoint: it has no config.json.")
    if "quantization_config" in json.loads(config.read_text(encoding="utf-8")):
        raise CheckpointError(f"{folder} is quantized; training starts from a BF16 folder.")
    loaded: Gemma4ForConditionalGeneration = Gemma4ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    return loaded


def checkpoint_tensors(model: Gemma4ForConditionalGeneration) -> dict[str, torch.Tensor]:
    """The model's tensors in BF16, the tied output head left out.

    Layers that share keys and values have no `k_norm` in transformers, but published Gemma 4 files carry one
    and vLLM 0.29 refuses a file without it: a norm of ones, which nothing reads, stands in.
    """
    tensors = {name: tensor for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
    for index, layer in enumerate(model.model.language_model.layers):
        if layer.self_attn.is_kv_shared_layer:
            name = f"model.language_model.layers.{index}.self_attn.k_norm.weight"
            tensors[name] = torch.ones(layer.self_attn.head_dim)
    return {name: tensor.detach().to(torch.bfloat16).contiguous() for name, tensor in sorted(tensors.items())}


def _save_weights(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    shards: list[dict[str, torch.Tensor]] = [{}]
    for name, tensor in tensors.items():
        if shards[-1] and _size(shards[-1].values()) + _size([tensor]) > SHARD_BYTES:
            shards.append({})
        shards[-1][name] = tensor
    weight_map: dict[str, str] = {}
    for number, shard in enumerate(shards, start=1):
        name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        save_file(shard, folder / name, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(shard, name)
    index = {"metadata": {"total_size": _size(tensors.values())}, "weight_map": weight_map}
    (folder / INDEX).write_text(json.dumps(index, indent=2) + "\n")


def _size(tensors: Iterable[torch.Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
