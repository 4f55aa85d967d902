"""Commands in plain text."""

from registry.sources.shell_commands import flag, max_soft_tokens, served_model, serving_flags, shell_commands

SERVE = (
    "vllm serve A/b --max-model-len=18432 --mm-processor-kwargs '{\"max_soft_tokens\": 560}' --enable-prefix-caching"
)


def texts(*lines: str) -> list[str]:
    return [command.text for command in shell_commands(lines)]


def test_commands_that_share_a_line_come_apart() -> None:
    line = "ollama run a huggingface-cli download B/c pip install -U d đ"
    assert texts(line) == ["ollama run a", "huggingface-cli download B/c", "pip install -U d"]


def test_lines_that_end_in_a_backslash_are_one_command() -> None:
    lines = ("docker run --rm \\", "vllm/vllm-openai:latest \\", "vllm serve A/b \\", "--port 8000", "Then open it.")
    assert texts(*lines) == ["docker run --rm vllm/vllm-openai:latest vllm serve A/b --port 8000"]


def test_flags_whose_backslashes_were_lost_still_belong_to_the_command() -> None:
    assert texts("vllm serve A/b", "--port 8000", "Prose.", "--not a flag") == ["vllm serve A/b --port 8000"]


def test_prose_that_speaks_of_a_command_is_none() -> None:
    assert texts("Direct `vllm serve` works.", "You can use pip install too.") == []


def test_flags_are_read_in_both_spellings() -> None:
    assert flag(SERVE, "--max-model-len") == "18432"
    assert flag("vllm serve A/b -q gptq", "--quantization", "-q") == "gptq"
    assert flag("vllm serve A/b --quantization", "--quantization") is None
    assert flag("vllm serve 'A/b --port 80", "--port") == "80"


def test_what_is_served_and_how() -> None:
    assert served_model(SERVE) == "A/b"
    assert served_model("vllm serve --model A/b") == "A/b"
    assert served_model("pip install vllm") is None
    assert max_soft_tokens(SERVE) == 560
    assert serving_flags(SERVE)[-1] == "--enable-prefix-caching"
    assert serving_flags("pip install --upgrade vllm") == ()
