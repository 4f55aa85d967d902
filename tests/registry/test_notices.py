"""Each notice is there when its rule holds, and absent when it does not."""

import pytest

from registry.notices import notices
from tests.registry.decided import Said, decided

BASE = decided("maker/base", ("licence", "apache-2.0"), ("benchmark.MMLU", 60.0))
QUIET: tuple[Said, ...] = (("licence", "apache-2.0"), ("benchmark.MMLU", 58.0))
"""Claims of a model that needs no notice."""


def rules(*said: Said, based: bool = True) -> set[str]:
    base = BASE if based else None
    return {notice.rule for notice in notices(decided("maker/variant", *said, base=base), base)}


def test_a_model_without_anything_to_note_has_no_notice() -> None:
    assert rules(*QUIET) == set()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("licence conflict", (("licence", "gemma"), ("benchmark.MMLU", 58.0))),
        ("no licence", (("benchmark.MMLU", 58.0),)),
        ("unverified figures", (*QUIET, ("vram", 2_800_000_000, "listed"))),
        ("not calibrated", (*QUIET, ("quantization.iterations", 0))),
        ("not calibrated", (*QUIET, ("quantization.rounding", "RTN"))),
        ("memory", (*QUIET, ("tensor_bytes", 10, "files"))),
        ("benchmarks", (("licence", "apache-2.0"),)),
        ("serving", (*QUIET, ("quantization.method", "gguf"))),
        ("serving", (*QUIET, ("quantization.method", "own codecs"))),
        ("serving", (*QUIET, ("tags", ("drafter",)))),
        ("hardware", (*QUIET, ("architecture", "Gemma4ForConditionalGeneration", "configuration"))),
    ],
)
def test_a_rule_that_holds_gives_its_notice_alone(rule: str, said: tuple[Said, ...]) -> None:
    assert rules(*said) == {rule}


@pytest.mark.parametrize(
    "said",
    [
        ("quantization.iterations", 200),
        ("quantization.rounding", "quantization-aware training"),
        ("architecture", "LlamaForCausalLM", "configuration"),
        ("licence", "Apache License 2.0", "listed"),
    ],
)
def test_what_breaks_no_rule_gives_none(said: Said) -> None:
    assert rules(*QUIET, said) == set()


def test_memory_that_was_measured_here_is_no_estimate_and_a_proved_figure_is_verified() -> None:
    measured: tuple[Said, ...] = (
        ("tensor_bytes", 10, "files"),
        ("tensor_bytes", 10, "reported"),
        ("vram", 20, "measured"),
    )
    assert rules(*QUIET, *measured) == set()


def test_the_bases_benchmarks_are_said_to_be_the_bases() -> None:
    (notice,) = notices(decided("maker/variant", ("licence", "apache-2.0"), base=BASE), BASE)
    assert "maker/base" in notice.sentence
    (alone,) = notices(decided("maker/variant", ("licence", "apache-2.0")))
    assert alone.sentence == "No benchmark of this checkpoint is known."


def test_what_was_not_found_has_that_notice_alone_and_a_temporary_passport_says_so_first() -> None:
    nowhere = decided("some/name", ("repo_id", None, "reported"))
    assert [notice.rule for notice in notices(nowhere)] == ["not found"]
    assert [notice.rule for notice in notices(decided("a/b", *QUIET), temporary=True)] == ["temporary"]


def test_that_nobody_asked_the_author_is_not_called_silence() -> None:
    """An author who was not asked did not decline to declare a licence."""
    (unasked,) = [notice for notice in notices(decided("a/b", QUIET[1])) if notice.rule == "no licence"]
    (silent,) = [
        notice for notice in notices(decided("a/b", QUIET[1], ("licence", None))) if notice.rule == "no licence"
    ]
    assert "is recorded here" in unasked.sentence
    assert "declares no licence" in silent.sentence
