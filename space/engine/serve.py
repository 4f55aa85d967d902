"""The engine the owner asked for, under supervision: vLLM in this process, or a server behind ENGINE_URL.

It decides from settings alone and starts nothing; importing it imports neither vLLM nor the client of a server.
"""

import asyncio
import functools
import importlib
from dataclasses import replace
from urllib.parse import urlsplit

from space.checkpoint.checkpoint import Checkpoint
from space.checkpoint.choose import checkpoint_elsewhere
from space.checkpoint.hardware import find_gpus
from space.checkpoint.hub import Hub
from space.checkpoint.obtain import Wanted, obtain
from space.engine.engine import Engine
from space.engine.open import build_vllm_engine, installed_options
from space.engine.supervisor import OnReady, Supervisor
from space.settings import Settings

LONGEST_WAIT_FOR_A_SERVER = 30.0
"""Seconds between two looks at a server that is away: one that is back should not wait for a visitor's patience."""


def supervise(settings: Settings, on_ready: OnReady | None = None) -> Supervisor:
    """A supervisor that has not begun; `on_ready` is told of each checkpoint as soon as it is served."""
    if settings.engine_url is None:
        return _here(settings, on_ready)
    return _elsewhere(settings, settings.engine_url, on_ready)


def _here(settings: Settings, on_ready: OnReady | None) -> Supervisor:
    options = replace(installed_options(), media_domains=settings.media_domains, extra=settings.engine_args)
    wanted = Wanted(
        model_id=settings.model_id,
        model_revision=settings.model_revision,
        hub=Hub(endpoint=settings.hub_endpoint, token=settings.hub_token),
        on_gpu=options.on_gpu,
        gpus=find_gpus() if options.on_gpu else (),
        kv_cache=options.kv_cache_memory_bytes or 0,
        sizes=options.sizes,
    )
    return Supervisor(
        model=settings.model_id or "the model",
        fetch=functools.partial(obtain, wanted),
        build=functools.partial(build_vllm_engine, options=options),
        on_ready=on_ready,
    )


def _elsewhere(settings: Settings, url: str, on_ready: OnReady | None) -> Supervisor:
    """Nothing is fetched; the folder of the same model, where the owner names one, is only read."""
    unnamed = f"the model at {urlsplit(url).hostname}"
    return Supervisor(
        model=settings.model_id or unnamed,
        fetch=lambda _report, _stopped: checkpoint_elsewhere(settings.model_id, unnamed),
        build=functools.partial(build_remote_engine, settings=settings, url=url),
        longest_wait=LONGEST_WAIT_FOR_A_SERVER,
        on_ready=on_ready,
    )


async def build_remote_engine(checkpoint: Checkpoint, settings: Settings, url: str) -> Engine:
    """Import the client in a thread, for it is slow, and make an engine of it."""
    module = await asyncio.to_thread(importlib.import_module, "space.engine.remote_engine")
    engine: Engine = module.RemoteEngine(
        checkpoint, url=url, api_key=settings.engine_api_key, model_id=settings.model_id
    )
    return engine
