"""Commands: right for the variant, or not offered with a reason; safe whatever the names are."""

import ast
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from huggingface_hub.cli.hf import app
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.commands import NEEDED_BY_TRANSFORMERS, QUANTIZED_FOR_VLLM, Command, commands
from registry.resolve import Resolution
from registry.snippets import openai_snippet, transformers_snippet
from tests.registry.decided import COMMIT, Said, decided

GEMMA: tuple[Said, ...] = (
    ("architecture", "Gemma4ForConditionalGeneration", "configuration"),
    ("modalities", ("text", "image", "audio"), "configuration"),
    ("context", 131_072, "configuration"),
)
GPTQ_CONFIG: dict[str, Any] = {"quantization_config": {"quant_method": "gptq", "bits": 4, "desc_act": False}}

MODALITIES = (("text",), ("text", "image"), ("text", "audio"), ("text", "image", "audio"))


def auto_round() -> Resolution:
    return decided("Owner/Model-W4A16", *GEMMA, ("quantization.method", "auto-round", "configuration"))


def gptq() -> Resolution:
    return decided("Owner/Model-GPTQ", *GEMMA, ("quantization.method", "gptq", "configuration"))


def by_tool(offered: tuple[Command, ...]) -> dict[str, Command]:
    return {command.tool: command for command in offered}


def text(offered: tuple[Command, ...], tool: str) -> str:
    found = by_tool(offered)[tool].text
    assert found is not None, by_tool(offered)[tool].reason
    return found


def test_every_command_names_the_exact_repository_and_pins_it() -> None:
    offered = commands(auto_round())
    for tool in ("vllm", "docker", "hf", "transformers"):
        assert "Owner/Model-W4A16" in text(offered, tool)
        assert COMMIT in text(offered, tool)
    assert 'model="Owner/Model-W4A16"' in text(offered, "openai"), "the server knows it by this name"


def test_gemma_is_served_with_its_parsers_and_no_needless_flag() -> None:
    serve = text(commands(auto_round()), "vllm").splitlines()[-1]
    assert serve.endswith("--reasoning-parser gemma4 --enable-auto-tool-choice --tool-call-parser gemma4")
    assert "--quantization" not in serve
    assert "'vllm[audio]==" in text(commands(auto_round()), "vllm")


def test_an_architecture_without_known_parsers_gets_none() -> None:
    resolution = decided("o/m", ("architecture", "LlamaForCausalLM", "configuration"), ("modalities", ("text",)))
    assert text(commands(resolution), "vllm").splitlines()[-1] == f"vllm serve o/m --revision {COMMIT}"
    assert "AutoModelForCausalLM" in text(commands(resolution), "transformers")


def test_the_packages_a_snippet_needs_are_named() -> None:
    (note,) = by_tool(commands(auto_round()))["transformers"].notes
    assert "transformers accelerate auto-round pillow torchvision" in note
    hears = decided("o/m", ("architecture", "A", "configuration"), ("modalities", ("text", "audio")))
    assert "librosa" in by_tool(commands(hears))["transformers"].notes[0]


def test_the_image_is_not_told_to_serve_twice() -> None:
    docker = text(commands(auto_round()), "docker")
    assert "vllm/vllm-openai:v0.29.0 Owner/Model-W4A16" in docker
    assert "vllm serve" not in docker
    assert any("audio" in note for note in by_tool(commands(auto_round()))["docker"].notes)


def test_a_gptq_gemma_repeats_its_files_settings_with_its_blocks_named() -> None:
    words = shlex.split(text(commands(gptq(), config=GPTQ_CONFIG), "vllm").splitlines()[-1])
    overrides = json.loads(words[words.index("--hf-overrides") + 1])["quantization_config"]
    assert overrides["desc_act"] is False
    assert overrides["modules_in_block_to_quantize"] == ["language_model.model.layers"]


def test_a_gptq_gemma_that_names_its_blocks_needs_nothing() -> None:
    named = {"quantization_config": {"quant_method": "gptq", "modules_in_block_to_quantize": ["model.layers"]}}
    assert "--hf-overrides" not in text(commands(gptq(), config=named), "vllm")


def test_a_gptq_gemma_whose_settings_are_unknown_is_not_offered() -> None:
    command = by_tool(commands(gptq()))["vllm"]
    assert command.text is None
    assert "config.json was not read" in (command.reason or "")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ((("architecture", "Gemma4ForConditionalGeneration"), ("quantization.method", "own-codec")), "own-codec"),
        ((("architecture", "X"), ("quantization.method", "gguf")), "GGUF"),
        ((), "known"),
    ],
)
def test_what_would_not_run_is_not_offered_and_says_why(said: tuple[Said, ...], reason: str) -> None:
    offered = by_tool(commands(decided("o/m", *said)))
    for tool in ("vllm", "docker", "openai", "transformers"):
        assert offered[tool].text is None
        assert reason in (offered[tool].reason or "")
    assert offered["hf"].text is not None


def test_ollama_is_offered_for_gguf_files_alone() -> None:
    ollama = by_tool(commands(auto_round()))["ollama"]
    assert ollama.text is None
    assert "GGUF" in (ollama.reason or "")
    assert text(commands(decided("o/m-GGUF", ("scheme", "GGUF Q4_K_M"))), "ollama") == "ollama run hf.co/o/m-GGUF"


