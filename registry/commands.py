"""How to run a model: commands and snippets that are right for this very variant, or why there is none. Pure.

Every command names the exact repository and pins its revision; flags follow from what is recorded of the files and the
configuration, and none is given that the configuration makes needless. Nothing is run, and whether a card has the
memory is not asked here. All text of others is quoted for the shell or for Python.
"""

import json
import shlex
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from registry.one_line import one_line
from registry.resolve import Resolution
from registry.snippets import openai_snippet, transformers_snippet
from registry.whereabouts import whereabouts

VLLM = "0.29.0"
"""The version the flags are checked against."""

PARSERS = Path(__file__).with_name("parsers.toml")

QUANTIZED_FOR_VLLM = {"auto-round", "awq", "compressed-tensors", "fp8", "gptq", "modelopt", "mxfp4", "quark", "torchao"}
"""Values of `quant_method` in config.json from which vLLM finds the rest by itself."""

NEEDED_BY_TRANSFORMERS = {
    "auto-round": ("auto-round",),
    "awq": ("gptqmodel",),
    "compressed-tensors": ("compressed-tensors",),
    "fp8": (),
    "gptq": ("optimum", "gptqmodel"),
}
"""Packages that transformers asks for, by `quant_method`."""

READS = {"image": ("pillow", "torchvision"), "audio": ("librosa",)}
"""Packages by which transformers reads the file its snippet asks about."""

DRAFTER = "It drafts tokens for another model, in speculative decoding, and answers nobody by itself."

BLOCKS = "modules_in_block_to_quantize"

Tool = Literal["vllm", "docker", "openai", "hf", "transformers", "ollama"]


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command or snippet for one tool. `text` is None where there is none, and `reason` says why.

    `notes` are sentences to read before it is run.
    """

    tool: Tool
    language: Literal["sh", "python"]
    text: str | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a command calls the model: a repository at a revision, or a folder of this machine."""

    name: str
    revision: str | None

    @property
    def words(self) -> list[str]:
        return [self.name, *(["--revision", self.revision] if self.revision else [])]


def commands(
    resolution: Resolution,
    *,
    config: Mapping[str, Any] | None = None,
    folder: Path | None = None,
    obsolete: Sequence[str] = (),
) -> tuple[Command, ...]:
    """All commands for a decided passport, those that are not offered too.

    `config` is the raw config.json, where it was read; `folder` holds the checkpoint, where it is on this machine;
    `obsolete` are weight files of the repository that its index does not name.
    """
    place = _place(resolution, folder)
    if place is None:
        why = _absence(resolution)
        tools: tuple[Tool, ...] = ("vllm", "docker", "openai", "hf", "transformers")
        return (*(Command(tool=tool, language=_language(tool), reason=why) for tool in tools), _ollama(resolution))
    return (
        _vllm(resolution, place, config),
        _docker(resolution, place, config, folder),
        _openai(resolution, place, config),
        _hf(place, folder, obsolete),
        _transformers(resolution, place),
        _ollama(resolution),
    )


def _place(resolution: Resolution, folder: Path | None) -> Place | None:
    if folder is not None:
        return Place(name=str(folder), revision=None)
    hosted = whereabouts(resolution) == "hub"
    return Place(name=resolution.subject, revision=resolution.revision) if hosted else None


def _absence(resolution: Resolution) -> str:
    if whereabouts(resolution) == "nowhere":
        return f"No repository “{one_line(resolution.subject)}” was found on the Hub."
    return f"“{one_line(resolution.subject)}” is no repository of the Hub, and no folder is given."


def _vllm(resolution: Resolution, place: Place, config: Mapping[str, Any] | None) -> Command:
    reason = _not_for_vllm(resolution, config)
    if reason:
        return Command(tool="vllm", language="sh", reason=reason)
    extra = "[audio]" if "audio" in _modalities(resolution) else ""
    install = _shell(["pip", "install", f"vllm{extra}=={VLLM}"])
    serve = _shell(["vllm", "serve", *place.words, *_flags(resolution, config)])
    return Command(tool="vllm", language="sh", text=f"{install}\n{serve}", notes=_serving_notes(resolution))


def _docker(resolution: Resolution, place: Place, config: Mapping[str, Any] | None, folder: Path | None) -> Command:
    """The image runs `vllm serve` by itself: what follows its name are that command's arguments."""
    reason = _not_for_vllm(resolution, config)
    if reason:
        return Command(tool="docker", language="sh", reason=reason)
    mount, served = "~/.cache/huggingface:/root/.cache/huggingface", place.words
    if folder is not None:
        mount, served = (
            f"{shlex.quote(str(folder.absolute()))}:/model:ro",
            ["/model", "--served-model-name", place.name],
        )
    run = f"docker run --rm --gpus all --ipc=host -p 8000:8000 -v {mount} vllm/vllm-openai:v{VLLM}"
    sound = (
        f"The image comes without vLLM's audio packages: for sound, build one on it that runs "
        f"`uv pip install --system 'vllm[audio]=={VLLM}'`.",
    )
    return Command(
        tool="docker",
        language="sh",
        text=f"{run} {_shell([*served, *_flags(resolution, config)])}",
        notes=(*_serving_notes(resolution), *(sound if "audio" in _modalities(resolution) else ())),
    )


def _openai(resolution: Resolution, place: Place, config: Mapping[str, Any] | None) -> Command:
    """For the server that `vllm serve` starts, which calls the model by the name it was given."""
    reason = _not_for_vllm(resolution, config)
    if reason:
        return Command(tool="openai", language="python", reason=f"No server is offered. {reason}")
    return Command(tool="openai", language="python", text=openai_snippet(place.name, _modalities(resolution)))


