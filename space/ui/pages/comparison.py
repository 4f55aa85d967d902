"""Dossiers side by side: a table in which differences are marked, and the memory of each on one scale. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.comparison import FEWEST, compare
from registry.lookup import Model
from registry.vram import Load, Vram, vram
from space.ui.pages.dossier import Dossier, footprint
from space.ui.pages.lines import MARKS
from space.ui.pages.links import compare_link
from space.ui.pages.memory import Slice, slices_of
from space.ui.pages.templates import render

LOAD = Load(context=8_192)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The memory of one model."""

    subject: str
    needed: Vram
    slices: tuple[Slice, ...]
    known: int


def table(dossiers: Sequence[Dossier], *, only_different: bool) -> str:
    """The models field by field; a sentence where there are too few."""
    rows = compare([dossier.model.resolution for dossier in dossiers])
    shown = [row for row in rows if row.differ or not only_different]
    return render(
        "compare.html",
        dossiers=dossiers,
        enough=len(dossiers) >= FEWEST,
        fewest=FEWEST,
        rows=shown,
        left_out=len(rows) - len(shown),
        marks=MARKS,
        address=compare_link([dossier.subject for dossier in dossiers]),
        title=" against ".join(_name(dossier) for dossier in dossiers) or "Compare",
    )


def bars(models: Sequence[Model]) -> str:
    """What each takes at the same load."""
    if len(models) < FEWEST:
        return ""
    needed = [vram(footprint(model), LOAD) for model in models]
    known = [_known(each) for each in needed]
    made = [
        Bar(subject=model.resolution.subject, needed=each, slices=slices_of(each, max(known)), known=size)
        for model, each, size in zip(models, needed, known, strict=True)
    ]
    return render("compare_memory.html", bars=made, load=LOAD)


def _name(dossier: Dossier) -> str:
    return dossier.subject.rpartition("/")[2]


def _known(needed: Vram) -> int:
    return (needed.weights_bytes or 0) + (needed.kv_reserved_bytes or 0) + needed.overhead_bytes
