"""What this machine has: the memory a model may take, and its NVIDIA cards. Neither PyTorch nor CUDA is needed to ask.

It knows nothing of models but the least that Gemma 4 asks of a card.
"""

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20

LEAST_COMPUTE_CAPABILITY = (8, 0)
"""Ampere. Turing cards (a T4, say) cannot run Gemma 4 in vLLM 0.29: its full-attention heads are 512 wide."""

LEAST_CARD_MEMORY = 10 * 1024 * MIB
"""Bytes: 6.9 GiB of weights of the default model, then activations and room for the KV cache."""

QUERY = ("--query-gpu=name,memory.total,memory.free,compute_cap", "--format=csv,noheader,nounits")


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """One card. Memory in bytes."""

    name: str
    memory: int
    free: int
    compute_capability: tuple[int, int]

    @property
    def is_suitable(self) -> bool:
        """Whether it can run the default model."""
        return self.compute_capability >= LEAST_COMPUTE_CAPABILITY and self.memory >= LEAST_CARD_MEMORY


def find_gpus(nvidia_smi: str = "nvidia-smi") -> tuple[Gpu, ...]:
    """The cards the driver's own command lists; none where there is no driver, or it does not answer in ten seconds."""
    try:
        answer = subprocess.run([nvidia_smi, *QUERY], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(gpu for line in answer.stdout.splitlines() if (gpu := _gpu(line)))


def _gpu(line: str) -> Gpu | None:
    """One line: name, MiB, MiB, major.minor. A card that says [N/A] to one of them is not counted."""
    name, *figures = (part.strip() for part in line.rsplit(",", maxsplit=3))
    try:
        memory, free, capability = figures
        major, _, minor = capability.partition(".")
        return Gpu(
            name=name, memory=int(memory) * MIB, free=int(free) * MIB, compute_capability=(int(major), int(minor))
        )
    except ValueError:
        return None


def has_suitable_gpu(gpus: Iterable[Gpu]) -> bool:
    return any(gpu.is_suitable for gpu in gpus)


def processor(proc: Path = Path("/proc")) -> str:
    """The processor's own name and how many of its cores this process may use."""
    lines = (proc / "cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model")))
    cores = len(os.sched_getaffinity(0))
    return f"{next(names, 'CPU')}, {cores} core{'s' if cores != 1 else ''}"


def available_memory(proc: Path = Path("/proc"), cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes of main memory a process may still take without swapping: the machine's, or its container's if less.

    A container's limit is not in /proc/meminfo; page cache that can be dropped counts as free in both.
    """
    for line in (proc / "meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            machine = int(line.split()[1]) * 1024
            break
    else:
        raise OSError(f"{proc}/meminfo has no line MemAvailable")
    return min([machine, *_left_in(cgroup)])


def _left_in(cgroup: Path) -> list[int]:
    """Bytes left under the container's limit, for both versions of control groups; empty where there is no limit."""
    layouts = (
        ("memory.max", "memory.current", "memory.stat", "inactive_file"),
        (
            "memory/memory.limit_in_bytes",
            "memory/memory.usage_in_bytes",
            "memory/memory.stat",
            "total_inactive_file",
        ),
    )
    left = []
    for limit_file, usage_file, stat_file, cache_key in layouts:
        try:
            limit = (cgroup / limit_file).read_text().strip()
            usage = int((cgroup / usage_file).read_text())
            stat = dict(line.split() for line in (cgroup / stat_file).read_text().splitlines())
        except (FileNotFoundError, NotADirectoryError):
            continue
        if limit != "max":
            left.append(max(int(limit) - usage + int(stat.get(cache_key, "0")), 0))
    return left