def _hf(place: Place, folder: Path | None, obsolete: Sequence[str]) -> Command:
    if folder is not None:
        return Command(tool="hf", language="sh", reason="The checkpoint is on this machine already.")
    left_out = [word for name in obsolete for word in ("--exclude", name)]
    notes = ("Files left out are weights that the repository's index does not name: nothing loads them.",)
    text = _shell(["hf", "download", *place.words, *left_out])
    return Command(tool="hf", language="sh", text=text, notes=notes if left_out else ())


def _transformers(resolution: Resolution, place: Place) -> Command:
    method, architecture = _text(resolution, "quantization.method"), _text(resolution, "architecture")
    if _is_drafter(resolution):
        reason = DRAFTER
    elif _is_gguf(resolution):
        reason = "Its files are GGUF, which other programs load."
    elif architecture is None:
        reason = "Its architecture is not known, so the right class is not either."
    elif method is not None and method not in NEEDED_BY_TRANSFORMERS:
        reason = f"Whether transformers loads weights quantized by “{method}” is not known."
    else:
        needed = ("transformers", "accelerate", *NEEDED_BY_TRANSFORMERS.get(method or "", ()))
        towers = next((READS[kind] for kind in READS if kind in _modalities(resolution)), ())
        return Command(
            tool="transformers",
            language="python",
            text=transformers_snippet(place.name, place.revision, _modalities(resolution)),
            notes=(f"It needs `{_shell(['pip', 'install', *needed, *towers])}`.",),
        )
    return Command(tool="transformers", language="python", reason=reason)


def _ollama(resolution: Resolution) -> Command:
    if _is_gguf(resolution) and whereabouts(resolution) == "hub":
        return Command(tool="ollama", language="sh", text=_shell(["ollama", "run", f"hf.co/{resolution.subject}"]))
    return Command(
        tool="ollama",
        language="sh",
        reason="Ollama loads GGUF files, and nothing recorded of this model speaks of any.",
    )


def refused_by_vllm(resolution: Resolution) -> str | None:
    """Why vLLM cannot serve it, whatever its configuration says; None where nothing recorded forbids it."""
    method = _text(resolution, "quantization.method")
    if _is_drafter(resolution):
        return DRAFTER
    if _is_gguf(resolution):
        return "Its files are GGUF, which vLLM does not load by itself."
    if method is not None and method not in QUANTIZED_FOR_VLLM:
        return f"vLLM {VLLM} knows no quantization called “{method}”."
    return None


def _not_for_vllm(resolution: Resolution, config: Mapping[str, Any] | None) -> str | None:
    """Why vLLM is not offered; None when it is."""
    refused = refused_by_vllm(resolution)
    if refused:
        return refused
    if _text(resolution, "architecture") is None and _text(resolution, "quantization.method") is None:
        return "Neither its architecture nor its quantization is known."
    if _needs_blocks(resolution) and not (config or {}).get("quantization_config"):
        return f"vLLM {VLLM} needs this file's own quantization settings repeated, and its config.json was not read."
    return None


def _flags(resolution: Resolution, config: Mapping[str, Any] | None) -> list[str]:
    parsers = _parsers().get(_text(resolution, "architecture") or "")
    flags = (
        [
            "--reasoning-parser",
            parsers["reasoning"],
            "--enable-auto-tool-choice",
            "--tool-call-parser",
            parsers["tools"],
        ]
        if parsers
        else []
    )
    quantization = dict((config or {}).get("quantization_config") or {})
    if _needs_blocks(resolution) and BLOCKS not in quantization:
        overrides = {"quantization_config": {**quantization, BLOCKS: ["language_model.model.layers"]}}
        flags += ["--hf-overrides", json.dumps(overrides)]
    return flags


def _needs_blocks(resolution: Resolution) -> bool:
    """2026-11, vLLM 0.29.0: it refuses a GPTQ Gemma 4 ("some but not all shards of …qkv_proj are quantized") whose file
    does not name the quantized blocks: its last layers share keys and values, and have none in the file.
    """
    return (
        _text(resolution, "quantization.method") == "gptq"
        and _text(resolution, "architecture") == "Gemma4ForConditionalGeneration"
    )


def _serving_notes(resolution: Resolution) -> tuple[str, ...]:
    notes = []
    context = resolution.value("context")
    if isinstance(context, int):
        notes.append(f"vLLM makes room for the whole context, {context:,} tokens; --max-model-len asks for less.")
    if (_text(resolution, "architecture") or "").startswith("Gemma4"):
        notes.append("vLLM runs Gemma 4 on Ampere cards and newer, not on Turing (T4).")
    return tuple(notes)


def _is_gguf(resolution: Resolution) -> bool:
    said = [resolution.value(name) for name in ("quantization.method", "scheme", "tags")]
    words = [word for value in said for word in (value if isinstance(value, tuple) else (value,))]
    return any("gguf" in str(word).lower() for word in words)


def _is_drafter(resolution: Resolution) -> bool:
    """Whether it only drafts tokens for another model."""
    tags = resolution.value("tags")
    return isinstance(tags, tuple) and any(tag.casefold() in ("drafter", "draft model") for tag in tags)


def _modalities(resolution: Resolution) -> tuple[str, ...]:
    value = resolution.value("modalities")
    return value if isinstance(value, tuple) else ()


def _text(resolution: Resolution, field: str) -> str | None:
    value = resolution.value(field)
    return one_line(value, 80) if isinstance(value, str) else None


def _language(tool: Tool) -> Literal["sh", "python"]:
    return "python" if tool in ("openai", "transformers") else "sh"


def _shell(words: Iterable[str]) -> str:
    return shlex.join(words)


@cache
def _parsers() -> dict[str, dict[str, str]]:
    return tomllib.loads(PARSERS.read_text(encoding="utf-8"))
