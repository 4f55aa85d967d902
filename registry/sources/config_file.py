"""What a checkpoint's own config.json says: architecture, modalities, quantization, context. The raw file, as JSON.

Nothing is filled in: transformers would complete a configuration with defaults, and a default is not the author's word.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from registry.errors import SourceUnreadable
from registry.passport import Claim, Reading, Value

SOURCE = "config.json"

WEIGHT_ONLY = {"auto-round", "gptq", "awq", "compressed-tensors"}
"""Quantization methods that leave activations at 16 bits unless the configuration says otherwise."""

EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts")
"""What architectures call the number of experts to choose from: Qwen and Gemma, Mixtral, DeepSeek, others."""

DEEPEST = 40
"""Levels of objects and lists. Real files have six or so; whoever walks one need not fear its depth."""

SPEAKING = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
"""Ends of the names of architectures that write text."""

DTYPES = {"bfloat16": "BF16", "float16": "FP16", "float32": "FP32"}


def read_config(path: Path) -> dict[str, Any]:
    """The raw file.

    Raises:
        SourceUnreadable: it is absent or no JSON object.
    """
    try:
        return parse_config(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError as error:
        raise SourceUnreadable(f"There is no {path.name} in {path.absolute().parent.name}.") from error
    except (OSError, ValueError) as error:
        raise SourceUnreadable(f"{path.name} cannot be read: {error}.") from error


def parse_config(text: str, name: str = SOURCE) -> dict[str, Any]:
    """The configuration from its text; `name` is for the complaint.

    Raises:
        SourceUnreadable: it is no JSON object, or nested deeper than anybody could mean.
    """
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceUnreadable(f"{name} cannot be read: {error}.") from error
    if not isinstance(config, dict):
        raise SourceUnreadable(f"{name} is no JSON object.")
    if _deeper_than(DEEPEST, config):
        raise SourceUnreadable(f"{name} is nested more than {DEEPEST} levels deep.")
    return config


def config_claims(config: dict[str, Any], reading: Reading) -> tuple[Claim, ...]:
    """One claim for each field, with the value None where the file is silent."""
    text = _object(config, "text_config") or config
    fields: list[tuple[str, Value, str | None]] = [
        ("architecture", _first(config.get("architectures")), None),
        ("modalities", _modalities(config), None),
        ("context", _integer(text, "max_position_embeddings", least=1), "tokens"),
        ("scheme", _scheme(config), None),
        *_experts(text),
    ]
    claims = [
        reading.claim(field, value, unit=unit, method="configuration", source=SOURCE) for field, value, unit in fields
    ]
    return (*claims, *_quantization_claims(config, reading))


def quantized_bits(config: dict[str, Any]) -> int | None:
    """Bits of one packed weight; None when nothing is quantized or the file does not say."""
    return _integer(_quantization(config), "bits", least=1)


def tied_output(config: Mapping[str, Any]) -> bool:
    """Whether the output head is the input embedding, by the file's own word."""
    text = config.get("text_config")
    inner = text.get("tie_word_embeddings") if isinstance(text, Mapping) else None
    return config.get("tie_word_embeddings", inner) is True


def _quantization(config: dict[str, Any]) -> dict[str, Any]:
    """The quantization with the names AutoRound and GPTQ use, those of compressed-tensors translated.

    compressed-tensors describes groups of layers; where they differ in a setting, there is no one value for it.
    """
    quantization = _object(config, "quantization_config")
    groups = [group for group in _object(quantization, "config_groups").values() if isinstance(group, dict)]
    if not groups:
        return quantization
    weights = [_object(group, "weights") for group in groups]
    inputs = [_object(group, "input_activations") for group in groups]
    settings: dict[str, set[Any]] = {
        "bits": {_integer(each, "num_bits") for each in weights},
        "group_size": {_integer(each, "group_size", least=-1) for each in weights},
        "sym": {value if isinstance(value := each.get("symmetric"), bool) else None for each in weights},
        "act_bits": {_integer(each, "num_bits") or 16 for each in inputs},
        "data_type": {_string(each, "type") for each in weights},
        "packing_format": {_string(quantization, "format")},
    }
    return {**quantization, **{name: next(iter(one)) if len(one) == 1 else None for name, one in settings.items()}}


