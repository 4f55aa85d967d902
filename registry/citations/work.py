"""One work that can be cited, as a value, and as the CSL-JSON item it is stored and exchanged as. A leaf.

What is not known is None and is left out of every format: no author, year or DOI is made up. It knows no format but
CSL.
"""

from dataclasses import dataclass
from typing import Literal

from registry.record import Json

Kind = Literal["software", "paper-conference", "article"]
"""A CSL type. `software` is a checkpoint: CSL has no type for models. `article` is a preprint."""


@dataclass(frozen=True, kw_only=True)
class Name:
    """A person, or with `given` None an organisation, an account, or anybody whose name comes as one piece."""

    family: str
    given: str | None = None


@dataclass(frozen=True, kw_only=True)
class Work:
    """`version` is the commit of a checkpoint. `container` is what a paper appeared in. `eprint` is an arXiv number."""

    key: str
    kind: Kind
    title: str
    authors: tuple[Name, ...] = ()
    year: int | None = None
    version: str | None = None
    publisher: str | None = None
    container: str | None = None
    pages: str | None = None
    doi: str | None = None
    eprint: str | None = None
    url: str | None = None
    genre: str | None = None

    @property
    def short_version(self) -> str | None:
        """As the Hub prints a commit: seven digits. Any other version as it is."""
        is_commit = (
            self.version is not None and len(self.version) == 40 and set(self.version) <= set("0123456789abcdef")
        )
        return self.version[:7] if self.version and is_commit else self.version

    @property
    def titled(self) -> str:
        """The title with the revision it is pinned to."""
        return f"{self.title} (Revision {self.short_version})" if self.version else self.title


def csl_item(work: Work) -> dict[str, Json]:
    """The work as a CSL-JSON item (schema 1.0.2)."""
    fields: dict[str, Json] = {
        "id": work.key,
        "type": work.kind,
        "title": work.title,
        "author": [_csl_name(name) for name in work.authors] or None,
        "issued": {"date-parts": [[work.year]]} if work.year is not None else None,
        "version": work.version,
        "genre": work.genre,
        "publisher": work.publisher,
        "container-title": work.container,
        "page": work.pages,
        "DOI": work.doi,
        "number": f"arXiv:{work.eprint}" if work.eprint else None,
        "URL": work.url,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _csl_name(name: Name) -> Json:
    return {"literal": name.family} if name.given is None else {"family": name.family, "given": name.given}
