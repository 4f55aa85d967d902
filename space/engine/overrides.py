"""Mends of a checkpoint's configuration that vLLM needs to load it. Reads `config.json`; knows no vLLM."""

import json
from pathlib import Path
from typing import Any

BLOCKS = "modules_in_block_to_quantize"


def config_overrides(folder: Path, vllm_version: str) -> dict[str, Any]:
    """The `hf_overrides` for the checkpoint in `folder`, empty when it needs none.

    2026-11-23, vLLM 0.29.0: a GPTQ Gemma 4 is refused (`some but not all shards of …qkv_proj are quantized`),
    because layers that share another layer's KV cache have no k and v in the file. Naming the quantized blocks
    keeps vLLM from looking; a file that names them itself needs nothing. Any other version gets the file as it is.
    """
    quantization = json.loads((folder / "config.json").read_text()).get("quantization_config") or {}
    if vllm_version.split("+")[0] != "0.29.0" or quantization.get("quant_method") != "gptq" or BLOCKS in quantization:
        return {}
    return {"quantization_config": {**quantization, BLOCKS: ["language_model.model.layers"]}}
