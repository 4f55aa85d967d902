"""What a recorded model takes in memory: weights by what is recorded of its files, the cache by a configuration.

Configurations are kept as files beside the catalogue, under the registry id. A quantized model keeps the cache of the
model it was made from, so the base's configuration serves where its own is not kept.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

from registry.catalogue.load import FOLDER
from registry.footprint import Footprint, footprint
from registry.lookup import Model
from registry.record import registry_id
from registry.resolve import Resolution
from registry.sources.config_file import read_config
from registry.units import quantity
from registry.weights import Component, WeightPart, Weights

CONFIGURATIONS = FOLDER / "configurations"

UNDIVIDED = cast(Component, "whole checkpoint")
"""Where no source tells the parts of the model apart."""


def recorded_config(subject: str, folder: Path = CONFIGURATIONS) -> dict[str, Any] | None:
    """The raw config.json of a model; None where none is kept."""
    name = f"{registry_id(subject).removeprefix('hf-model--')}.json"
    path = folder / name
    # A name of others chooses a file here: it must not choose one elsewhere.
    return read_config(path) if Path(name).name == name and path.is_file() else None


def recorded_footprint(model: Model) -> Footprint:
    """Weights and cache of a recorded model, each unknown with a reason in the notes."""
    own = recorded_config(model.resolution.subject)
    weights = _recorded_weights(model.resolution)
    if own is not None:
        if weights is None or not _is_exact(model.resolution):
            return footprint(own)
        return replace(footprint(own, ()), weights=weights, notes=weights.notes)
    base = model.base.subject if model.base else None
    config = recorded_config(base) if base else None
    if config is None:
        return Footprint(weights=weights, layers=None, notes=(*_notes(weights), _no_configuration(model)))
    found = footprint(config, ())
    kept = f"The cache is that of its base, {base}: its own configuration is not kept here."
    return replace(found, weights=weights, notes=(*_notes(weights), kept))


def _recorded_weights(decided: Resolution) -> Weights | None:
    """From the bytes of the tensors; from those on disk where no header was read."""
    exact = decided.fact("tensor_bytes")
    fact = exact if exact and exact.value is not None else decided.fact("bytes_on_disk")
    if fact is None or fact.claim is None or not isinstance(fact.value, int | float):
        return None
    whole = int(quantity(fact.value, fact.claim.unit).value)
    sizes = {name: decided.value(f"tensor_bytes.{name}") for name in get_args(Component)}
    known = {cast(Component, name): size for name, size in sizes.items() if isinstance(size, int)}
    parts = known if sum(known.values()) == whole else {UNDIVIDED: whole}
    rounded = "" if fact is exact else " The size on disk stands for the weights."
    return Weights(
        parts=tuple(
            WeightPart(component=name, dtype="unknown", size=size, parameters=None) for name, size in parts.items()
        ),
        notes=(f"Weights as recorded: {fact.claim.source} ({fact.claim.method}).{rounded}",),
    )


def _is_exact(decided: Resolution) -> bool:
    fact = decided.fact("tensor_bytes")
    return fact is not None and fact.claim is not None and fact.claim.method in ("files", "measured")


def _notes(weights: Weights | None) -> tuple[str, ...]:
    return weights.notes if weights else ("The size of the weights is not recorded.",)


def _no_configuration(model: Model) -> str:
    return (
        f"The KV cache is unknown: no configuration of {model.resolution.subject} or its base is kept. "
        "With --online it is read from the Hub; a folder or a config.json can be given instead."
    )
