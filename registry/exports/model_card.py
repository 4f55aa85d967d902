"""A passport as a model card: front matter the Hub reads, and a body in which every figure has its source.

Only the author's and the files' word goes into the front matter; a listing's never does. Text of others is escaped, so
that it stays text in Markdown and in HTML.
"""

import re
from collections.abc import Sequence

from huggingface_hub import ModelCardData

from registry.audit import Finding, verdict
from registry.conflicts import how, in_words
from registry.licence import licence_named
from registry.notices import Notice
from registry.one_line import one_line
from registry.passport import Value
from registry.record import ORIGINS, Relation
from registry.resolve import FIRST_HAND, Fact, Resolution

MARKS = re.compile(r"([\\`*_{}\[\]()<>#|~&!$@])")
LINKS = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=www)\.")
"""What the Hub's Markdown makes a link of without being asked."""

HUB_LICENCES = {
    "apache-2.0", "mit", "openrail", "bigscience-openrail-m", "bigcode-openrail-m", "gemma", "llama2", "llama3",
    "llama3.1", "llama3.2", "llama3.3", "llama4", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0",
    "cc-by-nc-sa-4.0", "bsd-2-clause", "bsd-3-clause", "gpl-3.0", "agpl-3.0", "lgpl-3.0", "unlicense", "unknown",
    "other",
}  # fmt: skip
"""Identifiers of the Hub's list that checkpoints commonly carry; anything else is “other” with its name beside it."""

NOT_IN_BODY = ("command.", "snippet.", "notice.", "serving.flags", "tags")


def model_card(
    resolution: Resolution,
    relations: tuple[Relation, ...] = (),
    findings: Sequence[Finding] = (),
    notices: Sequence[Notice] = (),
    synopsis: Sequence[str] = (),
) -> str:
    """The whole card, ending with a line break: what is told of the passport, what an audit finds, the evidence."""
    matter = _front_matter(resolution, relations).to_yaml(line_break="\n")
    heading = f"# {_escaped(resolution.subject)}"
    made = "Written by rule from recorded claims. What is not known is left out, and nothing is recommended."
    parts = [
        heading,
        made,
        _escaped(" ".join(synopsis), 2_000),
        _findings(findings),
        _limits(notices),
        _evidence(resolution, findings),
        _benchmarks(resolution, findings),
        _notices(resolution),
    ]
    body = "\n\n".join(part for part in parts if part)
    return f"---\n{matter}\n---\n\n{body}\n"


def _front_matter(resolution: Resolution, relations: tuple[Relation, ...]) -> ModelCardData:
    licence = _first(_said(resolution, "licence"))
    known = _hub_licence(licence) if licence else None
    quantized = any(relation.kind == "quantized_from" for relation in relations)
    tied = [line for relation in relations if relation.kind in ORIGINS and (line := one_line(relation.target))]
    base = _words(_said(resolution, "base_model")) or (tied if resolution.value("base_model") is None else [])
    return ModelCardData(
        license=known or ("other" if licence else None),
        license_name=None if known or licence is None else one_line(licence, 100),
        base_model=base[0] if len(base) == 1 else base or None,
        base_model_relation="quantized" if quantized and base else None,
        language=_words(_said(resolution, "languages")) or None,
        pipeline_tag=_first(_said(resolution, "pipeline_tag")),
        tags=_words(_said(resolution, "tags")) or None,
    )


def _hub_licence(name: str) -> str | None:
    """The Hub's own word for a licence; None where it has none."""
    if name.lower() in HUB_LICENCES:
        return name.lower()
    licence = licence_named(name)
    return next((word for word in sorted(HUB_LICENCES) if licence and licence_named(word) == licence), None)


def _said(resolution: Resolution, name: str) -> Value:
    """What the model itself or its author says; a listing's word is left out."""
    fact = resolution.fact(name)
    own = fact is not None and fact.claim is not None and not fact.inherited and fact.claim.method in FIRST_HAND
    return fact.value if fact and own else None


def _findings(findings: Sequence[Finding]) -> str:
    lines = [
        f"- {finding.severity.capitalize()}: {_escaped(finding.sentence, 2_000)}"
        f"{f' Right: {_escaped(finding.right, 2_000)}' if finding.right else ''}"
        for finding in findings
    ]
    return "\n".join(["## What the audit found", "", *lines]) if lines else ""


def _limits(notices: Sequence[Notice]) -> str:
    lines = [f"- {_escaped(notice.sentence, 2_000)}" for notice in notices]
    return "\n".join(["## Cautions and limitations", "", *lines]) if lines else ""


def _evidence(resolution: Resolution, findings: Sequence[Finding]) -> str:
    facts = [fact for fact in resolution.facts if _in_body(fact) and not fact.field.name.startswith("benchmark.")]
    return _table("## What sources say", facts, findings)


def _benchmarks(resolution: Resolution, findings: Sequence[Finding]) -> str:
    """This model's own; those of its base would be another model's."""
    facts = [fact for fact in resolution.facts if _in_body(fact) and fact.field.name.startswith("benchmark.")]
    return _table("## Benchmarks", facts, findings)


def _table(heading: str, facts: list[Fact], findings: Sequence[Finding]) -> str:
    rows = [
        f"| {_escaped(_label(fact))} | {_escaped(in_words(fact.field, fact.claim))} | {how(fact.claim)}: "
        f"{_escaped(fact.claim.source)}{_of_base(fact)} | {verdict(fact.claim, findings) or ''} |"
        for fact in facts
        if fact.claim
    ]
    return "\n".join([heading, "", "| | | says who | audit |", "|---|---|---|---|", *rows]) if rows else ""


def _notices(resolution: Resolution) -> str:
    lines = [
        f"- {_escaped(str(fact.value), 500)}" for fact in resolution.facts if fact.field.name.startswith("notice.")
    ]
    return "\n".join(["## Notices of sources", "", *lines]) if lines else ""


def _in_body(fact: Fact) -> bool:
    return fact.value is not None and not fact.field.name.startswith(NOT_IN_BODY)


def _label(fact: Fact) -> str:
    return fact.field.label + "".join(f", {name} {value}" for name, value in fact.conditions)


def _of_base(fact: Fact) -> str:
    return f" of {_escaped(fact.claim.subject)}" if fact.claim and fact.inherited else ""


def _words(value: Value) -> list[str]:
    if value is None:
        return []
    words = value if isinstance(value, tuple) else (str(value),)
    return [line for word in words if (line := one_line(word))]


def _first(value: Value) -> str | None:
    return next(iter(_words(value)), None)


def _escaped(text: str, longest: int = 300) -> str:
    return LINKS.sub(lambda found: f"\\{found[0]}", MARKS.sub(r"\\\1", one_line(text, longest)))
