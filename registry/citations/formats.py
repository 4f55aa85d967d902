"""Works in every format the registry writes: BibTeX, BibLaTeX, CSL-JSON, RIS, APA in plain text, CITATION.cff."""

import json
from collections.abc import Callable, Sequence
from typing import Literal

import yaml

from registry.citations.bibtex import biblatex, bibtex
from registry.citations.work import Name, Work, csl_item

Format = Literal["bibtex", "biblatex", "csl-json", "ris", "apa", "cff"]

RIS_TYPES = {"software": "COMP", "paper-conference": "CPAPER", "article": "GEN"}
CFF_TYPES = {"software": "software", "paper-conference": "conference-paper", "article": "article"}

NO_AUTHOR = "unknown"
"""CITATION.cff demands an author where there may be none."""


def cite(works: Sequence[Work], format: Format) -> str:
    """The works in one format, the first of them the one that is cited. Ends with a line break."""
    return FORMATS[format](works)


def csl_json(works: Sequence[Work]) -> str:
    return json.dumps([csl_item(work) for work in works], ensure_ascii=False, indent=2) + "\n"


def ris(works: Sequence[Work]) -> str:
    return "\n".join(_ris(work) for work in works)


def apa(works: Sequence[Work]) -> str:
    """One reference a paragraph, in the order of APA 7; italics are left to the reader."""
    return "\n".join(f"{_apa(work)}\n" for work in works)


def cff(works: Sequence[Work]) -> str:
    """A CITATION.cff (1.2.0) of the first work, with the others as its references."""
    first, *others = works
    content = {
        "cff-version": "1.2.0",
        "message": "If you use this model, please cite it and the works it rests on.",
        **_cff(first),
        **({"references": [_cff(work) | _cff_place(work) for work in others]} if others else {}),
    }
    text: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    return text


FORMATS: dict[Format, Callable[[Sequence[Work]], str]] = {
    "bibtex": bibtex, "biblatex": biblatex, "csl-json": csl_json, "ris": ris, "apa": apa, "cff": cff,
}  # fmt: skip


def _ris(work: Work) -> str:
    begin, _, end = (work.pages or "").partition("-")
    fields = [
        ("TY", RIS_TYPES[work.kind]),
        ("ID", work.key),
        *(("AU", name.family if name.given is None else f"{name.family}, {name.given}") for name in work.authors),
        ("TI", work.title),
        ("PY", None if work.year is None else str(work.year)),
        ("T2", work.container),
        ("SP", begin),
        ("EP", end),
        ("ET", work.version),
        ("PB", work.publisher),
        ("DO", work.doi),
        ("UR", work.url),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in fields if value) + "ER  - \n"


def _apa(work: Work) -> str:
    year = f"({'n.d.' if work.year is None else work.year})."
    authors = _apa_authors(work.authors)
    kind = f" [{work.genre}]" if work.genre else ""
    title = f"{work.titled}{kind}."
    where = " ".join(part for part in (_apa_container(work), work.publisher and f"{work.publisher}.", work.url) if part)
    head = f"{authors} {year} {title}" if authors else f"{title} {year}"
    return f"{head} {where}".rstrip()


def _apa_container(work: Work) -> str:
    if work.container is None:
        return "arXiv." if work.eprint else ""
    pages = f" (pp. {work.pages.replace('-', '–')})" if work.pages else ""  # noqa: RUF001 - APA parts pages by this dash
    return f"In {work.container}{pages}."


def _apa_authors(names: Sequence[Name]) -> str:
    shown = [_apa_name(name) for name in names]
    text = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])}, & {shown[-1]}" if shown else ""
    return text if text.endswith(".") or not text else f"{text}."


def _apa_name(name: Name) -> str:
    if name.given is None:
        return name.family
    return f"{name.family}, {' '.join(f'{part[0]}.' for part in name.given.split())}"


def _cff(work: Work) -> dict[str, object]:
    is_commit = work.short_version != work.version
    authors = [
        {"name": name.family} if name.given is None else {"family-names": name.family, "given-names": name.given}
        for name in work.authors
    ]
    fields = {
        "type": CFF_TYPES[work.kind],
        "title": work.title,
        "authors": authors or [{"name": NO_AUTHOR}],
        "version": work.version,
        "commit": work.version if is_commit else None,
        "doi": work.doi,
        "url": work.url,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _cff_place(work: Work) -> dict[str, object]:
    """What CITATION.cff allows in a reference only."""
    begin, _, end = (work.pages or "").partition("-")
    fields = {
        "year": work.year,
        "collection-title": work.container,
        "start": begin or None,
        "end": end or None,
        "publisher": {"name": work.publisher} if work.publisher else None,
    }
    return {name: value for name, value in fields.items() if value is not None}
