"""What a worker process of vLLM holds in memory once it has loaded a checkpoint, asked for by name from our process.

vLLM mixes the class into its worker because `--worker-extension-cls` names it.
"""

from collections.abc import Iterable
from typing import Any, TypedDict


class Held(TypedDict):
    """Bytes in one worker, and the card it runs on; None on a CPU."""

    weights: int
    kv_cache: int
    card: str | None


class HeldBytes:
    """Part of every worker."""

    model_runner: Any
    """vLLM's own, of either version: `model` is the module with the weights, `kv_cache_config` what it sets aside."""

    def held_bytes(self) -> Held:
        """Weights that two parameters share, as tied embeddings do, count once."""
        import torch

        runner = self.model_runner
        on_card = runner.device.type == "cuda"
        return Held(
            weights=storage_bytes(runner.model.parameters()),
            # One allocation backs all layers; each tensor names the size of the whole.
            kv_cache=max((tensor.size for tensor in runner.kv_cache_config.kv_cache_tensors), default=0),
            card=torch.cuda.get_device_name(runner.device) if on_card else None,
        )


def storage_bytes(tensors: Iterable[Any]) -> int:
    """Bytes of the memory behind some tensors, each piece once."""
    storages = (tensor.untyped_storage() for tensor in tensors)
    return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())
