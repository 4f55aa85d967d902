"""Dossiers side by side: a table in which differences are marked, and the memory of each on one scale. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.audit import VERDICTS
from registry.comparison import FEWEST, compare
from registry.lookup import Model
from registry.vram import Load, Vram, vram
from space.ui.pages.dossier import Dossier, footprint
from space.ui.pages.lines import MARKS
from space.ui.pages.links import compare_link, passport_link, temporary_link
from space.ui.pages.memory import Slice, slices_of
from space.ui.pages.templates import render

LOAD = Load(context=8_192)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One model of the table, and the way to its passport. `revision` is told where it is not kept."""

    dossier: Dossier
    link: str
    revision: str | None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The memory of one model. `revision` is told where it is not kept."""

    subject: str
    revision: str | None
    needed: Vram
    slices: tuple[Slice, ...]
    known: int


def table(dossiers: Sequence[Dossier], *, only_different: bool) -> str:
    """The models field by field; a sentence where there are too few."""
    rows = compare([dossier.model for dossier in dossiers])
    shown = [row for row in rows if row.differ or not only_different]
    return render(
        "compare.html",
        columns=[_column(dossier) for dossier in dossiers],
        enough=len(dossiers) >= FEWEST,
        fewest=FEWEST,
        rows=shown,
        left_out=len(rows) - len(shown),
        marks=MARKS,
        verdicts=VERDICTS,
        address=compare_link([dossier.name for dossier in dossiers]),
        title=" against ".join(_name(dossier) for dossier in dossiers) or "Compare",
    )


def bars(models: Sequence[Model]) -> str:
    """What each takes at the same load."""
    if len(models) < FEWEST:
        return ""
    needed = [vram(footprint(model), LOAD) for model in models]
    known = [_known(each) for each in needed]
    made = [
        Bar(
            subject=model.resolution.subject,
            revision=_revision(model),
            needed=each,
            slices=slices_of(each, max(known)),
            known=size,
        )
        for model, each, size in zip(models, needed, known, strict=True)
    ]
    return render("compare_memory.html", bars=made, load=LOAD)


def _column(dossier: Dossier) -> Column:
    temporary = dossier.temporary
    link = temporary_link(temporary.key) if temporary else passport_link(dossier.subject)
    return Column(dossier=dossier, link=link, revision=_revision(dossier.model))


def _revision(model: Model) -> str | None:
    """Tells a passport that is not kept from the recorded one of the same model."""
    return (model.resolution.revision or "")[:7] if model.temporary else None


def _name(dossier: Dossier) -> str:
    return dossier.subject.rpartition("/")[2]


def _known(needed: Vram) -> int:
    return (needed.weights_bytes or 0) + (needed.kv_reserved_bytes or 0) + needed.overhead_bytes
