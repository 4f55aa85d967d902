"""The flags, validated by vLLM's own parser."""

import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from vllm.engine.arg_utils import AsyncEngineArgs

from space.checkpoint.parallel import ParallelSizes
from space.engine.flags import REFUSALS, FlagRefused, parse_flags, reason
from space.engine.options import CPU, CUDA, EngineOptions
from space.engine.overrides import config_overrides

POCKET = Path(__file__).parents[3] / "space" / "model" / "pocket" / "autoround"


@pytest.mark.parametrize("profile", [CPU, CUDA])
def test_vllm_accepts_every_flag_of_a_profile(profile: EngineOptions, tmp_path: Path) -> None:
    args = parse_flags(profile.argv(tmp_path))
    assert args.model == str(tmp_path)
    assert args.max_model_len == profile.max_model_len
    assert args.enable_prefix_caching
    assert args.enable_chunked_prefill
    assert args.tool_call_parser == "gemma4"
    assert args.reasoning_parser == "gemma4"


def test_the_served_models_card_can_be_said_in_flags(tmp_path: Path) -> None:
    args = parse_flags(replace(CUDA, served_name="Gemma-4-E2B-it", image_budget=560).argv(tmp_path))
    assert args.served_model_name == ["Gemma-4-E2B-it"]
    assert args.kv_cache_dtype == "auto"
    assert args.max_num_batched_tokens == 16384
    assert args.dtype == "bfloat16"
    assert args.max_model_len == 18432
    assert args.default_chat_template_kwargs == {"enable_thinking": False}
    assert args.mm_processor_kwargs == {"max_soft_tokens": 560}
    assert (args.tensor_parallel_size, args.data_parallel_size) == (1, 1)


def test_parallel_sizes_reach_vllm_and_are_counted_as_vllm_reads_them(tmp_path: Path) -> None:
    options = replace(CUDA, pipeline_parallel_size=3, extra=("-tp", "2", "--data_parallel_size=4"))
    args = parse_flags(options.argv(tmp_path))
    assert (args.tensor_parallel_size, args.pipeline_parallel_size, args.data_parallel_size) == (2, 3, 4)
    assert options.sizes == ParallelSizes(tensor=2, pipeline=3, data=4)


def test_an_owners_flag_wins_over_the_profile(tmp_path: Path) -> None:
    args = parse_flags(replace(CPU, extra=("--max-model-len", "1024")).argv(tmp_path))
    assert args.max_model_len == 1024


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (("--no-such-flag",), "unrecognized arguments: --no-such-flag"),
        (("--max-model-len", "many"), "--max-model-len"),
        (("--dtype", "int3"), "--dtype: invalid choice: 'int3'"),
        (("--help",), "unrecognized arguments: --help"),
        (("--max-model", "512"), "unrecognized arguments: --max-model"),
        (("other/model",), "unrecognized arguments: other/model"),
        (("--tool-call-parser", "nonsense"), "invalid tool call parser: nonsense"),
        (("--chat-template", "./nowhere"), "doesn't exist"),
    ],
)
def test_a_wrong_flag_is_refused_with_vllms_sentence(
    extra: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FlagRefused, match=re.escape(sentence)):
        parse_flags(replace(CPU, extra=extra).argv(tmp_path))
    assert capsys.readouterr().out == "", "nobody reads what a parser prints"


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (("--tensor-parallel-size", "0"), "tensor parallel size: Input should be greater than or equal to 1"),
        (("--max-model-len", "999999"), "User-specified max_model_len (999999) is greater"),
        (("--reasoning-parser", "nonsense"), "Reasoning parser 'nonsense' not found"),
    ],
)
def test_a_flag_this_checkpoint_cannot_have_is_refused_in_a_sentence(extra: tuple[str, ...], sentence: str) -> None:
    args = parse_flags(replace(CPU, extra=extra).argv(POCKET))
    with pytest.raises(REFUSALS) as refused:
        AsyncEngineArgs.from_cli_args(args).create_engine_config()
    assert reason(refused.value).startswith(sentence)


def test_no_host_is_open_for_media_by_default(tmp_path: Path) -> None:
    args = parse_flags(CPU.argv(tmp_path))
    assert args.allowed_media_domains == ["media.invalid"], "an empty list would allow every host"
    assert args.allowed_local_media_path == ""


def test_profiles_are_values_of_the_same_fields() -> None:
    assert {field.name for field in fields(CPU)} == {field.name for field in fields(CUDA)}
    assert CPU.worker_extension is not None
    assert CUDA.worker_extension != CPU.worker_extension, "the worker's mend is for CPU kernels only"


def test_gptq_gets_its_blocks_named_for_the_version_that_needs_it(tmp_path: Path) -> None:
    quantization = {"quant_method": "gptq", "bits": 4}
    (tmp_path / "config.json").write_text(json.dumps({"quantization_config": quantization}))
    mended = config_overrides(tmp_path, "0.29.0+cpu")["quantization_config"]
    assert mended == {**quantization, "modules_in_block_to_quantize": ["language_model.model.layers"]}
    assert config_overrides(tmp_path, "0.30.0") == {}, "the mend must undo itself when vLLM moves"


def test_other_checkpoints_get_no_overrides(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"quantization_config": {"quant_method": "auto-round"}}))
    assert config_overrides(tmp_path, "0.29.0") == {}
