"""One passport in each format other programs read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from registry.citations import FORMATS, Format, cite
from registry.errors import SourceMissing
from registry.lookup import Model
from registry.plain import json_text
from registry.record import File, Relation

if TYPE_CHECKING:
    from registry.store import Store

ExportFormat = Literal["model-card", "cyclonedx", "csl-json", "ris", "cff", "json"]


@dataclass(frozen=True, kw_only=True)
class Exportable:
    """A model with its files and its ties to others, which stand beside its claims."""

    model: Model
    files: tuple[File, ...] = ()
    relations: tuple[Relation, ...] = ()


def recorded(store: "Store", found: Model) -> Exportable:
    """A model with what is recorded beside its claims; nothing is of one that was read from a folder."""
    if found.folder:
        return Exportable(model=found)
    subject = found.resolution.subject
    files, relations = store.files(subject, found.resolution.revision), store.relations(subject)
    return Exportable(model=found, files=files, relations=relations)


def export(what: Exportable, written: ExportFormat | Format) -> str:
    """The passport in a format. A bill of materials that breaks its standard is not handed out: it raises."""
    return WRITERS[written](what)


def _card(what: Exportable) -> str:
    from registry.exports.model_card import model_card

    found = what.model
    return model_card(found.resolution, what.relations, found.findings, found.notices, found.synopsis)


def _bom(what: Exportable) -> str:
    from registry.exports.ml_bom import check_ml_bom, ml_bom

    found = what.model
    text = ml_bom(found.resolution, what.files, found.findings, found.notices, found.origin)
    check_ml_bom(text)
    return text


def cited(found: Model, written: Format) -> str:
    """The works to cite for a model.

    Raises:
        SourceMissing: its repository was not found, and a citation would lead nowhere.
    """
    if not found.works:
        raise SourceMissing(
            f"There is nothing to cite: no repository “{found.resolution.subject}” was found on the Hub."
        )
    return cite([each.work for each in found.works], written)


def _cited(written: Format) -> Callable[[Exportable], str]:
    return lambda what: cited(what.model, written)


def _json(what: Exportable) -> str:
    return json_text(what.model.passport)


WRITERS: dict[ExportFormat | Format, Callable[[Exportable], str]] = {
    "model-card": _card,
    "cyclonedx": _bom,
    "json": _json,
    **{written: _cited(written) for written in FORMATS},
}
