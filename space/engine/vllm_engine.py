"""One checkpoint served by vLLM's `AsyncLLM` in this process, through vLLM's own chat serving path.

Importing this module imports vLLM, which takes seconds: it is imported when an engine starts, not before.
Everything about chat templates, media, reasoning and tool parsing is vLLM's: `create_chat_completion` is the
function behind its `/v1/chat/completions`, called here without the HTTP around it.
"""

import asyncio
import json
import logging
import time
from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

import vllm
from fastapi import FastAPI
from jinja2 import TemplateError
from starlette.types import ASGIApp
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.entrypoints.launchers.api_server.app_state import init_app_state
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.entrypoints.openai.chat_completion.serving import OpenAIServingChat
from vllm.entrypoints.serve.engine.protocol import ErrorResponse
from vllm.exceptions import GracefulHTTPError, VLLMClientError
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

from registry.sources.engine import Loaded
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Request
from space.engine.body import request_body
from space.engine.chunks import ChunkReader
from space.engine.environment import cpu_environment, starting_environment
from space.engine.flags import REFUSALS, parse_flags, reason
from space.engine.media_connector import check_all_media
from space.engine.openai_application import build_openai_application
from space.engine.options import EngineOptions
from space.engine.overrides import config_overrides
from space.engine.prepared_body import PreparedBody
from space.engine.report import loaded
from space.engine.warmup import TEXT_WARM_UP, warm_up_request
from space.errors import CheckpointError, EngineDied, EngineNotReady, RequestRejected
from space.events import Event
from space.special_tokens import special_tokens

log = logging.getLogger(__name__)

# What vLLM raises for a request it will not answer; its own web server maps the same classes to 4xx.
REJECTIONS = (VLLMClientError, GracefulHTTPError, TemplateError, ValueError, TypeError, OverflowError)

ENGINE_DIED = "The engine stopped while it was working. It is being started again; send the message once more then."
WATCH_SECONDS = 0.5
SHUTDOWN_SECONDS = 10.0


