"""What an audit finds: one broken rule, with the claims that break it. Values; nothing is decided here."""

from dataclasses import dataclass
from typing import Literal

from registry.passport import Claim

Rule = Literal[
    "licence",
    "base model",
    "mixture of experts",
    "parameters",
    "context",
    "modalities",
    "memory",
    "disagreement",
    "tower dtype",
    "calibration",
    "recipe",
    "unusable command",
    "needless flag",
    "wrong flag",
    "context flag",
    "doubled entrypoint",
    "retired command",
    "broken snippet",
    "model name",
    "repository id",
    "title",
    "year",
    "constant score",
]

Severity = Literal["wrong", "doubtful", "needless"]
"""Proved wrong, or fails when followed; contradicted, with nothing that settles it; harmless but of no use."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule broken by one model's claims.

    `claims` are those the rule objects to, `evidence` the others it looked at. `sentence` is for a visitor; `right` is
    what is right as far as the evidence proves it, None where nothing does. Both may quote text of others: whoever
    shows them must escape it.
    """

    rule: Rule
    severity: Severity
    fields: tuple[str, ...]
    claims: tuple[Claim, ...]
    sentence: str
    right: str | None
    evidence: tuple[Claim, ...] = ()
