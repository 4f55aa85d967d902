"""How an engine is served: the flags of `vllm serve` as one frozen value, and its two profiles.

Knows vLLM's flag names and nothing of its classes: `vllm_engine` hands `argv()` to vLLM's own parser, which
validates every one of them. `CPU` and `CUDA` differ in these fields only.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from space.checkpoint.parallel import ParallelSizes, parallel_sizes
from space.media.limits import LARGEST_IMAGE_BUDGET, MAX_PICTURES_PER_CONVERSATION, MAX_SOUNDS_PER_CONVERSATION

MIB = 1024 * 1024
# To vLLM an empty list allows every host; a name that cannot exist (RFC 2606) allows none.
NO_DOMAIN = "media.invalid"


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """Flags of `vllm serve`. None leaves a flag at vLLM's default. `extra` comes last and therefore wins.

    `on_gpu` says which build of vLLM they are for. `max_images` and `max_sounds` limit one request with its whole
    history. `image_budget` is the largest number of soft tokens an image may ask for; the engine is sized for it. From
    `media_domains`, and no other hosts, a program's pictures and sounds are fetched.
    """

    on_gpu: bool
    served_name: str | None = None
    dtype: str = "bfloat16"
    kv_cache_dtype: str = "auto"
    kv_cache_memory_bytes: int | None = None
    gpu_memory_utilization: float | None = None
    max_model_len: int | None = None
    max_num_seqs: int = 16
    max_num_batched_tokens: int | None = None
    chunked_prefill: bool = True
    prefix_caching: bool = True
    enforce_eager: bool = False
    skip_mm_profiling: bool = False
    max_images: int = MAX_PICTURES_PER_CONVERSATION
    max_sounds: int = MAX_SOUNDS_PER_CONVERSATION
    image_budget: int = LARGEST_IMAGE_BUDGET
    media_domains: tuple[str, ...] = ()
    thinking: bool = False
    reasoning_parser: str | None = "gemma4"
    tool_call_parser: str | None = "gemma4"
    tensor_parallel_size: int = 1
    pipeline_parallel_size: int = 1
    data_parallel_size: int = 1
    worker_extension: str | None = None
    extra: tuple[str, ...] = ()

    @property
    def sizes(self) -> ParallelSizes:
        """The parallel sizes these flags ask for, an owner's own included."""
        return parallel_sizes(self.argv(Path()))

    def argv(self, folder: Path) -> list[str]:
        """The command line of `vllm serve` for the checkpoint in `folder`."""
        flags = ["--model", str(folder), "--dtype", self.dtype, "--kv-cache-dtype", self.kv_cache_dtype]
        flags += ["--max-num-seqs", str(self.max_num_seqs)]
        flags += ["--limit-mm-per-prompt", json.dumps({"image": self.max_images, "audio": self.max_sounds, "video": 0})]
        flags += ["--default-chat-template-kwargs", json.dumps({"enable_thinking": self.thinking})]
        flags += ["--tensor-parallel-size", str(self.tensor_parallel_size)]
        flags += ["--pipeline-parallel-size", str(self.pipeline_parallel_size)]
        flags += ["--data-parallel-size", str(self.data_parallel_size)]
        flags += ["--allowed-media-domains", *(self.media_domains or (NO_DOMAIN,))]
        flags += ["--mm-processor-kwargs", json.dumps({"max_soft_tokens": self.image_budget})]
        flags += ["--enable-prompt-tokens-details", "--disable-uvicorn-access-log"]
        flags.append("--enable-chunked-prefill" if self.chunked_prefill else "--no-enable-chunked-prefill")
        flags.append("--enable-prefix-caching" if self.prefix_caching else "--no-enable-prefix-caching")
        if self.reasoning_parser is not None:
            flags += ["--reasoning-parser", self.reasoning_parser]
        if self.tool_call_parser is not None:
            flags += ["--enable-auto-tool-choice", "--tool-call-parser", self.tool_call_parser]
        if self.enforce_eager:
            flags.append("--enforce-eager")
        if self.skip_mm_profiling:
            flags.append("--skip-mm-profiling")
        optional = {
            "--served-model-name": self.served_name,
            "--kv-cache-memory-bytes": self.kv_cache_memory_bytes,
            "--gpu-memory-utilization": self.gpu_memory_utilization,
            "--max-model-len": self.max_model_len,
            "--max-num-batched-tokens": self.max_num_batched_tokens,
            "--worker-extension-cls": self.worker_extension,
        }
        for flag, value in optional.items():
            if value is not None:
                flags += [flag, str(value)]
        return [*flags, *self.extra]


# Eager, because vLLM's compiled mode took over four minutes to start on two cores. KV bytes are set, because
# vLLM would otherwise take a share of all memory. Profiling the encoders is most of a CPU's start-up time.
CPU = EngineOptions(
    on_gpu=False,
    enforce_eager=True,
    skip_mm_profiling=True,
    kv_cache_memory_bytes=512 * MIB,
    max_model_len=8192,
    max_num_batched_tokens=8192,
    max_num_seqs=8,
    worker_extension="space.engine.worker.CpuWorkerExtension",
)

# The flags the served model's card gives for one card with 24 GB.
CUDA = EngineOptions(
    on_gpu=True,
    gpu_memory_utilization=0.9,
    max_model_len=18432,
    max_num_batched_tokens=16384,
    max_num_seqs=32,
    worker_extension="space.engine.held.HeldBytes",
)
