"""What a recorded model takes in memory: weights by what is recorded of its files, the cache by a configuration.

Configurations are kept as files beside the catalogue, under the registry id. A quantized model keeps the cache of the
model it was made from, so the base's configuration serves where its own is not kept.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

from registry.catalogue.load import FOLDER
from registry.conflicts import COMPUTED
from registry.footprint import FROM_CONFIGURATION, Footprint, footprint
from registry.lookup import Model
from registry.passport import Claim, Method
from registry.record import registry_id
from registry.resolve import Fact, Resolution
from registry.sources.config_file import read_config
from registry.sources.memory import TIED
from registry.units import quantity
from registry.weights import OUTPUT_HEAD, REPEATED, Component, WeightPart, Weights, in_order

CONFIGURATIONS = FOLDER / "configurations"

UNDIVIDED = cast(Component, "whole checkpoint")
"""Where no source tells the parts of the model apart."""

UNKNOWN = "unknown"
"""The dtype where no source tells it."""


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
        named = model.resolution.value("architecture")
        return Footprint(
            weights=weights,
            layers=None,
            architecture=named if isinstance(named, str) else None,
            notes=(*_notes(weights), _no_configuration(model)),
        )
    found = footprint(config, ())
    kept = f"The cache is that of its base, {base}: its own configuration is not kept here."
    return replace(found, weights=weights, notes=(*_notes(weights), kept))


def counted_by(found: Footprint, decided: Resolution) -> Method | None:
    """How the weights of a recorded footprint were counted; None where that is others' word.

    What files take on disk is no proof where somebody tells how much of it is loaded.
    """
    if FROM_CONFIGURATION in found.notes:
        return "configuration"
    fact = _weighed(decided)
    if found.weights is None or fact is None or fact.claim is None or fact.claim.method != "files":
        return None
    loaded = [each for each in decided.facts if each.field.name == "tensor_bytes" and each.value is not None]
    return "files" if fact in loaded or not loaded else None


def _weighed(decided: Resolution) -> Fact | None:
    """The bytes of the tensors; those on disk where no header was read."""
    exact = decided.fact("tensor_bytes")
    return exact if exact and exact.value is not None else decided.fact("bytes_on_disk")


def _recorded_weights(decided: Resolution) -> Weights | None:
    fact = _weighed(decided)
    if fact is None or fact.claim is None or not isinstance(fact.value, int | float):
        return None
    whole = int(quantity(fact.value, fact.claim.unit).value)
    parts = recorded_parts(decided)
    tied = recorded_tied(decided)
    if sum(part.size for part in (*parts, *tied)) != whole:
        parts, tied = (WeightPart(component=UNDIVIDED, dtype=UNKNOWN, size=whole, parameters=None),), ()
    rounded = "" if fact.field.name == "tensor_bytes" else " The size on disk stands for the weights."
    told = f"Weights as recorded: {fact.claim.source} ({fact.claim.method}).{rounded}"
    return Weights(parts=parts, notes=(told, *([REPEATED] if tied else [])), tied=tied)


def recorded_parts(decided: Resolution) -> tuple[WeightPart, ...]:
    """The parts of the model as recorded, by dtype where a source tells the dtypes apart."""
    parts: list[WeightPart] = []
    for component in get_args(Component):
        facts = [fact for fact in decided.facts if fact.field.name == f"tensor_bytes.{component}"]
        by_dtype = [fact for fact in facts if [name for name, _ in fact.conditions] == ["dtype"]]
        parts += [
            WeightPart(
                component=component, dtype=dict(fact.conditions).get("dtype", UNKNOWN), size=fact.value, parameters=None
            )
            for fact in by_dtype or [fact for fact in facts if not fact.conditions]
            if isinstance(fact.value, int)
        ]
    return in_order(parts)


def recorded_tied(decided: Resolution) -> tuple[WeightPart, ...]:
    """What the files hold beside these parts, and memory does not: an output head that repeats the embedding."""
    facts = [fact for fact in decided.facts if fact.field.name == f"tensor_bytes.{OUTPUT_HEAD}"]
    return in_order(
        WeightPart(component=OUTPUT_HEAD, dtype=dict(fact.conditions)["dtype"], size=fact.value, parameters=None)
        for fact in facts
        if TIED in fact.conditions and "dtype" in dict(fact.conditions) and isinstance(fact.value, int)
    )


def needs_by_others(decided: Resolution) -> tuple[Claim, ...]:
    """The memory that others say it needs, the strongest first: not what is computed here."""
    facts = (fact for fact in decided.facts if fact.field.name == COMPUTED)
    told = (claim for fact in facts for claim in (fact.claim, *fact.others) if claim)
    return tuple(
        claim
        for claim in told
        if claim.method not in ("files", "configuration") and isinstance(claim.value, int | float)
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