def _quantization_claims(config: dict[str, Any], reading: Reading) -> list[Claim]:
    quantization = _quantization(config)
    if not quantization:
        return []
    source = f"{SOURCE}, quantization_config"
    iterations = _integer(quantization, "iters")
    fields: list[tuple[str, Value, str | None]] = [
        ("quantization.method", _string(quantization, "quant_method"), None),
        ("quantization.bits", quantized_bits(config), "bits"),
        ("quantization.group_size", _integer(quantization, "group_size", least=-1), "weights"),
        (
            "quantization.symmetric",
            quantization.get("sym") if isinstance(quantization.get("sym"), bool) else None,
            None,
        ),
        ("quantization.packing", _string(quantization, "packing_format"), None),
        ("quantization.iterations", iterations, "iterations"),
        ("quantization.rounding", _rounding(iterations), None),
    ]
    return [
        reading.claim(field, value, unit=unit, method="configuration", source=source) for field, value, unit in fields
    ]


def _rounding(iterations: int | None) -> str | None:
    """AutoRound with no iterations rounds to nearest and uses no calibration data; otherwise it tunes the rounding."""
    if iterations is None:
        return None
    return f"tuned over {iterations:,} iterations" if iterations else "round to nearest (RTN), nothing calibrated"


def _experts(text: dict[str, Any]) -> list[tuple[str, Value, str | None]]:
    """Both unknown where no key speaks of experts: what an architecture has by default is not in the file."""
    told = [key for key in EXPERTS if key in text]
    count = next((number for key in told if (number := _integer(text, key)) is not None), None)
    switch = text.get("enable_moe_block")
    mixture = (count or 0) > 1 if told and switch is not False else False if switch is False else None
    return [("mixture_of_experts", mixture, None), ("experts", count if mixture else None, None)]


def _modalities(config: dict[str, Any]) -> tuple[str, ...] | None:
    """A model has what its file describes; None where that is nothing."""
    architecture = _first(config.get("architectures")) or ""
    speaks = "vocab_size" in config or "text_config" in config or architecture.endswith(SPEAKING)
    towers = (("image", "vision_config"), ("audio", "audio_config"))
    return (*(["text"] if speaks else []), *(name for name, key in towers if _object(config, key))) or None


def _scheme(config: dict[str, Any]) -> str | None:
    """W4A16: bits of weights and activations. The plain dtype where nothing is quantized, None where it is unclear."""
    quantization = _quantization(config)
    if not quantization:
        return DTYPES.get(str(config.get("dtype") or config.get("torch_dtype")))
    bits = quantized_bits(config)
    told = quantization.get("act_bits")
    activations = _integer(quantization, "act_bits", least=1) if told else 16
    if bits is None or activations is None or _string(quantization, "quant_method") not in WEIGHT_ONLY:
        return None
    return "FP8" if quantization.get("data_type") == "float" and bits == activations == 8 else f"W{bits}A{activations}"


def _deeper_than(levels: int, value: object) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [
            inner
            for each in layer
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
        ]
        if not layer:
            return False
    return True


def _object(config: dict[str, Any], key: str) -> dict[str, Any]:
    value = config.get(key)
    return value if isinstance(value, dict) else {}


def _integer(config: dict[str, Any], key: str, *, least: int = 0) -> int | None:
    """A whole number, unknown where it is less than it can be. A group size of -1 is one group to a row."""
    value = config.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= least else None


def _string(config: dict[str, Any], key: str) -> str | None:
    value = config.get(key)
    return value if isinstance(value, str) else None


def _first(values: object) -> str | None:
    return values[0] if isinstance(values, list) and values and isinstance(values[0], str) else None
