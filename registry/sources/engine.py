"""What an engine tells of a checkpoint it has loaded, and what is measured on it later: values in, claims out.

The engine pushes; nothing here asks it. A measurement holds under its conditions alone, and each is a source of its
own: a new one replaces that of the same engine, hardware and conditions, and no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.passport import Claim, Reading, Value


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Where something was measured: `hardware` such as “NVIDIA L4”, `engine` with its version, `context` in tokens a
    request may have, `concurrency` in requests at a time; None where it plays no part.
    """

    hardware: str
    engine: str
    context: int | None = None
    concurrency: int | None = None

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """As a claim holds them."""
        return tuple((name, str(value)) for name, value in vars(self).items() if value is not None)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What an engine reports once it has loaded a checkpoint; None where it does not say.

    `weights_bytes` are those of the parameters in memory, on all devices together; `kv_cache_bytes` is what is set
    aside for the cache, `kv_cache_tokens` how many tokens fit into it, and `most_at_a_time` how many requests that each
    fill the whole context. `load_seconds` run from starting its processes until weights and cache are in place.
    """

    conditions: Conditions
    weights_bytes: int | None = None
    kv_cache_bytes: int | None = None
    kv_cache_tokens: int | None = None
    most_at_a_time: float | None = None
    load_seconds: float | None = None


def loaded_claims(loaded: Loaded, reading: Reading) -> tuple[Claim, ...]:
    """One claim for each figure the engine reports."""
    return tuple(
        measured(reading, field, value, loaded.conditions, what="as loaded", unit=unit, note=note)
        for field, value, unit, note in _figures(loaded)
        if value is not None
    )


def measured(
    reading: Reading,
    field: str,
    value: Value,
    conditions: Conditions,
    *,
    what: str,
    unit: str | None = None,
    note: str | None = None,
) -> Claim:
    """One measurement: the door for every later one. `what` names it in a few words, such as “decode speed”."""
    under = conditions.pairs()
    source = ", ".join([f"{conditions.engine} on {conditions.hardware}", *_sizes(conditions), what])
    return reading.claim(field, value, method="measured", source=source, unit=unit, conditions=under, note=note)


def _figures(loaded: Loaded) -> Iterator[tuple[str, Value, str | None, str | None]]:
    """Field, value, unit and note."""
    longest = loaded.conditions.context
    yield (
        "weights_in_memory",
        loaded.weights_bytes,
        "bytes",
        "Parameters as the engine keeps them: a tied embedding once, packed weights as its kernel wants them.",
    )
    yield "kv_cache_in_memory", loaded.kv_cache_bytes, "bytes", "Set aside before any request, for all of them."
    yield "kv_cache_tokens", loaded.kv_cache_tokens, "tokens", "Of requests that fill the whole context."
    if longest is not None and loaded.most_at_a_time is not None and loaded.most_at_a_time >= 1:
        yield "served_context", longest, "tokens", "A request of this length fits the cache."
    most = None if loaded.most_at_a_time is None else round(loaded.most_at_a_time, 2)
    yield "most_at_a_time", most, "requests", "Requests that each fill the whole context and fit the cache together."
    seconds = None if loaded.load_seconds is None else round(loaded.load_seconds, 1)
    yield "load_seconds", seconds, "seconds", "From starting the engine until weights and cache were in place."


def _sizes(conditions: Conditions) -> list[str]:
    context = [] if conditions.context is None else [f"{conditions.context:,} tokens"]
    return context if conditions.concurrency is None else [*context, f"{conditions.concurrency:,} at a time"]
