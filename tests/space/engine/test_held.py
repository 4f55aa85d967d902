"""What a worker tells of its memory, on real tensors."""

from types import SimpleNamespace

import torch
from torch import nn

from space.engine.held import HeldBytes


class Tied(nn.Module):
    """An output head that is the embedding, and a buffer, which is no weight."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(16, 8, dtype=torch.bfloat16)
        self.head = nn.Linear(8, 16, bias=False, dtype=torch.bfloat16)
        self.head.weight = self.embedding.weight
        self.part = nn.Parameter(self.embedding.weight.detach()[:8])
        self.register_buffer("angles", torch.zeros(1_000))


def test_memory_that_parameters_share_counts_once_and_buffers_do_not() -> None:
    worker = HeldBytes()
    layers = [SimpleNamespace(size=4_096), SimpleNamespace(size=4_096)]
    worker.model_runner = SimpleNamespace(
        model=Tied(), device=torch.device("cpu"), kv_cache_config=SimpleNamespace(kv_cache_tensors=layers)
    )
    assert worker.held_bytes() == {"weights": 16 * 8 * 2, "kv_cache": 4_096, "card": None}


def worker_with(module: nn.Module) -> HeldBytes:
    worker = HeldBytes()
    worker.model_runner = SimpleNamespace(
        model=module, device=torch.device("cpu"), kv_cache_config=SimpleNamespace(kv_cache_tensors=[])
    )
    return worker


def emptied(kept: object) -> nn.Linear:
    """A linear as vLLM leaves it on a CPU: its weight is in the closure of its kernel's call."""
    linear = nn.Linear(8, 4, bias=False)
    linear.weight = nn.Parameter(torch.empty(0, dtype=torch.bfloat16))
    linear.cpu_linear = lambda x: kept
    return linear


def test_weights_that_a_kernel_has_packed_count_as_it_keeps_them() -> None:
    handle = SimpleNamespace(n=4, k=8, handler_tensor=torch.zeros(1, dtype=torch.int64))
    module = nn.ModuleList([emptied(handle), emptied(torch.zeros(8, 4)), nn.Linear(2, 2, bias=False)])
    assert worker_with(module).held_bytes()["weights"] == 4 * 8 * 2 + 4 * 8 * 4 + 2 * 2 * 4


def test_weights_out_of_sight_are_not_told() -> None:
    assert worker_with(nn.ModuleList([emptied("elsewhere"), nn.Linear(2, 2)])).held_bytes()["weights"] is None


def test_a_model_without_a_cache_has_none() -> None:
    assert worker_with(nn.Linear(2, 2)).held_bytes()["kv_cache"] == 0
