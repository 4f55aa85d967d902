"""The files of a small quantized Gemma 4 checkpoint, by name: right in everything that is read without the weights."""

import json
import struct
from pathlib import Path
from typing import Any

CONFIG: dict[str, Any] = {
    "architectures": ["Gemma4ForConditionalGeneration"],
    "model_type": "gemma4",
    "dtype": "bfloat16",
    "tie_word_embeddings": True,
    "text_config": {"max_position_embeddings": 4096},
    "vision_config": {"default_output_length": 280},
    "audio_config": {"hidden_size": 128},
    "quantization_config": {
        "quant_method": "auto-round",
        "bits": 4,
        "group_size": 128,
        "sym": True,
        "iters": 0,
        "packing_format": "auto_round:auto_gptq",
        "autoround_version": "0.16.1",
    },
}
PROCESSOR: dict[str, Any] = {
    "feature_extractor": {"sampling_rate": 16000},
    "image_processor": {"max_soft_tokens": 280},
}
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
OBSOLETE = ("model-00001-of-00003.safetensors", "model.safetensors", "pytorch_model.bin")
CARD = "---\nlicense: apache-2.0\nbase_model: google/gemma-4-E2B-it\n---\n# A checkpoint\n"

EMBEDDING_BYTES = 64 * 16 * 2
PACKED_BYTES = 16 * 128 * 4
SCALE_BYTES = 128 * 2
TENSOR_BYTES = EMBEDDING_BYTES + PACKED_BYTES + SCALE_BYTES
PARAMETERS = 64 * 16 + 128 * 128


def safetensors(tensors: dict[str, tuple[str, list[int], bytes]]) -> bytes:
    """A safetensors file of these tensors: name → dtype, shape, bytes."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def checkpoint_files() -> dict[str, bytes]:
    """A complete repository, with an index, two shards, and leftovers that no index names."""
    layer = "model.language_model.layers.0.self_attn.q_proj"
    first = safetensors({"model.language_model.embed_tokens.weight": ("BF16", [64, 16], bytes(EMBEDDING_BYTES))})
    second = safetensors(
        {
            f"{layer}.qweight": ("I32", [16, 128], bytes(range(256)) * (PACKED_BYTES // 256)),
            f"{layer}.scales": ("F16", [1, 128], bytes(SCALE_BYTES)),
        }
    )
    weight_map = {
        "model.language_model.embed_tokens.weight": SHARDS[0],
        f"{layer}.qweight": SHARDS[1],
        f"{layer}.scales": SHARDS[1],
    }
    return {
        "config.json": json.dumps(CONFIG).encode(),
        "generation_config.json": b'{"temperature": 1.0}',
        "processor_config.json": json.dumps(PROCESSOR).encode(),
        "tokenizer.json": b'{"version": "1.0"}',
        "tokenizer_config.json": b"{}",
        "chat_template.jinja": b"{{ bos_token }}",
        "README.md": CARD.encode(),
        "model.safetensors.index.json": json.dumps({"metadata": {}, "weight_map": weight_map}).encode(),
        SHARDS[0]: first,
        SHARDS[1]: second,
        ".gitattributes": b"*.safetensors filter=lfs\n",
        **{name: b"an upload of long ago " + name.encode() for name in OBSOLETE},
    }


def write_checkpoint(folder: Path, **changed: bytes | None) -> Path:
    """The same files in a folder. `changed` replaces contents by name, dots written as __; None leaves a file out."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes | None] = {**checkpoint_files()}
    files |= {name.replace("__", "."): content for name, content in changed.items()}
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content)
    return folder
