"""Into how many parts a model is cut and how often it is served, read from vLLM's flags before vLLM is there to ask.

Only what memory and cards must be counted for. Whether a model can be cut that way, vLLM itself decides.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ParallelSizes:
    """Tensor and pipeline parallelism cut one copy of the weights into parts, data parallelism serves more copies."""

    tensor: int = 1
    pipeline: int = 1
    data: int = 1

    @property
    def parts(self) -> int:
        """Parts of one copy, each on a card of its own."""
        return self.tensor * self.pipeline

    @property
    def ranks(self) -> int:
        """Processes that hold a part, all copies together."""
        return self.parts * self.data


ONE_PROCESS = ParallelSizes()
"""No parallel serving."""


def parallel_sizes(flags: Sequence[str]) -> ParallelSizes:
    """The sizes among flags of `vllm serve`; the last of a kind wins, as it does there.

    A value that is no positive number counts as 1: vLLM's parser is the one to refuse it.
    """
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--tensor-parallel-size", "-tp", dest="tensor", type=_size, default=1)
    parser.add_argument("--pipeline-parallel-size", "-pp", dest="pipeline", type=_size, default=1)
    parser.add_argument("--data-parallel-size", "-dp", dest="data", type=_size, default=1)
    try:
        sizes, _others = parser.parse_known_args([_dashed(flag) for flag in flags])
    except argparse.ArgumentError:  # a flag without its value
        return ONE_PROCESS
    return ParallelSizes(tensor=sizes.tensor, pipeline=sizes.pipeline, data=sizes.data)


def _size(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) > 0 else 1


def _dashed(flag: str) -> str:
    """vLLM takes underscores in the name of a flag too."""
    if not flag.startswith("--"):
        return flag
    name, equals, value = flag.partition("=")
    return name.replace("_", "-") + equals + value
