"""One passport in each format other programs read."""

from collections.abc import Callable
from typing import Literal

from registry.citations import Format, cite
from registry.errors import SourceMissing
from registry.lookup import Model
from registry.plain import json_text
from registry.store import Store

ExportFormat = Literal["model-card", "cyclonedx", "csl-json", "ris", "cff", "json"]


def export(store: Store, found: Model, written: ExportFormat) -> str:
    """The passport in a format. A bill of materials that breaks its standard is not handed out: it raises."""
    return WRITERS[written](store, found)


def _card(store: Store, found: Model) -> str:
    from registry.exports.model_card import model_card

    relations = () if found.folder else store.relations(found.resolution.subject)
    return model_card(found.resolution, relations, found.findings, found.notices, found.synopsis)


def _bom(store: Store, found: Model) -> str:
    from registry.exports.ml_bom import check_ml_bom, ml_bom

    files = () if found.folder else store.files(found.resolution.subject, found.resolution.revision)
    text = ml_bom(found.resolution, files, found.findings, found.notices, found.origin)
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


def _cited(written: Format) -> Callable[[Store, Model], str]:
    return lambda _store, found: cited(found, written)


def _json(_store: Store, found: Model) -> str:
    return json_text(found.passport)


WRITERS: dict[ExportFormat, Callable[[Store, Model], str]] = {
    "model-card": _card,
    "cyclonedx": _bom,
    "csl-json": _cited("csl-json"),
    "ris": _cited("ris"),
    "cff": _cited("cff"),
    "json": _json,
}
