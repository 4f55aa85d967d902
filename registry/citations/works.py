"""Which works to cite for a model: the checkpoint, its bases, the software and the method it was made with.

A checkpoint's title is its repository's exact name, pinned to its commit, as the Hub itself cites. Author and year
count only where the repository or its author gives them; a listing's or a third party's word on them is left out, and
the account that published a repository stands in for an author nobody names.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from registry.citations.work import Name, Work, csl_item
from registry.hub_address import hub_url, on_hub, owner_of
from registry.one_line import one_line
from registry.passport import Claim
from registry.record import Citation, Role
from registry.resolve import FIRST_HAND, Resolution
from registry.whereabouts import whereabouts

PAPERS = Path(__file__).with_name("papers.toml")

GENRE = "Machine learning model"

UNTITLED = "Untitled"
"""For a folder whose name has nothing in it that can be printed."""

EARLIEST_YEAR, LATEST_YEAR = 1950, 2100
"""A year outside of these is a slip of the pen."""


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A work, what it is to the model, and why it is cited, in a sentence."""

    work: Work
    role: Role
    reason: str

    def record(self, subject: str) -> Citation:
        """As it is kept for a model."""
        return Citation(subject=subject, key=self.work.key, role=self.role, work=csl_item(self.work))


def citations(resolution: Resolution, bases: Sequence[Resolution] = (), origin: str | None = None) -> tuple[Cited, ...]:
    """The works for a decided passport, the checkpoint first; none for a repository that was not found.

    `bases` are those of its bases that are recorded. `origin` is what it was made from where only its relations tell.
    """
    if whereabouts(resolution) == "nowhere":
        return ()
    recorded = {base.subject.lower(): base for base in bases}
    own = checkpoint(resolution.subject, resolution.revision, resolution)
    upstream = [
        checkpoint(found.subject, found.revision, found) if found else checkpoint(name, None, None)
        for name, found in ((name, recorded.get(name.lower())) for name in _bases(resolution, origin))
    ]
    return (
        Cited(work=own, role="model", reason="The checkpoint itself, at this very revision."),
        *(
            Cited(work=work, role="base", reason="The model it was made from.")
            for work in upstream
            if work.key != own.key
        ),
        *_made_with(resolution),
    )


def checkpoint(subject: str, revision: str | None, resolution: Resolution | None) -> Work:
    """A checkpoint as a work; `resolution` is None where nothing about it is recorded."""
    hosted = whereabouts(resolution) == "hub" if resolution else on_hub(subject, revision)
    year = _year(resolution)
    return Work(
        key=_key(subject, year),
        kind="software",
        title=one_line(subject.rpartition("/")[2] if hosted else subject) or UNTITLED,
        authors=_authors(subject, hosted, resolution),
        year=year,
        version=one_line(revision) if revision else None,
        publisher="Hugging Face" if hosted else None,
        url=hub_url(subject, revision) if hosted else None,
        genre=GENRE,
    )


def _bases(resolution: Resolution, origin: str | None) -> tuple[str, ...]:
    value = resolution.value("base_model")
    if value is None:
        value = origin
    names = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    return tuple(name for name in names if on_hub(name, None))


def _made_with(resolution: Resolution) -> list[Cited]:
    methods = _said(resolution, "quantization.method")
    formats = (*methods, *_said(resolution, "quantization.packing"))
    tuned = resolution.value("quantization.iterations") != 0
    auto_round = any("autoround" in word for word in (*methods, *_said(resolution, "tags")))
    works = [
        Cited(work=paper("vllm"), role="software", reason="vLLM, which serves it; its authors ask for this paper.")
    ]
    if any("gguf" in method for method in methods):
        works = []
    if auto_round:
        used = "" if tuned else " It rounded to nearest: the tuning the paper describes was not used."
        works.append(Cited(work=paper("autoround"), role="software", reason=f"AutoRound, which quantized it.{used}"))
    if any("gptq" in word for word in formats):
        role: Role = "software" if auto_round else "method"
        reason = (
            "GPTQ, whose format its weights are packed in; its way of rounding was not used."
            if auto_round
            else "GPTQ, the method it was quantized by."
        )
        works.append(Cited(work=paper("gptq"), role=role, reason=reason))
    return works


def paper(name: str) -> Work:
    """One of the papers in papers.toml."""
    row = {field: value for field, value in _papers()[name].items() if field != "source"}
    authors = (author.split(", ", 1) for author in row.pop("authors"))
    eprint = row.get("eprint")
    url = f"https://doi.org/{row['doi']}" if "doi" in row else f"https://arxiv.org/abs/{eprint}"
    return Work(authors=tuple(Name(family=family, given=given) for family, given in authors), url=url, **row)


@cache
def _papers() -> dict[str, dict[str, Any]]:
    return tomllib.loads(PAPERS.read_text(encoding="utf-8"))


def _authors(subject: str, hosted: bool, resolution: Resolution | None) -> tuple[Name, ...]:
    """As one piece each: which part of a name is the family's is nobody's to guess."""
    claim = _first_hand(resolution, "author")
    told = claim.value if claim and isinstance(claim.value, tuple) else (claim.value,) if claim else ()
    names = [line for line in (one_line(str(name)) for name in told) if line]
    owner = owner_of(subject) if hosted else None
    return tuple(Name(family=name) for name in names or ([owner] if owner else []))


def _year(resolution: Resolution | None) -> int | None:
    for field in ("year", "published"):
        claim = _first_hand(resolution, field)
        match = re.match(r"(\d{4})(?!\d)", str(claim.value)) if claim else None
        if match and EARLIEST_YEAR <= int(match[1]) <= LATEST_YEAR:
            return int(match[1])
    return None


def _first_hand(resolution: Resolution | None, field: str) -> Claim | None:
    """The strongest known claim of the repository itself or its author."""
    fact = resolution.fact(field) if resolution else None
    claims = (fact.claim, *fact.others) if fact and not fact.inherited else ()
    return next((claim for claim in claims if claim and claim.value is not None and claim.method in FIRST_HAND), None)


def _said(resolution: Resolution, field: str) -> tuple[str, ...]:
    """All that is said on a field, in small letters without hyphens and the like."""
    fact = resolution.fact(field)
    values = [claim.value for claim in (fact.claim, *fact.others) if claim] if fact else []
    words = [str(word) for value in values for word in (value if isinstance(value, tuple) else (value,))]
    return tuple(re.sub(r"[^a-z0-9]", "", word.lower()) for word in words)


def _key(subject: str, year: int | None) -> str:
    """owner_year_name, `nd` where there is no year. Where letters had to go, six digits keep it apart from others."""
    owner, _, name = subject.rpartition("/")
    parts = (_slug(owner), "nd" if year is None else str(year), _slug(name))
    plain = "_".join(part for part in parts if part)
    told_apart = parts[0] == owner.lower() and parts[2] == name.lower() and "_" not in owner
    return plain if told_apart else f"{plain}_{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()[:6]}"


def _slug(text: str) -> str:
    """Only what every format takes in a key."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:80]
