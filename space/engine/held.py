"""What a worker process of vLLM holds in memory once it has loaded a checkpoint, asked for by name from our process.

vLLM mixes the class into its worker because `--worker-extension-cls` names it.
"""

from collections.abc import Iterable
from typing import Any, TypedDict


class Held(TypedDict):
    """Bytes in one worker, those of the weights None where vLLM hides some; and the card it runs on, None on a CPU."""

    weights: int | None
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
            weights=weight_bytes(runner.model),
            # One allocation backs all layers; each tensor names the size of the whole.
            kv_cache=max((tensor.size for tensor in runner.kv_cache_config.kv_cache_tensors), default=0),
            card=torch.cuda.get_device_name(runner.device) if on_card else None,
        )


def weight_bytes(model: Any) -> int | None:  # noqa: ANN401 - a torch module, and torch is not imported here
    """Bytes of all weights. None where a module's weight is neither here nor where it is known to be kept.

    2026-11-30, vLLM 0.29.0: on a CPU the linears' weights are packed for their kernel and then emptied; what was packed
    is left in the closure of `cpu_linear` alone. Any other version that hides them elsewhere has none told.
    """
    packed = [packed_bytes(module) for module in model.modules() if is_emptied(module)]
    known = [size for size in packed if size is not None]
    return storage_bytes(model.parameters()) + sum(known) if len(known) == len(packed) else None


def is_emptied(module: Any) -> bool:  # noqa: ANN401
    weight = getattr(module, "weight", None)
    return weight is not None and weight.numel() == 0


def packed_bytes(module: Any) -> int | None:  # noqa: ANN401
    """A tensor of SGLang's kernel, or a handle of oneDNN's that knows its sides; None for anything else."""
    for cell in getattr(getattr(module, "cpu_linear", None), "__closure__", None) or ():
        kept = cell.cell_contents
        if hasattr(kept, "untyped_storage"):
            return int(kept.untyped_storage().nbytes())
        if hasattr(kept, "handler_tensor"):
            return int(kept.n * kept.k * module.weight.element_size())
    return None


def storage_bytes(tensors: Iterable[Any]) -> int:
    """Bytes of the memory behind some tensors, each piece once."""
    storages = (tensor.untyped_storage() for tensor in tensors)
    return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())
