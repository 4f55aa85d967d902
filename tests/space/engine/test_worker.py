"""Linears of vLLM on a CPU take a transposed view, as Gemma 4's audio tower hands them one."""

import sys

import pytest
import torch
from vllm.model_executor.layers.utils import dispatch_cpu_unquantized_gemm

from space.engine.worker import CpuWorkerExtension

pytestmark = pytest.mark.engine

SMALL, LARGE = (256, 128), (2048, 512)  # a CPU with AMX takes SGLang's kernel up to 1 MiB of weights, oneDNN above


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_linear_takes_a_transposed_input(size: tuple[int, int]) -> None:
    assert CpuWorkerExtension.__module__ in sys.modules, "importing the module is what mends"
    rows, columns = size
    layer = torch.nn.Linear(columns, rows, bias=False, dtype=torch.bfloat16).requires_grad_(False)
    transposed = torch.randn(columns, 8, dtype=torch.bfloat16).t()
    wanted = torch.nn.functional.linear(transposed.float(), layer.weight.float())
    dispatch_cpu_unquantized_gemm(layer, remove_weight=False)
    assert not transposed.is_contiguous()
    torch.testing.assert_close(layer.cpu_linear(transposed, layer.weight, None).float(), wanted, atol=0.05, rtol=0.05)
