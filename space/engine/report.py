"""What vLLM reports of a checkpoint once it has loaded it: read from the running engine, nothing computed here."""

from collections.abc import Sequence

from vllm.v1.engine.async_llm import AsyncLLM

from registry.sources.engine import Conditions, Loaded
from space.checkpoint.hardware import processor
from space.engine.held import Held


async def loaded(llm: AsyncLLM, *, version: str, seconds: float) -> Loaded:
    """`seconds` is how long loading took. What memory holds is asked of the workers, where they can tell.

    An owner's own `--worker-extension-cls` takes the place of ours, and then they cannot.
    """
    config = llm.vllm_config
    ours = (config.parallel_config.worker_extension_cls or "").startswith("space.engine.")
    workers: Sequence[Held] = await llm.collective_rpc("held_bytes") if ours else ()
    weights = [size for worker in workers if (size := worker["weights"]) is not None]
    return Loaded(
        conditions=Conditions(
            hardware=_hardware(workers),
            engine=f"vLLM {version.partition('+')[0]}",
            context=config.model_config.max_model_len,
            concurrency=config.scheduler_config.max_num_seqs,
        ),
        weights_bytes=sum(weights) if weights and len(weights) == len(workers) else None,
        kv_cache_bytes=sum(worker["kv_cache"] for worker in workers) or None,
        kv_cache_tokens=config.cache_config.kv_cache_size_tokens,
        most_at_a_time=config.cache_config.kv_cache_max_concurrency,
        load_seconds=seconds,
    )


def _hardware(workers: Sequence[Held]) -> str:
    """The cards by name, each with how many there are; without one, the processor."""
    cards = [worker["card"] for worker in workers if worker["card"]]
    counts = {card: cards.count(card) for card in dict.fromkeys(cards)}
    return ", ".join(f"{count} of {card}" if count > 1 else card for card, count in counts.items()) or processor()
