"""Pages that are right, however odd they look, are not accused; beside each stands one that is wrong and is."""

import pytest

from registry.audit import Finding, audit
from registry.passport import Claim, Method, Value
from registry.resolve import resolve
from tests.registry.claims import passport

REPO, BASE = "Owner/Model-8B-W4A16", "Owner/Model-8B"
SNIPPET = """\
from openai import OpenAI
client = OpenAI(base_url="{url}", api_key="EMPTY")
client.chat.completions.create(model="{model}", messages=[])
"""


def claim(
    field: str,
    value: Value,
    method: Method = "listed",
    *,
    note: str | None = None,
    conditions: tuple[tuple[str, str], ...] = (),
) -> Claim:
    return Claim(
        subject=REPO, field=field, value=value, method=method, source="a page", note=note, conditions=conditions
    )


def rules(*claims: Claim) -> set[tuple[str, str]]:
    found: tuple[Finding, ...] = audit(REPO, claims)
    return {(finding.rule, finding.severity) for finding in found}


@pytest.mark.parametrize(
    ("said", "truth"),
    [
        ("AutoRound", "gptq"),
        ("AutoRound", "auto-round"),
        ("GPTQ", "compressed-tensors"),
        ("AWQ", "compressed-tensors"),
        ("RTN", "gptq"),
        ("modelopt_fp4", "modelopt"),
    ],
)
def test_a_method_and_a_format_that_stores_it_do_not_contradict(said: str, truth: str) -> None:
    told = (claim("quantization.method", said, "declared"), claim("quantization.method", truth, "configuration"))
    assert rules(*told) == set()
    assert resolve(passport(*told, subject=REPO)).conflicts == ()


@pytest.mark.parametrize(("said", "truth"), [("AWQ", "gptq"), ("fp8", "auto-round"), ("bitsandbytes", "awq")])
def test_a_method_that_cannot_be_stored_so_is_wrong(said: str, truth: str) -> None:
    told = (claim("quantization.method", said, "declared"), claim("quantization.method", truth, "configuration"))
    assert rules(*told) == {("recipe", "wrong")}


@pytest.mark.parametrize(
    ("said", "truth", "fits"),
    [
        ("INT4", "W4A16", True),
        ("4-bit", "W4A16", True),
        ("w4a16", "W4A16", True),
        ("Q4_K_M", "W4A16", True),
        ("FP8-dynamic", "W8A8", True),
        ("a house recipe", "W4A16", True),
        ("W8A16", "W4A16", False),
        ("8-bit", "W4A16", False),
        ("W4A8", "W4A16", False),
    ],
)
def test_schemes_are_compared_by_their_bits(said: str, truth: str, fits: bool) -> None:
    assert rules(claim("scheme", said), claim("scheme", truth, "configuration")) == (
        set() if fits else {("recipe", "wrong")}
    )


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [("BF16", "bfloat16", True), ("16-bit", "BF16", True), ("fp16", "float16", True), ("BF16", "FP32", False)],
)
def test_one_number_type_in_two_spellings_is_one(one: str, other: str, fits: bool) -> None:
    told = rules(claim("dtype.vision", one, "declared"), claim("dtype.vision", other, "declared"))
    assert told == (set() if fits else {("tower dtype", "doubtful")})


@pytest.mark.parametrize("scheme", ["W8A8", "FP8", "NVFP4"])
def test_data_may_calibrate_activations_where_weights_are_rounded(scheme: str) -> None:
    told = (claim("quantization.calibration_samples", 512), claim("quantization.rounding", "RTN"))
    assert rules(*told, claim("scheme", scheme)) == set()
    assert rules(*told, claim("scheme", "W4A16")) == {("calibration", "wrong")}


def test_an_author_may_advise_fewer_tokens_and_stretch_them_but_a_listing_may_not_shorten_them() -> None:
    limit = claim("context", 32768, "configuration")
    assert rules(claim("context", 8192, "declared"), limit) == {("context", "doubtful")}
    assert rules(claim("context", 131072), limit) == {("context", "doubtful")}
    assert rules(claim("context", 4096), limit) == {("context", "wrong")}
    assert rules(claim("context", 100_000), limit) == {("context", "wrong")}


