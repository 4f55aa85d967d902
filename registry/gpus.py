"""Cards a visitor may have, and how much memory each has: from `gpus.toml`, where every figure names its source.

Beside memory it knows one thing: which architectures vLLM does not run on an older NVIDIA card.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("gpus.toml")
MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """One card. `memory` is in bytes, as the driver reports it; `capability` is NVIDIA's, None for other makers'."""

    name: str
    family: str
    memory: int
    source: str
    capability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Need:
    """The compute capability that architectures whose names begin so ask of an NVIDIA card."""

    architecture: str
    capability: float
    why: str


@cache
def needs() -> tuple[Need, ...]:
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["needs"]
    return tuple(Need(architecture=row["architecture"], capability=row["capability"], why=row["why"]) for row in rows)


def not_run(gpu: Gpu, architecture: str | None) -> str | None:
    """Why vLLM does not run an architecture on a card, whatever its memory; None where nothing is known against it."""
    for need in unmet(gpu):
        if architecture is not None and architecture.startswith(need.architecture):
            return f"vLLM does not run it on {gpu.family}: {need.why}"
    return None


def unmet(gpu: Gpu) -> tuple[Need, ...]:
    """What a card falls short of."""
    return tuple(need for need in needs() if gpu.capability is not None and gpu.capability < need.capability)


@cache
def gpus() -> tuple[Gpu, ...]:
    """All cards, the smallest first."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["gpu"]
    cards = [
        Gpu(
            name=row["name"],
            family=row["family"],
            memory=row["memory_mib"] * MIB,
            source=row["source"],
            capability=row.get("capability"),
        )
        for row in rows
    ]
    return tuple(sorted(cards, key=lambda card: (card.memory, card.name)))


def gpu_named(name: str) -> Gpu | None:
    """The card whose name contains these words, in any case; None when none or several do."""
    wanted = name.casefold().split()
    found = [card for card in gpus() if all(word in card.name.casefold().split() for word in wanted)]
    return found[0] if wanted and len(found) == 1 else None
