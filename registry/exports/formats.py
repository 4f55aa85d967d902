"""One passport in each format other programs read."""

from collections.abc import Callable
from typing import Literal

from registry.citations import Format, citations, cite
from registry.lookup import Model
from registry.plain import json_text
from registry.store import Store

ExportFormat = Literal["model-card", "cyclonedx", "csl-json", "ris", "cff", "json"]


def export(store: Store, found: Model, written: ExportFormat) -> str:
    """The passport in a format. A bill of materials that breaks its standard is not handed out: it raises."""
    return WRITERS[written](store, found)


def _card(store: Store, found: Model) -> str:
    from registry.exports.model_card import model_card

    return model_card(found.resolution, () if found.folder else store.relations(found.resolution.subject))


def _bom(store: Store, found: Model) -> str:
    from registry.exports.ml_bom import check_ml_bom, ml_bom

    files = () if found.folder else store.files(found.resolution.subject, found.resolution.revision)
    text = ml_bom(found.resolution, files)
    check_ml_bom(text)
    return text


def _cited(written: Format) -> Callable[[Store, Model], str]:
    return lambda _store, found: cite([each.work for each in citations(found.resolution, found.bases)], written)


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
