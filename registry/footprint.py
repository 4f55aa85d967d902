"""What a checkpoint takes in memory before anybody asks for a context: its weights, and which layers keep a cache.

From a folder (file headers and config.json) or from a config.json alone. What is not understood is None with a reason
in the notes; nothing is guessed and no code of the repository is run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from registry.architecture import completed_text, dtype_of, planned_tensors
from registry.attention import KvLayer, kv_layers
from registry.errors import NotUnderstood
from registry.one_line import one_line
from registry.sources.config_file import quantized_bits, read_config, tied_output
from registry.sources.safetensors_header import Tensor, read_header
from registry.sources.safetensors_index import INDEX, SINGLE, weight_paths
from registry.sources.weight_files import distinct_tensors
from registry.weights import Weights, weights_of

ASSUMED_FP32 = "The configuration names no dtype: FP32 is assumed."
FROM_CONFIGURATION = "Weights are counted from the configuration: no weight file was read."


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """Weights and cache layers, each None when unknown. `hidden`, `feed_forward` and `vocabulary` are the language
    model's widths, None when unknown, and `longest` is its context in tokens. `architecture` is as
    config.json names it. `notes` are whole sentences.
    """

    weights: Weights | None
    layers: tuple[KvLayer, ...] | None
    hidden: int | None = None
    feed_forward: int | None = None
    vocabulary: int | None = None
    longest: int | None = None
    architecture: str | None = None
    notes: tuple[str, ...] = ()


def footprint_of(path: Path) -> Footprint:
    """The footprint of a checkpoint's folder or of a single config.json.

    Raises:
        SourceUnreadable: config.json is absent or damaged, or weight files are there and cannot be read.
    """
    folder = path if path.is_dir() else path.parent
    config = read_config(path / "config.json" if path.is_dir() else path)
    if path.is_dir() and any((folder / name).is_file() for name in (INDEX, SINGLE)):
        return footprint(config, distinct_tensors([read_header(file) for file in weight_paths(folder)]))
    return footprint(config)


def footprint(config: Mapping[str, Any], tensors: Iterable[Tensor] | None = None) -> Footprint:
    """The footprint of a raw configuration, with the tensors of its files where somebody has read their headers."""
    weights, notes = _weights(config, tensors)
    try:
        text = completed_text(config)
    except NotUnderstood as error:
        unknown = (*notes, _unknown("The KV cache", error))
        return Footprint(weights=weights, layers=None, architecture=_architecture(config), notes=unknown)
    found = Footprint(
        weights=weights,
        layers=None,
        hidden=_width(text, "hidden_size", "n_embd"),
        feed_forward=_feed_forward(text),
        vocabulary=_width(text, "vocab_size"),
        longest=_width(text, "max_position_embeddings", "n_positions"),
        architecture=_architecture(config),
        notes=notes,
    )
    try:
        return replace(found, layers=kv_layers(text))
    except NotUnderstood as error:
        return replace(found, notes=(*notes, _unknown("The KV cache", error)))


def _architecture(config: Mapping[str, Any]) -> str | None:
    names = config.get("architectures")
    return names[0] if isinstance(names, list) and names and isinstance(names[0], str) else None


def _weights(config: Mapping[str, Any], tensors: Iterable[Tensor] | None) -> tuple[Weights | None, tuple[str, ...]]:
    bits = quantized_bits(dict(config))
    if tensors is not None:
        weights = weights_of(tensors, bits=bits, tied_output=tied_output(config))
        return weights, weights.notes
    try:
        planned = planned_tensors(config)
    except NotUnderstood as error:
        return None, (_unknown("The size of the weights", error),)
    assumed = () if dtype_of(config) else (ASSUMED_FP32,)
    weights = weights_of(planned, bits=bits, tied_output=False, notes=(FROM_CONFIGURATION, *assumed))
    return weights, weights.notes


def _feed_forward(text: Mapping[str, Any]) -> int | None:
    """The widest feed-forward layer. Gemma 3n lists one width a layer; Gemma 4's later layers may be twice as wide."""
    width = text.get("intermediate_size") or text.get("n_inner")
    widest = max((size for size in width if type(size) is int), default=None) if isinstance(width, list) else width
    if type(widest) is int:
        return widest * 2 if text.get("use_double_wide_mlp") else widest
    hidden = _width(text, "n_embd")
    return 4 * hidden if hidden else None


def _width(text: Mapping[str, Any], *names: str) -> int | None:
    values = (text.get(name) for name in names)
    return next((value for value in values if type(value) is int and value > 0), None)


def _unknown(what: str, error: NotUnderstood) -> str:
    return f"{what} is unknown: {one_line(str(error))}."
