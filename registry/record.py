"""What the registry keeps beside claims, and what it answers: values, without ids.

A leaf beside passport.py. It knows no database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as of
from datetime import date, datetime
from typing import Literal

from registry.passport import Claim, Passport

RelationKind = Literal["base", "quantized_from", "sibling", "finetune"]

ORIGINS: tuple[RelationKind, ...] = ("base", "quantized_from", "finetune")
"""Relations whose target a model was made from."""

Role = Literal["model", "base", "software", "method"]

Order = Literal["fni", "size", "updated"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a revision. `size` is in bytes, `sha256` in hexadecimal; each None where it is not known."""

    path: str
    size: int | None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A model's tie to another, which need not be recorded: `kind` tells what the target is to the model."""

    kind: RelationKind
    target: str


@dataclass(frozen=True, kw_only=True)
class Score:
    """A computed score with all it was computed from. A factor or total of None is not measured; 0 is measured zero."""

    name: str
    version: str
    as_of: date
    total: float | None
    factors: Mapping[str, float | None] = of(default_factory=dict)
    inputs: Mapping[str, Json] = of(default_factory=dict)
    revision: str | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What one reading tells of one model: claims, the files of its revision, relations, scores computed."""

    passport: Passport
    files: tuple[File, ...] = ()
    relations: tuple[Relation, ...] = ()
    scores: tuple[Score, ...] = ()
    aliases: tuple[str, ...] = ()
    """Names that mean this model at this revision, unless they mean something already."""


@dataclass(frozen=True, kw_only=True)
class Licence:
    """The terms of one licence in plain words. `identifier` is from SPDX, or begins with LicenseRef-."""

    identifier: str
    title: str
    url: str | None = None
    allows: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A work to cite for a model. `key` never changes; `work` is a CSL-JSON item."""

    subject: str
    key: str
    role: Role
    work: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class Alias:
    """A name that moves from one model or revision to another, such as `served`. A revision of None is the current."""

    name: str
    subject: str
    revision: str | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the event log."""

    at: datetime
    kind: str
    subject: str | None
    detail: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is shown of a model in a list: resolved facts, sizes in bytes, None where unknown."""

    subject: str
    registry_id: str
    revision: str | None = None
    title: str | None = None
    author: str | None = None
    architecture: str | None = None
    licence: str | None = None
    base_model: str | None = None
    scheme: str | None = None
    modalities: tuple[str, ...] = ()
    parameters: int | None = None
    context: int | None = None
    size: int | None = None
    """Bytes of weights; where they are unknown, bytes on disk."""
    vram: int | None = None
    updated: str | None = None
    findings: int = 0
    """What an audit finds: rules that claims break, and disagreements that no rule speaks of."""
    fni: float | None = None


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search. Words must all occur, the last one may be the beginning of a word; None asks for nothing.

    `room` is bytes: neither the memory a model is recorded to need nor its weights may be more, and one of them must be
    known. `not_run` is how the names of architectures begin that are left out.
    """

    words: str = ""
    modality: str | None = None
    licence: str | None = None
    scheme: str | None = None
    size_at_least: int | None = None
    size_at_most: int | None = None
    room: int | None = None
    not_run: tuple[str, ...] = ()
    order: Order = "fni"
    limit: int = 24
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class Page:
    """Cards of one page, and how many were found in all; `more` when the search stopped counting there."""

    cards: tuple[Card, ...]
    found: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class Facets:
    """What a list can be narrowed by, each with its number of models, the most first."""

    licences: tuple[tuple[str, int], ...]
    schemes: tuple[tuple[str, int], ...]
    modalities: tuple[tuple[str, int], ...]


def registry_id(repo_id: str) -> str:
    """Lower case, `/` and `:` become `--`, with a prefix. It loses letters: two repositories may share one.

    The form of Free2AITools: hf-model--google--gemma-4-e2b-it.
    """
    return f"hf-model--{repo_id.lower().replace('/', '--').replace(':', '--')}"


def records_of(claims: Iterable[Claim]) -> tuple[Record, ...]:
    """Claims of one reading as records, one for each subject, at the last revision its claims name."""
    by_subject: dict[str, list[Claim]] = {}
    for claim in claims:
        by_subject.setdefault(claim.subject, []).append(claim)
    return tuple(
        Record(
            passport=Passport(
                subject=subject,
                revision=next((claim.revision for claim in reversed(told) if claim.revision), None),
                claims=tuple(told),
            )
        )
        for subject, told in by_subject.items()
    )
