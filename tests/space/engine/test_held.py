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


def test_a_model_without_a_cache_has_none() -> None:
    worker = HeldBytes()
    worker.model_runner = SimpleNamespace(
        model=nn.Linear(2, 2), device=torch.device("cpu"), kv_cache_config=SimpleNamespace(kv_cache_tensors=[])
    )
    assert worker.held_bytes()["kv_cache"] == 0
