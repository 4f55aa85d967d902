"""estimate_vram: the GPU memory a model needs, and which cards have it."""

from typing import Annotated

from pydantic import Field

from registry.errors import UnknownModel
from registry.gpus import gpu_named, gpus
from registry.kv_cache import KvDtype
from registry.lookup import recorded_model
from registry.one_line import one_line
from registry.recorded import recorded_footprint
from registry.units import exact_size_in_words, size_in_words
from registry.vram import Fit, Load, Vram, fit, fitting, vram
from space.tools.arguments import SERVED, ModelName, Registry


def estimate_vram(
    registry: Registry,
    model: ModelName = SERVED,
    context: Annotated[
        int, Field(description="Tokens a request may reach, 1 to 10,000,000.", ge=1, le=10_000_000)
    ] = 8192,
    concurrency: Annotated[int, Field(description="Requests at a time, 1 to 10,000.", ge=1, le=10_000)] = 1,
    kv_dtype: Annotated[KvDtype, Field(description="How the KV cache stores numbers.")] = "auto",
    card: Annotated[str, Field(description="One GPU to judge, such as L4; empty judges all.", max_length=80)] = "",
) -> str:
    """Estimate the GPU memory vLLM needs for a model: weights, KV cache and overhead, and which cards have it."""
    found = recorded_model(registry, model)
    footprint = recorded_footprint(found)
    load = Load(context=context, concurrency=concurrency, kv_dtype=kv_dtype)
    needed = vram(footprint, load)
    if not card:
        judged = _all_cards(fitting(footprint, load))
    else:
        gpu = gpu_named(card)
        if gpu is None:
            known = ", ".join(each.name for each in gpus())
            raise UnknownModel(f"No one GPU is called “{one_line(card, 80)}”. Known are: {known}.")
        judged = [_one_card(fit(footprint, gpu, load))]
    return "\n".join([*_figures(found.resolution.subject, needed), *judged, *(f"- {note}" for note in needed.notes)])


def _figures(subject: str, needed: Vram) -> list[str]:
    load = needed.load
    return [
        f"{one_line(subject, 200)}: {load.context:,} tokens, {load.concurrency:,} at a time, "
        f"KV cache as {load.kv_dtype}",
        f"Weights: {_size(needed.weights_bytes)}",
        f"KV cache, what requests write: {_size(needed.kv_bytes)}",
        f"KV cache, what vLLM sets aside: {_size(needed.kv_reserved_bytes)}",
        f"Overhead, an estimate: {_size(needed.overhead_bytes)}",
        f"Total (weights, cache set aside, overhead): {_size(needed.total_bytes)}",
    ]


def _all_cards(cards: tuple[Fit, ...]) -> list[str]:
    groups = {
        "Fits": [card.gpu.name for card in cards if card.fits],
        "Does not fit": [card.gpu.name for card in cards if card.fits is False and not card.refused],
        "Unknown whether it fits": [card.gpu.name for card in cards if card.fits is None],
    }
    refused = [f"{card.gpu.name}: {card.refused}, whatever its memory" for card in cards if card.refused]
    return [*(f"{verdict}: {', '.join(names)}" for verdict, names in groups.items() if names), *refused]


def _one_card(judged: Fit) -> str:
    if judged.refused:
        return f"{judged.gpu.name}: {judged.refused}, whatever its memory"
    verdict = {True: "fits", False: "does not fit", None: "unknown whether it fits"}[judged.fits]
    longest = "unknown" if judged.longest_context is None else f"{judged.longest_context:,} tokens"
    room = f"vLLM may take {size_in_words(judged.available)} of it"
    return f"{judged.gpu.name}: {verdict}; {room}; longest context at this concurrency: {longest}"


def _size(size: int | None) -> str:
    return "unknown" if size is None else exact_size_in_words(size)
