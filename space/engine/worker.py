"""What is put right inside every vLLM worker process on a CPU.

vLLM imports this module in each worker because `--worker-extension-cls` names it; importing it applies the mends.
"""

import torch
import vllm
from vllm import _custom_ops

from space.engine.held import HeldBytes

# vLLM 0.29.0: Gemma 4's audio tower hands a transposed view to its linears, and either kernel then kills the engine:
# 2026-11-23, oneDNN: `Expected a.stride(-1) == 1`;
# 2026-11-30, SGLang's, which a CPU with AMX takes for small weights: `mat1must be contiguous at last dimension`.
# Any other version runs unpatched.
NEEDS_CONTIGUOUS_INPUT = {"0.29.0"}


def make_linears_contiguous() -> None:
    """Let both kernels copy an input whose last dimension is not contiguous."""
    onednn, packed = _custom_ops.onednn_mm, _custom_ops.weight_packed_linear_cpu

    def onednn_mm(
        dnnl_handler: _custom_ops.CPUDNNLGEMMHandler, x: torch.Tensor, bias: torch.Tensor | None
    ) -> torch.Tensor:
        return onednn(dnnl_handler, x.contiguous(), bias)

    def weight_packed_linear_cpu(
        x: torch.Tensor, packed_weight: torch.Tensor, n: int, bias: torch.Tensor | None
    ) -> torch.Tensor:
        return packed(x.contiguous(), packed_weight, n, bias)

    _custom_ops.onednn_mm = onednn_mm
    _custom_ops.weight_packed_linear_cpu = weight_packed_linear_cpu


if vllm.__version__.split("+")[0] in NEEDS_CONTIGUOUS_INPUT:
    make_linears_contiguous()


class CpuWorkerExtension(HeldBytes):
    """Named by `--worker-extension-cls`."""
