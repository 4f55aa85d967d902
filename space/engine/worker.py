"""What is put right inside every vLLM worker process on a CPU.

vLLM imports this module in each worker because `--worker-extension-cls` names it; importing it applies the mend.
"""

import torch
import vllm
from vllm import _custom_ops

# 2026-11-23, vLLM 0.29.0: Gemma 4's audio tower hands a transposed view to the oneDNN linear, whose check
# `Expected a.stride(-1) == 1` then kills the engine. Any other version runs unpatched.
NEEDS_CONTIGUOUS_INPUT = {"0.29.0"}


def make_linears_contiguous() -> None:
    """Let `onednn_mm` copy an input whose last dimension is not contiguous."""
    original = _custom_ops.onednn_mm

    def onednn_mm(
        dnnl_handler: _custom_ops.CPUDNNLGEMMHandler, x: torch.Tensor, bias: torch.Tensor | None
    ) -> torch.Tensor:
        return original(dnnl_handler, x.contiguous(), bias)

    _custom_ops.onednn_mm = onednn_mm


if vllm.__version__.split("+")[0] in NEEDS_CONTIGUOUS_INPUT:
    make_linears_contiguous()


class CpuWorkerExtension:
    """Named by `--worker-extension-cls`; the module's import is what matters."""
