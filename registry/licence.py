"""What a model's licence allows, in plain words: what its author declares and what its base comes under, side by side.

The licences are data, in `licences.toml`. It gives no legal advice and decides nothing: where declared and upstream
differ it says how, and both are shown.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from registry.one_line import one_line
from registry.passport import Claim
from registry.record import Licence
from registry.resolve import FIRST_HAND, Resolution

TABLE = Path(__file__).with_name("licences.toml")

NO_NAME = {"", "unknown", "other", "none", "null"}
"""What sources write where they name no licence."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A licence as a source names it. `licence` is None where the registry does not know the name."""

    text: str
    claim: Claim
    licence: Licence | None

    @property
    def title(self) -> str:
        return self.licence.title if self.licence else f"“{one_line(self.text, 80)}”"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A model's licences. `declared` is the author's word, `upstream` the base's, `others` what anybody else names.

    `adds` tells what the declared licence asks or rules out beyond the upstream one. The sentences are ours; `text` of
    a licence may come from others: escape it.
    """

    declared: tuple[Named, ...]
    upstream: tuple[Named, ...]
    others: tuple[Named, ...]
    adds: tuple[str, ...]
    sentence: str
    scopes: tuple[str, ...]


def licences() -> tuple[Licence, ...]:
    """All licences the registry knows."""
    return tuple(_licence(row) for row in _rows())


def licence_named(name: str) -> Licence | None:
    """The licence that goes by this name or SPDX identifier, in any case; None when none is known."""
    row = _row(name)
    return _licence(row) if row else None


def terms_of(resolution: Resolution) -> Terms:
    """The terms a decided passport tells of."""
    fact = resolution.fact("licence")
    claims = [claim for claim in (fact.claim, *fact.others) if claim] if fact else []
    first_hand = [claim for claim in claims if claim.method in FIRST_HAND]
    declared = _named(first_hand)
    upstream = _named([fact.upstream]) if fact and fact.upstream else ()
    others = _named([claim for claim in claims if claim.method not in FIRST_HAND])
    named = (*declared, *upstream, *others)
    return Terms(
        declared=declared,
        upstream=upstream,
        others=others,
        adds=_added(declared, upstream),
        sentence=_sentence(
            declared, upstream, others, asked=bool(first_hand), based=resolution.value("base_model") is not None
        ),
        scopes=tuple(dict.fromkeys(row["scope"] for each in named if (row := _row(each.text)) and "scope" in row)),
    )


def _named(claims: list[Claim]) -> tuple[Named, ...]:
    """One for each name; a source may give several licences, and what names none is left out."""
    found: dict[str, Named] = {}
    for claim in claims:
        texts = claim.value if isinstance(claim.value, tuple) else (claim.value,)
        for text in texts:
            licence = licence_named(str(text)) if text is not None else None
            key = licence.identifier if licence else _plain(str(text))
            if text is not None and _plain(str(text)) not in NO_NAME:
                found.setdefault(key, Named(text=str(text), claim=claim, licence=licence))
    return tuple(found.values())


def _sentence(
    declared: tuple[Named, ...],
    upstream: tuple[Named, ...],
    others: tuple[Named, ...],
    *,
    asked: bool,
    based: bool,
) -> str:
    """`asked` is whether the author's own word was looked for, `based` whether it names a base."""
    own, base = _titles(declared), _titles(upstream)
    if declared and upstream:
        if _identifiers(declared) == _identifiers(upstream):
            return f"Its author puts it under {own}, as its base is."
        return (
            f"Its author puts it under {own}, while its base is under {base}. Both are shown: which terms hold is for "
            "the author to say."
        )
    if declared:
        return f"Its author puts it under {own}.{' The licence of its base is not known here.' if based else ''}"
    silent = "Its author declares no licence" if asked else "No licence that its author declares is recorded here"
    if upstream:
        return f"{silent}; its base is under {base}."
    if others:
        return f"{silent}; others name {_titles(others)}."
    rest = " Without one, nothing is allowed beyond what the law allows anyway." if asked else ""
    return f"{silent}.{rest}"


def _added(declared: tuple[Named, ...], upstream: tuple[Named, ...]) -> tuple[str, ...]:
    """Only where every licence is known: what an unknown one asks cannot be compared."""
    own = [each.licence for each in declared if each.licence]
    base = [each.licence for each in upstream if each.licence]
    if not own or len(own) < len(declared) or not base or len(base) < len(upstream):
        return ()
    already = {term for licence in base for term in _asked(licence)}
    return tuple(dict.fromkeys(term for licence in own for term in _asked(licence) if term not in already))


def _asked(licence: Licence) -> tuple[str, ...]:
    return (*(f"asks: {term}" for term in licence.requires), *(f"rules out: {term}" for term in licence.forbids))


def _titles(named: tuple[Named, ...]) -> str:
    return " and ".join(each.title for each in named)


def _identifiers(named: tuple[Named, ...]) -> set[str]:
    return {each.licence.identifier if each.licence else _plain(each.text) for each in named}


@cache
def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["licence"]
    return rows


def _row(name: str) -> dict[str, Any] | None:
    return _by_name().get(_plain(name))


@cache
def _by_name() -> dict[str, dict[str, Any]]:
    """The first licence of the table that goes by a name has it."""
    return {_plain(name): row for row in reversed(_rows()) for name in (row["identifier"], *row["names"])}


def _licence(row: dict[str, Any]) -> Licence:
    return Licence(
        identifier=row["identifier"],
        title=row["title"],
        url=row["url"],
        allows=tuple(row["allows"]),
        requires=tuple(row.get("requires", ())),
        forbids=tuple(row.get("forbids", ())),
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", " ", name.lower()).strip()
