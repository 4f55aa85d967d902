"""Learning under four-bit rounding, so that quantizing afterwards costs little.

It knows the arithmetic of round-to-nearest W4A16 in groups of 128; how a checkpoint is packed is `quantize`'s.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from transformers import Gemma4ForConditionalGeneration

from space.model.w4a16 import GROUP_SIZE, ZERO_POINT, is_quantized


@contextmanager
def rounded_weights(model: Gemma4ForConditionalGeneration) -> Iterator[None]:
    """Within, the weights that quantization will round are rounded; after, they are whole again.

    Gradients taken within then belong to the rounded weights and are applied to the whole ones: the straight-through
    estimator (Bengio et al., 2013).
    """
    chosen = [parameter for name, parameter in model.named_parameters() if is_quantized(name)]
    whole = [parameter.data for parameter in chosen]
    for parameter in chosen:
        parameter.data = rounded(parameter.data)
    try:
        yield
    finally:
        for parameter, data in zip(chosen, whole, strict=True):
            parameter.data = data


def rounded(weight: torch.Tensor) -> torch.Tensor:
    """`[out, in]` to the nearest of 16 steps a group of 128 inputs; the group's largest weight sets the step's sign.

    auto-round's symmetric rounding: the largest magnitude maps to code -8 exactly.
    """
    groups = weight.unflatten(1, (-1, GROUP_SIZE))
    largest = groups.gather(2, groups.abs().argmax(dim=2, keepdim=True))
    step = -largest / ZERO_POINT
    step = torch.where(step.abs() < 1e-5, torch.full_like(step, 1e-5), step)
    return ((groups / step).round().clamp(-ZERO_POINT, ZERO_POINT - 1) * step).flatten(1)
