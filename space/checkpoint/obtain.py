"""From what was asked for to a folder that can be served: choose, fetch, check. Blocks; meant for a thread."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from space.checkpoint.checkpoint import Checkpoint, HubModel
from space.checkpoint.choose import choose
from space.checkpoint.hardware import LEAST_COMPUTE_CAPABILITY, Gpu, available_memory
from space.checkpoint.hub import Hub, fetch, is_at_hand
from space.checkpoint.parallel import ONE_PROCESS, ParallelSizes
from space.checkpoint.preflight import Room, check
from space.errors import CheckpointError


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the owner asked for and what it has to run on.

    `on_gpu` says which vLLM is installed, `gpus` what the driver lists; `kv_cache` is in bytes for each process that
    holds a part of the model, 0 where vLLM chooses; `sizes` are those of parallel serving.
    """

    model_id: str | None
    model_revision: str | None
    hub: Hub
    on_gpu: bool
    gpus: tuple[Gpu, ...]
    kv_cache: int
    sizes: ParallelSizes = ONE_PROCESS


def obtain(wanted: Wanted, report_percent: Callable[[int], None], stopped: Event) -> Checkpoint:
    """The checkpoint to serve, on disk and checked. Raises `CheckpointError` with a sentence that says what to do."""
    room = room_for_weights(wanted)
    chosen = choose(
        wanted.model_id,
        wanted.model_revision,
        gpus=wanted.gpus,
        is_at_hand=lambda model: is_at_hand(model, wanted.hub),
    )
    if isinstance(chosen, HubModel):
        chosen = fetch(chosen, wanted.hub, on_progress=lambda at: report_percent(at.percent), stopped=stopped)
    assert chosen.folder is not None, "what is served here has a folder here"
    check(chosen.folder, room=room, kv_cache=wanted.kv_cache)
    return chosen


def room_for_weights(wanted: Wanted) -> Room:
    """Where the weights will go: the roomiest cards, one for each part, or main memory. Raises `CheckpointError`."""
    sizes = wanted.sizes
    if not wanted.on_gpu:
        return Room(memory=available_memory(), copies=sizes.data, ranks=sizes.ranks)
    able = [gpu for gpu in wanted.gpus if gpu.compute_capability >= LEAST_COMPUTE_CAPABILITY]
    if not able:
        found = ", ".join(gpu.name for gpu in wanted.gpus) or "none"
        raise CheckpointError(
            f"Gemma 4 needs an NVIDIA card of the Ampere generation or newer (an L4 or A10G, not a T4), and this "
            f"machine's cards are: {found}. Choose other hardware."
        )
    if sizes.ranks > len(able):
        raise CheckpointError(
            f"ENGINE_ARGS asks for {sizes.ranks} cards (tensor {sizes.tensor} by pipeline {sizes.pipeline} by data "
            f"{sizes.data}), and this machine has {len(able)} that can run Gemma 4. Make the parallel sizes smaller."
        )
    used = sorted((gpu.free for gpu in able), reverse=True)[: sizes.ranks]
    return Room(memory=used[-1], parts=sizes.parts, cards=sizes.ranks)
