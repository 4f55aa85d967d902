"""Everything a passport page shows of a model, read in one go. It knows no HTML, and it blocks: call it in a thread.

Not imported before a passport is asked for: what it needs takes longer to import than the page may take to start.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import get_args

from registry.audit import Finding, Severity
from registry.citations import Format
from registry.commands import Command, commands
from registry.errors import RegistryError
from registry.exports.formats import cited
from registry.fni import Index, ListedIndex, index, inputs_of, listed_index
from registry.footprint import Footprint
from registry.licence import Terms, terms_of
from registry.lookup import Model, recorded_model
from registry.record import Relation, Score
from registry.recorded import recorded_config, recorded_footprint
from registry.resolve import Resolution
from registry.store import Store
from space.temporary import TemporaryPassport

KEPT = 64
"""Footprints kept: the first of a model builds its configuration, which takes seconds."""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """`findings` are in order of weight. `neighbours` are the models it is tied to that are recorded. `texts` are the
    citations in every format, as the command line prints them; none where there is nothing to cite. `temporary` is None
    for a recorded model."""

    model: Model
    base: Resolution | None
    findings: tuple[Finding, ...]
    terms: Terms
    relations: tuple[Relation, ...]
    related: tuple[tuple[str, Relation], ...]
    neighbours: frozenset[str]
    score: Index
    listed: ListedIndex | None
    recorded: tuple[Score, ...]
    commands: tuple[Command, ...]
    texts: dict[Format, str]
    temporary: TemporaryPassport | None = None

    @property
    def subject(self) -> str:
        return self.model.resolution.subject

    @property
    def name(self) -> str:
        """What the pages' addresses call it: a temporary passport by its key."""
        return self.temporary.key if self.temporary else self.subject


def read(store: Store, name: str, revision: str | None = None) -> Dossier:
    """The dossier of a recorded model.

    Raises:
        UnknownModel: nothing is recorded under this name, or not this revision.
        AmbiguousName: several models share this registry id.
    """
    model = recorded_model(store, name, revision)
    subject = model.resolution.subject
    return dossier(
        store,
        model,
        relations=store.relations(subject),
        related=store.related(subject),
        recorded=store.scores(subject),
    )


def read_lately(store: Store, temporary: TemporaryPassport) -> Dossier:
    """The dossier of a model that is not recorded."""
    return dossier(store, temporary.model, relations=temporary.relations, temporary=temporary)


def dossier(
    store: Store,
    model: Model,
    *,
    relations: tuple[Relation, ...] = (),
    related: tuple[tuple[str, Relation], ...] = (),
    recorded: tuple[Score, ...] = (),
    temporary: TemporaryPassport | None = None,
) -> Dossier:
    """The dossier of a model, recorded or not; `store` tells which of those it is tied to are."""
    decided = model.resolution
    listed = listed_index(decided)
    tied = {model.origin, *(relation.target for relation in relations), *(name for name, _ in related)}
    return Dossier(
        model=model,
        base=next(iter(model.bases), None),
        findings=tuple(sorted(model.findings, key=lambda finding: get_args(Severity).index(finding.severity))),
        terms=terms_of(decided),
        relations=relations,
        related=related,
        neighbours=frozenset(name for name in tied if name is not None and is_recorded(store, name)),
        score=index(inputs_of(decided, as_of=datetime.now(UTC).date()), None, listed),
        listed=listed,
        recorded=recorded,
        commands=commands(decided, config=recorded_config(decided.subject)),
        texts={written: ended(cited(model, written)) for written in get_args(Format)} if model.works else {},
        temporary=temporary,
    )


def is_recorded(store: Store, subject: str) -> bool:
    """Whether a passport of this very name is there."""
    try:
        return store.subject_of(subject) == subject
    except RegistryError:
        return False


def ended(text: str) -> str:
    """With the line break that the command line ends its answers with."""
    return text if text.endswith("\n") or not text else f"{text}\n"


@lru_cache(maxsize=KEPT)
def footprint(model: Model) -> Footprint:
    """What a model takes before anybody asks for a context; the last ones are kept."""
    return recorded_footprint(model)
