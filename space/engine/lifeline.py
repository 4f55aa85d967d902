"""The engine's processes end with the one that started them, however it ended.

2026-11-30, vLLM 0.29.0: a killed application leaves its EngineCore and workers behind. While they load they do not
notice at all, and keep their cores and memory while a new application loads beside them; a loaded EngineCore waits
for requests for ever. A killed EngineCore leaves its workers in the same way. vLLM takes no hook for a new process, so
the functions these processes begin with are replaced; in any other version they are left alone.
"""

import os
import threading
from multiprocessing import parent_process

import vllm
from vllm.utils.system_utils import kill_process_tree
from vllm.v1.engine.core import EngineCoreProc
from vllm.v1.executor.multiproc_executor import WorkerProc

LEAVES_ORPHANS = {"0.29.0"}

_run_engine_core = EngineCoreProc.run_engine_core
_worker_main = WorkerProc.worker_main


def tie_engines_to_this_process() -> None:
    """From now on every engine that this process starts ends with it."""
    if vllm.__version__.split("+")[0] in LEAVES_ORPHANS:
        EngineCoreProc.run_engine_core = run_engine_core


def run_engine_core(*args: object, **kwargs: object) -> None:
    """What EngineCore begins with."""
    end_with_parent()
    WorkerProc.worker_main = worker_main
    _run_engine_core(*args, **kwargs)


def worker_main(*args: object, **kwargs: object) -> None:
    """What a worker begins with."""
    end_with_parent()
    _worker_main(*args, **kwargs)


def end_with_parent() -> None:
    """Kill this process and all below it once the process that started it is gone: nobody is left to ask them."""
    parent = parent_process()
    assert parent is not None, "called in a process that multiprocessing has started"

    def follow() -> None:
        parent.join()  # waits for the other end of a pipe, which the system closes with the parent
        kill_process_tree(os.getpid())

    threading.Thread(target=follow, name="lifeline", daemon=True).start()
