"""Works as BibTeX for classic styles, and as BibLaTeX. Formats and rules only: it knows no model.

`plain.bst` prints no `url`, so classic entries put it into `howpublished`; BibLaTeX has fields for URL, version and
arXiv number. Names in one piece are double-braced, so that nothing in them is taken for a first name or an "and". A
work without an author has a `key`, by which BibTeX sorts it.
"""

from collections.abc import Callable, Sequence

from registry.citations.latex import ascii_latex, protected, unicode_latex
from registry.citations.work import Name, Work

Escape = Callable[[str], str]

CLASSIC_TYPES = {"software": "misc", "paper-conference": "inproceedings", "article": "misc"}
MODERN_TYPES = {"software": "software", "paper-conference": "inproceedings", "article": "online"}


def bibtex(works: Sequence[Work]) -> str:
    """Entries for BibTeX, in ASCII."""
    return "\n".join(_entry(CLASSIC_TYPES[work.kind], work.key, _classic(work)) for work in works)


def biblatex(works: Sequence[Work]) -> str:
    """Entries for BibLaTeX and biber, in UTF-8."""
    return "\n".join(_entry(MODERN_TYPES[work.kind], work.key, _modern(work)) for work in works)


def _classic(work: Work) -> dict[str, str | None]:
    where = f"\\url{{{work.url}}}" if work.url and not work.doi else None
    return {
        "author": _authors(work.authors, ascii_latex),
        "key": None if work.authors else ascii_latex(work.title),
        "title": _title(work, ascii_latex),
        "year": _year(work),
        **_in_proceedings(work, ascii_latex),
        "howpublished": where,
        "eprint": work.eprint if work.kind == "article" else None,
        "archiveprefix": "arXiv" if work.kind == "article" else None,
        "note": f"Revision {ascii_latex(work.version)}" if work.version else None,
    }


def _modern(work: Work) -> dict[str, str | None]:
    return {
        "author": _authors(work.authors, unicode_latex),
        "title": protected(work.title, unicode_latex(work.title)),
        "date": _year(work),
        **_in_proceedings(work, unicode_latex),
        "version": unicode_latex(work.version) if work.version else None,
        # BibLaTeX has no publisher of software.
        "organization" if work.kind == "software" else "publisher": (
            unicode_latex(work.publisher) if work.publisher else None
        ),
        "eprint": work.eprint,
        "eprinttype": "arxiv" if work.eprint else None,
        "url": work.url if not work.doi else None,
    }


def _in_proceedings(work: Work, escape: Escape) -> dict[str, str | None]:
    return {
        "booktitle": protected(work.container, escape(work.container)) if work.container else None,
        "pages": work.pages.replace("-", "--") if work.pages else None,
        "doi": work.doi,
    }


def _title(work: Work, escape: Escape) -> str:
    return protected(work.titled, escape(work.titled))


def _authors(names: Sequence[Name], escape: Escape) -> str | None:
    return " and ".join(_name(name, escape) for name in names) or None


def _name(name: Name, escape: Escape) -> str:
    return f"{{{escape(name.family)}}}" if name.given is None else f"{escape(name.family)}, {escape(name.given)}"


def _year(work: Work) -> str | None:
    return None if work.year is None else str(work.year)


def _entry(kind: str, key: str, fields: dict[str, str | None]) -> str:
    width = max(len(name) for name, value in fields.items() if value)
    lines = [f"  {name:<{width}} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"
