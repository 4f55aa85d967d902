"""What a configuration describes when nobody has the weights: its defaults filled in, and the tensors of its model.

transformers knows both: its configuration class completes the file, and its model is built on the “meta” device, where
tensors have names and shapes and no memory. Code that a repository brings along is never run: what transformers does
not know itself is not understood here.
"""

from collections.abc import Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from huggingface_hub.errors import StrictDataclassError

from registry.errors import NotUnderstood
from registry.packing import packed_tensors, packing_of
from registry.sources.safetensors_header import Tensor

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel

DTYPES = {"float32": "F32", "bfloat16": "BF16", "float16": "F16"}
ASSUMED_DTYPE = "F32"
BYTES = {"F32": 4, "BF16": 2, "F16": 2}

LIMITS = ((("layers", "n_layer", "depth"), 1_024), ("experts", 4_096))
"""The most a setting whose name ends so may be. A configuration may come from anybody: no model has more, and to build
what asks for more would take minutes."""

MOST = 2**40
"""The most any other setting may be: beyond, sizes are no numbers a computer reckons with."""

UNBUILDABLE = (
    StrictDataclassError, ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What transformers raises for a configuration it cannot use. Wrong sizes and kinds fail in all these ways."""


def completed_text(config: Mapping[str, Any]) -> dict[str, Any]:
    """The language model's part of a raw configuration, with transformers' defaults where the file is silent.

    Raises:
        NotUnderstood: transformers has no configuration class of this `model_type`, or it refuses the file.
    """
    completed = _completed(config)
    try:
        text: dict[str, Any] = completed.get_text_config(decoder=True).to_dict()
    except UNBUILDABLE as error:
        raise NotUnderstood(f"transformers cannot read this configuration: {_first_line(error)}") from error
    return text


def planned_tensors(config: Mapping[str, Any]) -> tuple[Tensor, ...]:
    """Every tensor a checkpoint of this raw configuration holds, a tied one once, in the file's dtype and packing.

    A missing dtype is taken for FP32 (`dtype_of` says whether it is missing).

    Raises:
        NotUnderstood: transformers cannot build this model, or the quantization's shapes are not known here.
    """
    model = _built(config)
    dtype = dtype_of(config) or ASSUMED_DTYPE
    plain = {
        name: Tensor(name=name, dtype=dtype, shape=shape, size=prod(shape) * BYTES[dtype])
        for name, shape in _distinct(model)
    }
    packing = packing_of(config)
    if packing is None:
        return tuple(plain.values())
    linears = _linear_weights(model)
    packed = {name for name, tensor in plain.items() if packing.covers(tensor, linears)}
    if not packed:
        raise NotUnderstood("none of the layers that are to be quantized is of a kind that is known here")
    return tuple(
        stored
        for name, tensor in plain.items()
        for stored in (packed_tensors(tensor, packing) if name in packed else [tensor])
    )


def dtype_of(config: Mapping[str, Any]) -> str | None:
    """The dtype the weights are stored in, as safetensors calls it; None where the file does not say."""
    text = config.get("text_config")
    for part in (config, text if isinstance(text, Mapping) else {}):
        named = part.get("dtype") or part.get("torch_dtype")
        if isinstance(named, str):
            return DTYPES.get(named.removeprefix("torch."))
    return None


def _completed(config: Mapping[str, Any]) -> "PreTrainedConfig":
    """transformers' configuration. The import takes seconds and most passports do without."""
    _refuse_absurd(config)
    kind = config.get("model_type")
    if not isinstance(kind, str):
        raise NotUnderstood("the configuration names no model type")
    from transformers import CONFIG_MAPPING

    if kind not in CONFIG_MAPPING:
        raise NotUnderstood(f"transformers knows no model of the type “{kind}”")
    plain = {key: value for key, value in config.items() if key not in ("quantization_config", "auto_map")}
    try:
        return CONFIG_MAPPING[kind].from_dict(plain)
    except UNBUILDABLE as error:
        raise NotUnderstood(f"transformers refuses this configuration: {_first_line(error)}") from error


def _built(config: Mapping[str, Any]) -> "PreTrainedModel":
    """The model on the meta device."""
    import torch

    completed = _completed(config)
    model_class = _model_class(config, completed)
    try:
        with torch.device("meta"):
            return model_class(completed)
    except UNBUILDABLE as error:
        raise NotUnderstood(f"transformers cannot build this model: {_first_line(error)}") from error


def _model_class(config: Mapping[str, Any], completed: "PreTrainedConfig") -> "type[PreTrainedModel]":
    import transformers

    names = config.get("architectures")
    name = names[0] if isinstance(names, list) and names and isinstance(names[0], str) else ""
    found = getattr(transformers, name, None) if name.isidentifier() else None
    if not isinstance(found, type) or not issubclass(found, transformers.PreTrainedModel):
        raise NotUnderstood(f"transformers knows no architecture “{name}”")
    model_class: type[PreTrainedModel] = found
    if not isinstance(completed, model_class.config_class):
        raise NotUnderstood(f"“{name}” and the model type “{config.get('model_type')}” do not belong together")
    return model_class


def _linear_weights(model: "PreTrainedModel") -> set[str]:
    from torch.nn import Linear

    return {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, Linear)}


def _distinct(model: "PreTrainedModel") -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names and shapes of what a checkpoint stores; of two names for one tensor only the first."""
    seen: set[int] = set()
    for name, tensor in model.state_dict(keep_vars=True).items():
        if id(tensor) not in seen:
            seen.add(id(tensor))
            yield name, tuple(tensor.shape)


def _refuse_absurd(config: Mapping[str, Any], key: str = "") -> None:
    for name, value in config.items():
        _refuse_absurd_value(value, str(name) or key)


def _refuse_absurd_value(value: object, key: str) -> None:
    if isinstance(value, Mapping):
        _refuse_absurd(value, key)
    elif isinstance(value, list):
        for each in value:
            _refuse_absurd_value(each, key)
    elif isinstance(value, int) and value > MOST:
        raise NotUnderstood(f"{key} is more than any model has")
    elif isinstance(value, int):
        limit = next((most for ends, most in LIMITS if key.endswith(ends)), MOST)
        if value > limit:
            raise NotUnderstood(f"{key} is {value:,}, more than any model has")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
