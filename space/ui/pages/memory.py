"""What a model takes of a card's memory, drawn: a bar of its parts, a table of the same, and the cards. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.audit import VERDICTS, Finding, verdict
from registry.fields import field
from registry.passport import Claim
from registry.units import quantity
from registry.vram import Fit, Vram
from space.ui.pages.lines import Said, said
from space.ui.pages.templates import render

PARTS = {
    "language_layers": "Language layers",
    "output_head": "Output head: language to tokens",
    "embeddings": "Embeddings: tokens to language",
    "ple": "Per-layer embeddings (PLE)",
    "vision": "Vision tower",
    "audio": "Audio tower",
    "projectors": "Projectors: towers to language",
    "whole checkpoint": "Weights, not told apart",
}


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A piece of the bar, from `start` on and `width` wide in percent of the widest bar. `kind` names its colour."""

    label: str
    kind: str
    size: int
    start: float
    width: float
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What somebody else says the model needs, in bytes. `doubt` is what the audit has against it."""

    size: int
    said: Said
    doubt: str | None


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """The same, `width` wide in percent of the widest bar."""

    heard: Heard
    width: float


def heard(claim: Claim, subject: str, findings: Sequence[Finding]) -> Heard:
    """A claim of others on memory."""
    assert isinstance(claim.value, int | float)
    against = verdict(claim, findings)
    return Heard(
        size=int(quantity(claim.value, claim.unit).value),
        said=said(field(claim.field), claim, subject),
        doubt=VERDICTS[against] if against else None,
    )


def memory(
    needed: Vram,
    cards: Sequence[Fit],
    others: Sequence[Heard] = (),
    listing_gb: float | None = None,
    cautions: Sequence[str] = (),
) -> str:
    """The memory of one load, beside it what others say, and the cards that have it. `cautions` tell which cards cannot
    serve it whatever their memory."""
    known = sum(size for _, _, size, _ in _parts(needed))
    scale = max([known, *(each.size for each in others)])
    return render(
        "memory.html",
        needed=needed,
        known=known,
        slices=slices_of(needed, scale),
        claimed=[Claimed(heard=each, width=100 * each.size / scale) for each in others],
        listing=listing_gb,
        cautions=cautions,
        cards=cards,
        room=sum(card.fits is True for card in cards),
    )


def slices_of(needed: Vram, scale: int) -> tuple[Slice, ...]:
    """The parts of the total in its order: weights, cache, overhead. What is unknown has none."""
    slices: list[Slice] = []
    start = 0.0
    for label, kind, size, remark in _parts(needed):
        width = 100 * size / scale
        slices.append(Slice(label=label, kind=kind, size=size, start=start, width=width, remark=remark))
        start += width
    return tuple(slices)


def _parts(needed: Vram) -> list[tuple[str, str, int, str]]:
    weights = [
        (
            PARTS.get(part.component, part.component),
            part.component.replace("_", "-").replace(" ", "-"),
            part.bytes,
            "" if part.dtype == "unknown" else part.dtype,
        )
        for part in needed.parts
    ]
    cache = (
        [
            ("KV cache, content", "content", needed.kv_bytes, "what requests have written"),
            ("KV cache, set aside", "reserved", needed.kv_reserved_bytes - needed.kv_bytes, "by vLLM beyond that"),
        ]
        if needed.kv_bytes is not None and needed.kv_reserved_bytes is not None
        else []
    )
    return [*weights, *cache, ("Overhead", "overhead", needed.overhead_bytes, "an estimate")]
