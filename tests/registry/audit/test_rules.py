"""Rules that a listing page alone seldom touches, each on a few claims."""

from datetime import date

import pytest

from registry.audit import Finding, audit
from registry.audit.licence import licence_name
from registry.audit.words import quoted
from registry.passport import Claim, Method, Value

REPO, BASE = "Owner/Model-8B-W4A16", "Owner/Model-8B"


def claim(field: str, value: Value, method: Method, *, subject: str = REPO, source: str = "a page") -> Claim:
    return Claim(
        subject=subject, field=field, value=value, method=method, source=source, revision=None, as_of=date(2026, 1, 1)
    )


def only(*claims: Claim) -> Finding:
    (finding,) = audit(REPO, claims)
    return finding


def test_no_claims_give_no_findings() -> None:
    assert audit(REPO, ()) == ()


def test_what_the_base_declares_of_itself_counts_before_what_others_declare_of_it() -> None:
    said = claim("mixture_of_experts", True, "declared")
    truth = claim("mixture_of_experts", False, "declared", subject=BASE)
    finding = only(said, truth)
    assert (finding.rule, finding.severity) == ("mixture of experts", "doubtful")
    assert (finding.claims, finding.evidence) == ((said,), (truth,))


def test_a_configuration_that_allows_no_token_at_all_is_compared_like_any_other() -> None:
    assert only(claim("context", 4096, "declared"), claim("context", 0, "configuration")).rule == "context"


def test_a_recipe_that_differs_from_the_configuration_is_found() -> None:
    finding = only(claim("quantization.bits", 8, "declared"), claim("quantization.bits", 4, "configuration"))
    assert (finding.rule, finding.severity, finding.fields) == ("recipe", "wrong", ("quantization.bits",))


def test_names_of_one_method_do_not_differ() -> None:
    claims = (
        claim("quantization.method", "AutoRound", "declared"),
        claim("quantization.method", "auto-round", "configuration"),
    )
    assert audit(REPO, claims) == ()


def test_a_modality_that_the_configuration_lacks_is_found() -> None:
    finding = only(
        claim("modalities", ("text", "image", "audio"), "declared"),
        claim("modalities", ("text", "image"), "configuration"),
    )
    assert finding.rule == "modalities"


def test_a_dtype_that_the_files_disprove_is_wrong() -> None:
    finding = only(claim("dtype.vision", "FP32", "declared"), claim("dtype.vision", "BF16", "files", source="headers"))
    assert (finding.severity, finding.right) == ("wrong", "“BF16”, by headers.")


def test_a_cited_year_other_than_that_of_publication_is_found() -> None:
    finding = only(claim("year", 2026, "listed"), claim("published", "2024-05-01", "files"))
    assert (finding.rule, finding.right) == ("year", "2024, by a page of Owner/Model-8B-W4A16.")


def test_iterations_count_before_words_on_rounding() -> None:
    samples = claim("quantization.calibration_samples", 128, "declared")
    words = claim("quantization.rounding", "RTN", "declared")
    assert only(samples, words).rule == "calibration"
    assert audit(REPO, (samples, words, claim("quantization.iterations", 200, "configuration"))) == ()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("command.hf", "hf download owner/model-8b-w4a16@main"),
        ("command.vllm", "vllm serve --model=Owner/model-8B-W4A16"),
        ("snippet.python", 'client.create(model="owner/Model-8B-W4A16", n=1)'),
        ("command.git", "git clone https://huggingface.co/owner/model-8b-w4a16"),
        ("repo_id", "Owner--Model-8B-W4A16"),
    ],
)
def test_an_id_in_other_letters_is_found_wherever_it_stands(field: str, text: str) -> None:
    assert only(claim(field, text, "listed")).rule == "repository id"
    assert audit(REPO, [claim("command.hf", f"hf download {REPO} {BASE} other/Model-8B-W4A16", "listed")]) == ()


def test_unknown_values_contradict_nothing() -> None:
    claims = [
        claim(field, None, "listed")
        for field in ("context", "parameters", "vram", "mixture_of_experts", "dtype.vision")
    ]
    truths = [claim(field, 1, "files") for field in ("context", "parameters", "tensor_bytes", "mixture_of_experts")]
    assert audit(REPO, [*claims, *truths]) == ()


@pytest.mark.parametrize("spelling", ["Apache-2.0", "apache-2.0", "Apache License, Version 2.0", "Apache License 2.0"])
def test_one_licence_has_one_name(spelling: str) -> None:
    assert licence_name(spelling) == "Apache-2.0"


def test_what_others_wrote_is_quoted_on_one_line_without_control_characters() -> None:
    assert quoted("a\x1b[31mred\n\tb\u202e") == "“a?[31mred b?”"
    assert len(quoted("x" * 1_000_000)) < 130


def test_texts_of_claims_reach_sentences_only_quoted() -> None:
    hostile = "\x1b]0;owned\x07<script>\n"
    findings = audit(
        REPO,
        [
            claim("title", hostile, "listed"),
            claim("licence", hostile, "listed"),
            claim("licence", "mit", "declared"),
            claim("command.ollama", f"ollama run {REPO} {hostile}", "listed"),
        ],
    )
    assert {finding.rule for finding in findings} == {"title", "licence", "unusable command"}
    for finding in findings:
        assert all(text.isprintable() for text in (finding.sentence, finding.right or ""))
