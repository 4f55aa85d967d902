"""A recorded model by any of its names: read, decided, with the base it was made from. It looks at no file."""

from dataclasses import dataclass
from pathlib import Path

from registry.passport import Claim, Passport
from registry.resolve import Resolution, resolve
from registry.store import Store


@dataclass(frozen=True, kw_only=True)
class Model:
    """`base` is None where no base is recorded. `folder` is None for what is in the registry."""

    passport: Passport
    resolution: Resolution
    base: Passport | None
    folder: Path | None = None

    @property
    def bases(self) -> tuple[Resolution, ...]:
        return (resolve(self.base),) if self.base else ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Its own and its base's: what an audit looks at."""
        return (*self.passport.claims, *(self.base.claims if self.base else ()))


def recorded_model(store: Store, name: str, revision: str | None = None) -> Model:
    """The model a name means, at the revision given, the alias's own, or the current one.

    Raises:
        UnknownModel: nothing is recorded under this name, or not this revision.
        AmbiguousName: several models share this registry id.
    """
    return Model(
        # By the name as given: an alias may mean another revision than the current one.
        passport=store.passport(name, revision),
        resolution=store.resolution(name, revision),
        base=store.base(store.subject_of(name)),
    )
