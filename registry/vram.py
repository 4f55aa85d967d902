"""How much memory a card needs to serve a checkpoint at a context and a concurrency, and which cards have it.

total = weights + cache set aside by vLLM + overhead. Weights are exact, the cache is vLLM's arithmetic
(`kv_reservation`), the overhead is an estimate and says so. One card only: nothing is divided over several.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from registry.footprint import Footprint, footprint_of
from registry.gpus import Gpu, gpus, not_run, unmet
from registry.kv_cache import KvDtype, content_bytes
from registry.kv_reservation import ON_GPU, CacheSettings, reserved_bytes
from registry.record import Query

USABLE = 0.92
"""vLLM 0.29's default `--gpu-memory-utilization`: the share of a card it takes."""

RUNTIME_BYTES = 2**30
"""A round estimate: driver context, libraries' workspaces, CUDA graphs and what the allocator wastes."""

SAMPLED = 256
"""Requests whose next token vLLM draws at once while it measures its own memory (default `--max-num-seqs`)."""

ESTIMATE = "Overhead is an estimate: activations of one batch, copies of the sampler's scores, 1 GiB of runtime."


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is asked of the engine: tokens a request may reach, requests at once, and how the cache stores numbers."""

    context: int
    concurrency: int = 1
    kv_dtype: KvDtype = "auto"

    def __post_init__(self) -> None:
        if self.context < 1 or self.concurrency < 1:
            raise ValueError("context and concurrency are at least 1")


@dataclass(frozen=True, kw_only=True)
class Part:
    """Bytes of one part of the model in one dtype."""

    component: str
    dtype: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Vram:
    """Bytes, None where unknown. `kv_bytes` is what requests have written, `kv_reserved_bytes` what vLLM sets aside;
    only `overhead_bytes` is an estimate. `notes` says why something is unknown or assumed.
    """

    load: Load
    weights_bytes: int | None
    kv_bytes: int | None
    kv_reserved_bytes: int | None
    overhead_bytes: int
    total_bytes: int | None
    parts: tuple[Part, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Whether a card has room for a load, and the longest context that would at this concurrency: None when unknown, 0
    when not even one token does. `available` is the bytes vLLM may take of the card. `refused` is why vLLM does not run
    the model there, whatever its memory.
    """

    gpu: Gpu
    available: int
    room: bool | None
    longest_context: int | None
    refused: str | None = None

    @property
    def fits(self) -> bool | None:
        return False if self.refused else self.room


def vram(model: Footprint, load: Load, settings: CacheSettings = ON_GPU) -> Vram:
    """The memory a load needs."""
    weights = model.weights.size if model.weights else None
    content = reserved = None
    if model.layers is not None:
        content = load.concurrency * content_bytes(model.layers, context=load.context, kv_dtype=load.kv_dtype)
        reserved = load.concurrency * reserved_bytes(
            model.layers, context=load.context, settings=settings, kv_dtype=load.kv_dtype
        )
    overhead = overhead_bytes(model, settings)
    parts = model.weights.parts if model.weights else ()
    return Vram(
        load=load,
        weights_bytes=weights,
        kv_bytes=content,
        kv_reserved_bytes=reserved,
        overhead_bytes=overhead,
        total_bytes=None if weights is None or reserved is None else weights + reserved + overhead,
        parts=tuple(Part(component=part.component, dtype=part.dtype, bytes=part.size) for part in parts),
        notes=(*model.notes, ESTIMATE, *_remarks(model, load)),
    )


def overhead_bytes(model: Footprint, settings: CacheSettings = ON_GPU) -> int:
    """An estimate of everything that is neither weights nor cache.

    Activations at 2 bytes: for each token of a batch, four vectors of the hidden width and two of the feed-forward's.
    Scores at 4 bytes: two copies for each sampled request. Widths that are unknown count nothing.
    """
    activations = settings.batch_tokens * (4 * (model.hidden or 0) + 2 * (model.feed_forward or 0)) * 2
    scores = SAMPLED * (model.vocabulary or 0) * 4 * 2
    return activations + scores + RUNTIME_BYTES


def fits(model: Footprint, gpu: Gpu, *, context: int, concurrency: int = 1) -> bool | None:
    """Whether the card can serve it; None when what is needed is unknown."""
    if not_run(gpu, model.architecture):
        return False
    needed = vram(model, Load(context=context, concurrency=concurrency)).total_bytes
    return None if needed is None else needed <= available_bytes(gpu)


def available_bytes(gpu: Gpu) -> int:
    """The bytes of a card that vLLM takes."""
    return int(gpu.memory * USABLE)


def on_card(query: Query, gpu: Gpu) -> Query:
    """The query, of models that a card has room for and that vLLM is not known to refuse there.

    A list judges by what is recorded: the memory needed at the load it was computed for, and the weights.
    """
    return replace(query, room=available_bytes(gpu), not_run=tuple(need.architecture for need in unmet(gpu)))


def fit(model: Footprint, gpu: Gpu, load: Load) -> Fit:
    """A load on one card."""
    needed = vram(model, load).total_bytes
    available = available_bytes(gpu)
    refused = not_run(gpu, model.architecture)
    return Fit(
        gpu=gpu,
        available=available,
        room=None if needed is None else needed <= available,
        refused=refused,
        longest_context=0 if refused else _longest_context(model, load, available),
    )


def fitting(model: Footprint, load: Load) -> tuple[Fit, ...]:
    """A load on every card of the table, the smallest card first."""
    return tuple(fit(model, gpu, load) for gpu in gpus())


def vram_of(path: Path, load: Load) -> dict[str, Any]:
    """The answer for a folder or a config.json, ready for JSON: whole bytes at the top, then parts, notes and cards.

    Raises:
        SourceUnreadable: there is no readable configuration, or weight files are damaged.
    """
    model = footprint_of(path)
    answer = asdict(vram(model, load))
    cards = [card_of(card) for card in fitting(model, load)]
    figures = {name: answer.pop(name) for name in tuple(answer) if name.endswith("_bytes")}
    return {**figures, **answer.pop("load"), **answer, "gpus": cards}


def card_of(card: Fit) -> dict[str, Any]:
    """A card ready for JSON. `fits` is whether the load can be served there: `room`, and not refused."""
    return {
        **asdict(card.gpu),
        "available_bytes": card.available,
        "fits": card.fits,
        "room": card.room,
        "refused": card.refused,
        "longest": card.longest_context,
    }


def _longest_context(model: Footprint, load: Load, available: int) -> int | None:
    """By halving: what is set aside grows with the context. None when anything is unknown."""
    if model.longest is None or model.layers is None or model.weights is None:
        return None
    low, high = 0, model.longest
    while low < high:
        middle = (low + high + 1) // 2
        longer = vram(model, Load(context=middle, concurrency=load.concurrency, kv_dtype=load.kv_dtype))
        if longer.total_bytes is not None and longer.total_bytes <= available:
            low = middle
        else:
            high = middle - 1
    return low


def _remarks(model: Footprint, load: Load) -> tuple[str, ...]:
    remarks = []
    if model.weights and model.weights.by_dtype().get("F32", 0) * 2 > model.weights.size:
        remarks.append("vLLM loads FP32 weights in 16 bits unless told otherwise: then they take half.")
    if model.longest is not None and load.context > model.longest:
        remarks.append(f"The model was made for {model.longest:,} tokens; {load.context:,} are more.")
    return tuple(remarks)