class VllmEngine:
    """An `Engine` on a folder. Start it on the event loop that will use it."""

    def __init__(self, checkpoint: Checkpoint, options: EngineOptions) -> None:
        if checkpoint.folder is None:
            raise ValueError(f"{checkpoint.repo_id} has no folder here to load")
        self.checkpoint = checkpoint
        self.options = options
        self._folder = checkpoint.folder
        self.model_name = options.served_name or checkpoint.repo_id
        self.loaded: Loaded | None = None
        self._llm: AsyncLLM | None = None
        self._application: FastAPI | None = None
        self._control_tokens: frozenset[str] = frozenset()

    async def start(self) -> None:
        """Load the weights in a thread, then tie vLLM's serving classes to this event loop."""
        began = time.monotonic()
        try:
            args = parse_flags(self._argv())
            self.model_name = args.served_model_name[0]  # an owner's own name wins over ours
            self._llm = await self._load_in_thread(args)
            self.loaded = await self._report(time.monotonic() - began)
        except REFUSALS as error:
            log.warning("vLLM refuses to serve %s", self.model_name, exc_info=error)
            raise CheckpointError(f"vLLM refuses to serve {self.model_name}: {reason(error)}") from error
        except RuntimeError as error:
            raise EngineDied(f"vLLM stopped while loading {self.model_name}. The log says why.") from error
        self._control_tokens = special_tokens(self._folder / "tokenizer.json")
        if args.mm_processor_kwargs == {"max_soft_tokens": self.options.image_budget}:
            # The engine is sized for the largest budget by now; who names none gets the checkpoint's own.
            self._llm.model_config.get_multimodal_config().mm_processor_kwargs = None
        check_all_media()
        application = build_openai_application(args)
        await init_app_state(self._llm, application.state, args, ("generate",))
        self._application = application

    async def _report(self, seconds: float) -> Loaded | None:
        assert self._llm is not None
        try:
            return await loaded(self._llm, version=vllm.__version__, seconds=seconds)
        except Exception:  # what vLLM 0.29.0 raises when a call in a worker fails has no class of its own
            log.exception("the engine does not tell what it holds, which keeps it from nothing else")
            return None

    async def warm(self) -> None:
        """See `Engine.warm`. An owner's flags may leave no room for pictures and sounds: then text must do."""
        try:
            await self._answer(warm_up_request())
        except RequestRejected as refusal:
            log.warning("pictures and sounds are not warmed up: %s", refusal)
            try:
                await self._answer(TEXT_WARM_UP)
            except RequestRejected as error:
                raise CheckpointError(f"{self.model_name} cannot answer one word as it is served: {error}") from error

    async def _answer(self, request: Request) -> None:
        async for _ in self.stream(request):
            pass

    async def stop(self) -> None:
        """End the engine's processes, and every answer under way with `EngineDied`."""
        llm, self._llm = self._llm, None
        if llm is not None:
            # First, or it reports the end we asked for as a crash.
            if llm.output_handler is not None:
                llm.output_handler.cancel()
            # vLLM 0.29.0, 2026-11: a shutdown alone leaves whoever reads an answer waiting for ever.
            llm.output_processor.propagate_error(EngineDeadError())
            await asyncio.to_thread(llm.shutdown, SHUTDOWN_SECONDS)

    def openai_application(self) -> ASGIApp | None:
        """See `Engine.openai_application`."""
        return None if self._application is None else PreparedBody(self._application, self._control_tokens)

    async def died(self) -> None:
        """Return once vLLM reports its engine dead; it offers a flag to look at and no event to wait for."""
        while self._llm is None or not self._llm.errored:  # noqa: ASYNC110
            await asyncio.sleep(WATCH_SECONDS)

    def unfinished_requests(self) -> int:
        """Requests the engine is working on or holds in its queue."""
        return 0 if self._llm is None else self._llm.get_num_unfinished_requests()

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Answer one request; see `Engine.stream`."""
        reader = ChunkReader(started=time.perf_counter(), has_media=request.has_media)
        try:
            async with aclosing(await self._open(request)) as lines:
                async for line in lines:
                    for event in reader.read(self._chunk(line), time.perf_counter()):
                        yield event
        except (EngineDeadError, EngineGenerateError) as error:
            raise EngineDied(ENGINE_DIED) from error
        for event in reader.finish(time.perf_counter()):
            yield event

    async def _open(self, request: Request) -> AsyncGenerator[str, None]:
        """Hand the request to vLLM; what comes back are the lines of its event stream."""
        if self._llm is None or self._application is None:
            raise EngineNotReady("The engine is not running yet.")
        chat: OpenAIServingChat = self._application.state.openai_serving_chat
        try:
            body = ChatCompletionRequest.model_validate(request_body(request, self.model_name, self._control_tokens))
            answer = await chat.create_chat_completion(body)
        except EngineDeadError:
            raise
        except REJECTIONS as error:
            raise RequestRejected(str(error)) from error
        except RuntimeError as error:
            if self._llm is None or self._llm.errored:  # stopped while it read a picture
                raise EngineDied(ENGINE_DIED) from error
            raise
        if isinstance(answer, ErrorResponse):
            raise RequestRejected(answer.error.message)
        assert isinstance(answer, AsyncGenerator), "a streamed request is answered by a generator"
        return answer

    def _chunk(self, line: str) -> dict[str, Any]:
        """One server-sent event as a dictionary; the closing `[DONE]` is an empty one."""
        data = line.removeprefix("data: ").strip()
        if data == "[DONE]":
            return {}
        chunk: dict[str, Any] = json.loads(data)
        if "error" in chunk:
            if self._llm is None or self._llm.errored or chunk["error"].get("code", 500) >= 500:
                raise EngineDied(ENGINE_DIED)
            raise RequestRejected(chunk["error"]["message"])
        return chunk

    def _argv(self) -> list[str]:
        argv = self.options.argv(self._folder)
        if self.options.served_name is None:
            argv = ["--served-model-name", self.model_name, *argv]
        overrides = config_overrides(self._folder, vllm.__version__)
        return [*argv, "--hf-overrides", json.dumps(overrides)] if overrides else argv

    async def _load_in_thread(self, args: Namespace) -> AsyncLLM:
        """A thread cannot be cancelled: wait for its engine and end that before passing the cancellation on."""
        loading = asyncio.ensure_future(asyncio.to_thread(self._load, args))
        try:
            return await asyncio.shield(loading)
        except asyncio.CancelledError:
            with suppress(Exception):  # a load that failed has left nothing to end
                await asyncio.to_thread((await loading).shutdown, SHUTDOWN_SECONDS)
            raise

    def _load(self, args: Namespace) -> AsyncLLM:
        """Start the engine's processes and wait for their weights; runs in a thread, for it blocks."""
        engine_args = AsyncEngineArgs.from_cli_args(args)
        with starting_environment({} if self.options.on_gpu else cpu_environment(self.options.sizes.ranks)):
            return AsyncLLM.from_engine_args(engine_args)
