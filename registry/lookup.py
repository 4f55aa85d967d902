"""A model as pages, tools and commands want it: its passport, decided, with the base it was made from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from registry.audit import Finding, examined
from registry.citations import Cited, citations
from registry.notices import Notice, notices
from registry.passport import Claim, Passport
from registry.resolve import Resolution, resolve
from registry.synopsis import synopsis

if TYPE_CHECKING:
    # Only a name here: SQLAlchemy takes longer to import than a page that offers the registry may wait.
    from registry.store import Store


@dataclass(frozen=True, kw_only=True)
class Model:
    """A decided passport with all that its claims give.

    `base` is None where no base is recorded; `origin` is the base's name, recorded or not. `folder` is None for what is
    in the registry. `temporary` is for a passport that is kept nowhere.
    """

    passport: Passport
    resolution: Resolution
    base: Passport | None
    origin: str | None = None
    folder: Path | None = None
    temporary: bool = False

    @property
    def bases(self) -> tuple[Resolution, ...]:
        return (resolve(self.base),) if self.base else ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Its own and its base's: what an audit looks at."""
        return (*self.passport.claims, *(self.base.claims if self.base else ()))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What an audit finds, with the disagreements no rule speaks of."""
        return examined(self.resolution, self.claims)

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        return notices(self.resolution, next(iter(self.bases), None), temporary=self.temporary)

    @cached_property
    def synopsis(self) -> tuple[str, ...]:
        return synopsis(self.resolution, self.findings, self.origin)

    @cached_property
    def works(self) -> tuple[Cited, ...]:
        """The works to cite, the checkpoint first; none for a repository that was not found."""
        return citations(self.resolution, self.bases, self.origin)


def unrecorded_model(store: "Store", passport: Passport, folder: Path | None = None) -> Model:
    """The model of a passport that is not in the registry, with the base it names where that is."""
    base = store.base_of(passport)
    decided = resolve(passport, resolve(base) if base else None)
    return Model(passport=passport, resolution=decided, base=base, folder=folder, temporary=folder is None)


def recorded_model(store: "Store", name: str, revision: str | None = None) -> Model:
    """The model a name means, at the revision given, the alias's own, or the current one.

    Raises:
        UnknownModel: nothing is recorded under this name, or not this revision.
        AmbiguousName: several models share this registry id.
    """
    subject = store.subject_of(name)
    return Model(
        # By the name as given: an alias may mean another revision than the current one.
        passport=store.passport(name, revision),
        resolution=store.resolution(name, revision),
        base=store.base(subject),
        origin=store.origin(subject),
    )
