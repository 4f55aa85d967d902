"""Parallel sizes as they are read from an owner's flags."""

import pytest

from space.checkpoint.parallel import ParallelSizes, parallel_sizes


@pytest.mark.parametrize(
    ("flags", "sizes"),
    [
        ((), ParallelSizes()),
        (("--tensor-parallel-size", "2"), ParallelSizes(tensor=2)),
        (("--tensor-parallel-size=2", "-pp", "3", "-dp=4"), ParallelSizes(tensor=2, pipeline=3, data=4)),
        (("--tensor_parallel_size", "2", "--max-model-len", "1024"), ParallelSizes(tensor=2)),
        (("-tp", "1", "-tp", "4"), ParallelSizes(tensor=4)),
        (("--data-parallel-size-local", "2", "-dpr", "1"), ParallelSizes()),
        (("-tp", "many", "-pp", "0", "-dp"), ParallelSizes()),
    ],
)
def test_sizes_are_read_as_vllm_reads_them(flags: tuple[str, ...], sizes: ParallelSizes) -> None:
    assert parallel_sizes(flags) == sizes


def test_a_copy_has_parts_and_every_part_of_every_copy_is_a_rank() -> None:
    sizes = ParallelSizes(tensor=2, pipeline=3, data=4)
    assert (sizes.parts, sizes.ranks) == (6, 24)
