"""A passport's facts by what they are about, in the order they are read. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.audit.finding import Finding
from registry.passport import Claim
from registry.resolve import Fact, Resolution
from space.ui.pages.lines import Line, Said, lines_of, said


@dataclass(frozen=True, kw_only=True)
class Section:
    """`missing` names what one looks for here and nobody says."""

    key: str
    title: str
    explained: str
    lines: tuple[Line, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One figure of one test."""

    name: str
    said: Said


@dataclass(frozen=True, kw_only=True)
class _Kind:
    key: str
    title: str
    explained: str
    fields: tuple[str, ...]
    looked_for: tuple[tuple[str, str], ...] = ()

    def has(self, name: str) -> bool:
        return any(name == field or (field.endswith(".") and name.startswith(field)) for field in self.fields)


KINDS = (
    _Kind(
        key="identity",
        title="Identity",
        explained="Which repository this is, and who made it.",
        fields=("title", "author", "repo_id", "base_model", "sibling", "published", "updated", "year"),
        looked_for=(("author", "author"), ("published", "day of publication")),
    ),
    _Kind(
        key="specification",
        title="Specification",
        explained="What the model is. A token is a piece of a word, of a picture or of a sound; parameters are its "
        "learned numbers.",
        fields=(
            "architecture", "mixture_of_experts", "experts", "parameters", "effective_parameters", "context",
            "modalities", "pipeline_tag", "languages", "card_characters",
            "tensor_bytes", "tensor_bytes.", "bytes_on_disk", "dtype.",
            "serving.max_soft_tokens",
        ),
        looked_for=(
            ("architecture", "architecture"), ("parameters", "parameters"), ("context", "context"),
            ("modalities", "modalities"), ("tensor_bytes", "bytes of weights"),
        ),
    ),
    _Kind(
        key="recipe",
        title="Quantization recipe",
        explained="How its numbers were made smaller: so many bits a weight, weights scaled in groups, and by which "
        "method they were rounded.",
        fields=("scheme", "quantization."),
        looked_for=(("scheme", "scheme"), ("quantization.method", "method"), ("quantization.group_size", "group size")),
    ),
    _Kind(
        key="engagement",
        title="Engagement",
        explained="Figures that change from day to day, each with the day it was read.",
        fields=("downloads", "likes", "stars", "forks"),
        looked_for=(("downloads", "downloads"), ("likes", "likes")),
    ),
    _Kind(
        key="transparency",
        title="Transparency report",
        explained="What listings print about the model for others to look up.",
        fields=("registry_id", "slug", "provider", "tags", "fni."),
    ),
)  # fmt: skip


def sections(resolution: Resolution, findings: Sequence[Finding]) -> tuple[Section, ...]:
    """Every section that has a line or misses one."""
    made = (_section(kind, resolution, findings) for kind in KINDS)
    return tuple(section for section in made if section.lines or section.missing)


def benchmarks(resolution: Resolution | None, subject: str) -> tuple[Benchmark, ...]:
    """The benchmark figures of one model; `subject` is the one whose passport is read."""
    facts = _family(resolution, "benchmark.")
    return tuple(
        Benchmark(name=fact.field.name.removeprefix("benchmark."), said=said(fact.field, fact.claim, subject))
        for fact in facts
        if fact.claim and fact.value is not None
    )


def notices(resolution: Resolution) -> tuple[Said, ...]:
    """Limitations and cautions, every source's."""
    return tuple(
        said(fact.field, claim, resolution.subject)
        for fact in _family(resolution, "notice.")
        for claim in _claims(fact)
        if claim.value is not None
    )


def evidence(resolution: Resolution, findings: Sequence[Finding]) -> tuple[Line, ...]:
    """Everything, by field; one field's claims under different conditions stand together."""
    order = {name: place for place, name in enumerate(dict.fromkeys(fact.field.name for fact in resolution.facts))}
    facts = sorted(resolution.facts, key=lambda fact: order[fact.field.name])
    return lines_of(facts, resolution.subject, findings)


def _section(kind: _Kind, resolution: Resolution, findings: Sequence[Finding]) -> Section:
    facts = [fact for fact in resolution.facts if kind.has(fact.field.name)]
    facts.sort(key=_place(kind.fields))
    return Section(
        key=kind.key,
        title=kind.title,
        explained=kind.explained,
        lines=lines_of(facts, resolution.subject, findings),
        missing=tuple(word for name, word in kind.looked_for if not any(fact.field.name == name for fact in facts)),
    )


def _place(fields: Sequence[str]) -> Callable[[Fact], int]:
    def place(fact: Fact) -> int:
        name = fact.field.name
        return next(
            i for i, field in enumerate(fields) if name == field or (field.endswith(".") and name.startswith(field))
        )

    return place


def _family(resolution: Resolution | None, family: str) -> list[Fact]:
    return [fact for fact in resolution.facts if fact.field.name.startswith(family)] if resolution else []


def _claims(fact: Fact) -> tuple[Claim, ...]:
    return ((fact.claim,) if fact.claim else ()) + fact.others
