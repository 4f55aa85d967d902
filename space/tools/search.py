"""search: which recorded models match words and limits."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from registry.errors import UnknownModel
from registry.gpus import Gpu, gpu_named
from registry.one_line import one_line
from registry.ranking import ranked
from registry.record import Card, Query
from registry.units import size_in_words
from registry.vram import on_card
from space.tools.arguments import Registry

MOST = 500  # candidates of one search


def search(
    registry: Registry,
    words: Annotated[str, Field(description="Words that must all occur; empty finds all.", max_length=200)] = "",
    modality: Annotated[Literal["", "text", "image", "audio", "video"], Field(description="What it must take.")] = "",
    scheme: Annotated[str, Field(description="Quantization scheme, such as W4A16.", max_length=40)] = "",
    licence: Annotated[str, Field(description="Licence by identifier, such as Apache-2.0.", max_length=80)] = "",
    fits: Annotated[str, Field(description="A GPU with room, where vLLM runs it, such as L4.", max_length=80)] = "",
    order: Annotated[Literal["fni", "size", "updated"], Field(description="What comes first.")] = "fni",
    limit: Annotated[int, Field(description="Models to list, 1 to 20.", ge=1, le=20)] = 8,
    offset: Annotated[int, Field(description="Models to skip, 0 to 500.", ge=0, le=MOST)] = 0,
) -> str:
    """Find recorded models by words and limits, one line a model.

    FNI is a listing's index, not a mark of quality; "in doubt" counts claims that do not hold or contradict others.
    """
    query = Query(
        words=words,
        modality=modality or None,
        scheme=scheme or None,
        licence=licence or None,
        order=order,
        limit=MOST,
    )
    cards = registry.candidates(on_card(query, _card(fits)) if fits else query)
    if order == "fni" and words.strip():
        cards = ranked(words, cards)
    return _listing(cards, cards[offset : offset + limit], offset, with_index=order == "fni")


def _card(card: str) -> Gpu:
    found = gpu_named(card)
    if found is None:
        raise UnknownModel(f"No one GPU is called “{one_line(card, 80)}”: estimate_vram lists those that are known.")
    return found


def _listing(found: Sequence[Card], shown: Sequence[Card], offset: int, *, with_index: bool) -> str:
    if not found:
        return "No model matches. Fewer words or limits find more."
    if not shown:
        return f"{len(found)} models match; none stands after the first {offset}."
    count = f"at least {MOST}" if len(found) >= MOST else str(len(found))
    lines = [_line(card, with_index=with_index) for card in shown]
    left = len(found) - offset - len(shown)
    more = [f"{left} more: ask again with offset {offset + len(shown)}."] if left else []
    return "\n".join([f"{count} found, {offset + 1} to {offset + len(shown)}:", *lines, *more])


def _line(card: Card, *, with_index: bool) -> str:
    told = [
        card.scheme or "scheme unknown",
        ", ".join(card.modalities) or "modalities unknown",
        card.licence or "licence unknown",
        size_in_words(card.size) if card.size is not None else "size unknown",
        *([f"FNI {'unknown' if card.fni is None else f'{card.fni:g}'}"] if with_index else []),
        *([f"{card.findings} in doubt"] if card.findings else []),
    ]
    return f"- {one_line(card.subject, 200)}: {one_line('; '.join(told), 300)}"