def test_memory_for_a_quantization_yet_to_be_made_is_not_held_against_the_weights() -> None:
    weights, four = claim("tensor_bytes", 10_000_000_000, "files"), "An estimate for 4 bits."
    listed = claim("vram", 2_800_000_000, note=four)
    assert rules(weights, listed, claim("scheme", "BF16", "configuration")) == set()
    assert rules(weights, listed, claim("quantization.bits", 8, "configuration")) == set()
    assert rules(weights, listed, claim("quantization.bits", 4, "configuration")) == {("memory", "wrong")}
    assert rules(weights, claim("vram", 2_800_000_000), claim("scheme", "BF16", "configuration")) == {
        ("memory", "wrong")
    }


def test_memory_under_other_conditions_is_another_figure() -> None:
    four, eight = (("bits", "4"),), (("bits", "8"),)
    assert rules(claim("vram", 8e9, conditions=four), claim("vram", 12e9, conditions=eight)) == set()
    assert rules(claim("vram", 8e9), claim("vram", 12e9)) == {("disagreement", "doubtful")}


@pytest.mark.parametrize(
    "command",
    [
        f"vllm serve {REPO} --served-model-name {REPO.lower()}",
        f"vllm serve {REPO} --served-model-name={REPO.lower()} --port 8000",
        f"hf download {REPO} --local-dir {REPO.lower().replace('/', '--')}",
        f"docker run --name {REPO.lower()} vllm/vllm-openai {REPO}",
        f"vllm serve {REPO} --rope-scaling '{{}}' --max-model-len 200000",
        f"vllm serve {REPO} --quantization moe_wna16",
    ],
)
def test_names_of_ones_own_choice_and_deliberate_flags_are_not_mistakes(command: str) -> None:
    field = f"command.{command.partition(' ')[0]}"
    known = (claim("context", 32768, "configuration"), claim("quantization.method", "gptq", "configuration"))
    assert rules(claim(field, command), *known) == set()


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (f"vllm serve {REPO.lower()} --served-model-name {REPO}", ("repository id", "wrong")),
        (f"hf download {REPO.lower()} --local-dir here", ("repository id", "wrong")),
        (f"vllm serve {REPO} --max-model-len 200000", ("context flag", "wrong")),
        (f"vllm serve {REPO} --quantization awq", ("wrong flag", "wrong")),
    ],
)
def test_the_same_commands_with_a_mistake_are_found(command: str, rule: tuple[str, str]) -> None:
    field = f"command.{command.partition(' ')[0]}"
    known = (claim("context", 32768, "configuration"), claim("quantization.method", "gptq", "configuration"))
    assert rules(claim(field, command), *known) == {rule}


@pytest.mark.parametrize(
    ("url", "command", "found"),
    [
        ("http://localhost:8000/v1", f"vllm serve {REPO}", True),
        ("http://localhost:9000/v1", f"vllm serve {REPO} --port 9000", True),
        ("https://elsewhere.test/v1", f"vllm serve {REPO}", False),
        ("http://localhost:11434/v1", f"vllm serve {REPO}", False),
        ("http://localhost:8000/v1", f"vllm serve {REPO} --lora-modules another=x/y", False),
    ],
)
def test_a_snippet_is_held_against_the_server_it_asks_alone(url: str, command: str, found: bool) -> None:
    snippet = claim("snippet.python", SNIPPET.format(url=url, model="another"))
    assert rules(snippet, claim("command.vllm", command)) == ({("model name", "wrong")} if found else set())


def test_the_authors_own_year_and_an_unknown_heading_are_not_called_wrong() -> None:
    published = claim("published", "2025-12-30", "files")
    assert rules(claim("year", 2026, "declared"), published) == set()
    assert rules(claim("year", 2026), published) == {("year", "wrong")}
    assert rules(claim("title", "Model 8B W4A16 by Owner")) == {("title", "doubtful")}
    assert rules(claim("title", "Model 8B W4A16 by Owner"), claim("title", "Another", "declared")) >= {
        ("title", "wrong")
    }


def test_a_short_and_a_long_name_on_one_page_are_one() -> None:
    for field, short, long in (
        ("architecture", "gemma4", "Gemma4ForConditionalGeneration"),
        ("author", "google", "Google DeepMind"),
    ):
        assert rules(claim(field, short), claim(field, long)) == set()
    assert rules(claim("author", "one"), claim("author", "two")) == {("disagreement", "doubtful")}
