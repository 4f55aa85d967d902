"""The audit of one real listing page, beside what its repository's files and its base's card say."""

from datetime import date
from pathlib import Path

import pytest

from registry.audit import Finding, audit
from registry.passport import Claim, Method, Reading, Value
from registry.sources.listing import listed_repo_id, listing_claims

TEXT = (Path(__file__).parents[1] / "data" / "listing_gemma_4_e2b_autoround.txt").read_text(encoding="utf-8")
REPO = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
BASE = "google/gemma-4-E2B-it"
DAY = date(2026, 11, 1)

EVIDENCE: tuple[tuple[str, str, Value, Method], ...] = (
    (REPO, "tensor_bytes", 7_450_398_662, "files"),
    (REPO, "quantization.method", "auto-round", "configuration"),
    (BASE, "mixture_of_experts", False, "configuration"),
    (BASE, "context", 131_072, "configuration"),
    (BASE, "parameters", 5_100_000_000, "files"),
    (BASE, "licence", "apache-2.0", "declared"),
)


def claims(*, with_evidence: bool) -> tuple[Claim, ...]:
    known = [
        Reading(subject=subject, revision=None, as_of=DAY).claim(field, value, method=method, source="evidence")
        for subject, field, value, method in EVIDENCE
    ]
    listed = listing_claims(TEXT, Reading(subject=REPO, revision=None, as_of=DAY))
    return (*listed, *(known if with_evidence else ()))


def found(*, with_evidence: bool) -> dict[str, Finding]:
    return {finding.rule: finding for finding in audit(REPO, claims(with_evidence=with_evidence))}


def test_the_page_shows_its_repository_in_the_exact_spelling() -> None:
    assert listed_repo_id(TEXT) == REPO


@pytest.mark.parametrize(
    ("rule", "right"),
    [
        ("licence", "apache-2.0"),
        ("mixture of experts", "Dense"),
        ("parameters", "5,100,000,000"),
        ("context", "131,072"),
        ("memory", "7.45 GB (6.94 GiB)"),
        ("tower dtype", None),
        ("calibration", "Nothing was calibrated."),
        ("unusable command", "No such command exists"),
        ("needless flag", "auto-round"),
        ("broken snippet", "response.choices[0].message"),
        ("repository id", BASE),
        ("title", "gemma-4-E2B-it-W4A16-AutoRound"),
        ("doubled entrypoint", REPO),
        ("retired command", "hf download"),
        ("constant score", None),
    ],
)
def test_each_known_error_is_found_with_what_is_right_where_that_is_known(rule: str, right: str | None) -> None:
    finding = found(with_evidence=True)[rule]
    assert finding.claims
    assert finding.sentence.endswith(".")
    assert finding.right is None if right is None else right in str(finding.right)


def test_nothing_else_is_found() -> None:
    findings = audit(REPO, claims(with_evidence=True))
    assert len(findings) == 16
    ids = [str(finding.right) for finding in findings if finding.rule == "repository id"]
    assert [REPO in ids[0], BASE in ids[1]] == [True, True]


def test_without_evidence_the_page_is_still_caught_contradicting_itself() -> None:
    rules = found(with_evidence=False)
    assert {"licence", "parameters", "context", "tower dtype", "calibration", "unusable command"} <= rules.keys()
    assert {"needless flag", "broken snippet", "repository id", "title"} <= rules.keys()
    assert rules["context"].severity == rules["parameters"].severity == "doubtful"


def test_what_nothing_proves_is_not_found() -> None:
    assert not {"memory", "mixture of experts"} & found(with_evidence=False).keys()


def test_the_order_of_the_claims_changes_no_finding() -> None:
    backwards = audit(REPO, reversed(claims(with_evidence=True)))
    assert sorted(finding.rule for finding in backwards) == sorted(
        finding.rule for finding in audit(REPO, claims(with_evidence=True))
    )