def test_a_folder_is_served_from_where_it_is() -> None:
    local = decided("pocket", *GEMMA, ("quantization.method", "auto-round", "configuration"), revision=None)
    assert all(command.text is None for command in commands(local)), "it is no repository"
    offered = commands(local, folder=Path("models/my pocket"))
    assert "vllm serve 'models/my pocket' --reasoning-parser" in text(offered, "vllm")
    docker = text(offered, "docker")
    assert (
        "/models/my pocket':/model:ro vllm/vllm-openai:v0.29.0 /model --served-model-name 'models/my pocket'" in docker
    )
    assert 'model="models/my pocket"' in text(offered, "openai")
    assert by_tool(offered)["hf"].text is None


def test_weights_that_the_index_does_not_name_are_not_downloaded() -> None:
    offered = by_tool(commands(auto_round(), obsolete=["old 1.safetensors", "old-2.safetensors"]))["hf"]
    assert (offered.text or "").endswith("--exclude 'old 1.safetensors' --exclude old-2.safetensors")
    assert offered.notes


def test_the_download_command_has_only_flags_that_the_hubs_own_tool_has() -> None:
    words = shlex.split(text(commands(auto_round(), obsolete=["old.safetensors"]), "hf"))
    shown = CliRunner().invoke(app, [words[1], "--help"])
    assert shown.exit_code == 0
    assert {word for word in words if word.startswith("--")} <= set(shown.output.split())


NASTY = st.text(min_size=1, max_size=30) | st.sampled_from(
    ["--help/x", "a/$(x)", "a/b; rm -rf ~", 'a/"b', "a/b\n--trust"]
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(NASTY, NASTY)
def test_no_name_becomes_a_command_or_a_flag(name: str, revision: str) -> None:
    resolution = decided(name, *GEMMA, ("quantization.method", "auto-round"), revision=revision)
    offered = by_tool(commands(resolution))
    if offered["hf"].text is None:
        assert "no repository" in (offered["hf"].reason or "")
    else:
        assert shlex.split(offered["hf"].text) == ["hf", "download", name, "--revision", revision]
        assert not name.startswith("-")
        assert not revision.startswith("-")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(min_size=1, max_size=30))
def test_a_name_in_a_snippet_is_a_string_and_nothing_else(name: str) -> None:
    for modalities in MODALITIES:
        for library in (openai_snippet, lambda model, kinds: transformers_snippet(model, model, kinds)):
            snippet = library(name, modalities)
            assert snippet.isascii()
            assert name in [node.value for node in ast.walk(ast.parse(snippet)) if isinstance(node, ast.Constant)]
            assert shape(snippet) == shape(library("m", modalities))


def shape(snippet: str) -> list[str]:
    """What kinds of things a snippet is made of, in order."""
    return [type(node).__name__ for node in ast.walk(ast.parse(snippet))]


def test_snippets_are_right_by_the_types_of_the_openai_client(tmp_path: Path) -> None:
    """One run of mypy over all of them; that of transformers is held to be Python."""
    for number, modalities in enumerate(MODALITIES):
        (tmp_path / f"snippet_{number}.py").write_text(openai_snippet("o/m", modalities), encoding="utf-8")
        compile(transformers_snippet("o/m", COMMIT, modalities), "snippet", "exec")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.engine
def test_vllms_own_parser_takes_the_flags_and_knows_the_methods() -> None:
    from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
    from vllm.model_executor.layers.quantization import QUANTIZATION_METHODS
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager
    from vllm.utils.argparse_utils import FlexibleArgumentParser

    parser = make_arg_parser(FlexibleArgumentParser())
    for resolution, config in ((auto_round(), None), (gptq(), GPTQ_CONFIG)):
        words = shlex.split(text(commands(resolution, config=config), "vllm").splitlines()[-1])
        parsed = parser.parse_args(words[2:])
        validate_parsed_serve_args(parsed)
        assert (parsed.model_tag, parsed.revision) == (resolution.subject, COMMIT)
        assert ReasoningParserManager.get_reasoning_parser(parsed.reasoning_parser)
        assert ToolParserManager.get_tool_parser(parsed.tool_call_parser)
    named_otherwise = {"auto-round": "inc"}
    assert {named_otherwise.get(method, method) for method in QUANTIZED_FOR_VLLM} <= set(QUANTIZATION_METHODS)


@pytest.mark.engine
def test_transformers_knows_the_classes_and_methods() -> None:
    import transformers
    from transformers.models.auto.modeling_auto import MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES
    from transformers.quantizers.auto import AUTO_QUANTIZER_MAPPING

    for modalities in MODALITIES:
        imported = ast.parse(transformers_snippet("o/m", None, modalities)).body[0]
        assert isinstance(imported, ast.ImportFrom)
        assert all(hasattr(transformers, alias.name) for alias in imported.names)
    assert set(NEEDED_BY_TRANSFORMERS) <= set(AUTO_QUANTIZER_MAPPING)
    assert "gemma4" in MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES
