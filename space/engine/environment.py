"""The environment vLLM and its child processes need: what is set for good, and what only while they start.

Values the owner has already set in the environment win.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TCMALLOC_FOLDERS = (Path("/usr/lib/x86_64-linux-gnu"), Path("/usr/lib/aarch64-linux-gnu"), Path("/usr/lib64"))


def log_to_standard_error() -> None:
    """vLLM logs to standard output unless told otherwise, where commands print their results. Before its import."""
    os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")


def stay_with_listed_hosts() -> None:
    """vLLM would follow a media host's redirect to wherever it points, also to this machine."""
    os.environ.setdefault("VLLM_MEDIA_URL_ALLOW_REDIRECTS", "0")


def preload_libraries() -> list[Path]:
    """tcmalloc (Debian's libtcmalloc-minimal4) and Intel's OpenMP (the venv's intel-openmp), where present."""
    tcmalloc = [path for folder in TCMALLOC_FOLDERS for path in sorted(folder.glob("libtcmalloc_minimal.so.*"))[:1]]
    openmp = Path(sys.prefix) / "lib" / "libiomp5.so"
    return tcmalloc[:1] + ([openmp] if openmp.exists() else [])


def cores_by_rank(cores: Sequence[int], ranks: int) -> str:
    """All cores, dealt out to `ranks` processes as vLLM writes it: `0,1|2,3`. Too few to deal: it must find its own."""
    share = len(cores) // ranks
    if not share:
        return "nobind"
    return "|".join(",".join(map(str, cores[rank * share : (rank + 1) * share])) for rank in range(ranks))


def cpu_environment(ranks: int = 1) -> dict[str, str]:
    """Variables for the engine's processes on a CPU, `ranks` of which hold weights."""
    return {
        # vLLM keeps one core for itself, which is half of a two-core machine.
        "VLLM_CPU_OMP_THREADS_BIND": cores_by_rank(sorted(os.sched_getaffinity(0)), ranks),
        # vLLM 0.29.0 compiles its sampler with Inductor even in eager mode: without a C++ compiler on the machine the
        # engine dies at the first answer with a temperature (`InvalidCxxCompiler`); with one, that answer waits for it.
        "TORCHDYNAMO_DISABLE": "1",
        "LD_PRELOAD": ":".join(map(str, preload_libraries())),
    }


@contextmanager
def starting_environment(variables: dict[str, str]) -> Iterator[None]:
    """Hold `variables` in the environment while children are spawned.

    vLLM adds variables of its own (LD_PRELOAD among them) to this process; they go too, so that a browser or a
    command started later does not inherit the engine's allocator.
    """
    before = dict(os.environ)
    for name, value in variables.items():
        os.environ.setdefault(name, value)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
