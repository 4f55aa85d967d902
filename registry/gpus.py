"""Cards a visitor may have, and how much memory each has: from `gpus.toml`, where every figure names its source.

It knows memory only. Whether a card's generation can run a model is another matter: vLLM runs Gemma 4 on Ampere and
newer, not on Turing.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("gpus.toml")
MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """One card. `memory` is in bytes, as the driver reports it."""

    name: str
    family: str
    memory: int
    source: str


@cache
def gpus() -> tuple[Gpu, ...]:
    """All cards, the smallest first."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["gpu"]
    cards = [
        Gpu(name=row["name"], family=row["family"], memory=row["memory_mib"] * MIB, source=row["source"])
        for row in rows
    ]
    return tuple(sorted(cards, key=lambda card: (card.memory, card.name)))


def gpu_named(name: str) -> Gpu | None:
    """The card whose name contains these words, in any case; None when none or several do."""
    wanted = name.casefold().split()
    found = [card for card in gpus() if all(word in card.name.casefold().split() for word in wanted)]
    return found[0] if wanted and len(found) == 1 else None
