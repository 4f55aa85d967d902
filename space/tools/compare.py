"""compare: two to four models field by field."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from registry.audit import VERDICTS
from registry.comparison import FEWEST, MOST, Cell, Row
from registry.comparison import compare as rows_of
from registry.lookup import Model, recorded_model
from registry.one_line import one_line
from space.tools.arguments import ModelName, Registry


def compare(
    registry: Registry,
    models: Annotated[list[ModelName], Field(description="Two to four models.", min_length=FEWEST, max_length=MOST)],
) -> str:
    """Compare two to four recorded models field by field: what differs, what is known of some only, the rest."""
    return compared([recorded_model(registry, name) for name in models])


def compared(models: Sequence[Model]) -> str:
    """The same of models at hand, recorded or not."""
    subjects = [one_line(each.resolution.subject, 200) for each in models]
    rows = rows_of(models)
    sections = {
        "They differ": [row for row in rows if row.differ],
        "Not known of all": [row for row in rows if not row.differ and _has_gaps(row)],
        "The same": [row for row in rows if not row.differ and not _has_gaps(row)],
    }
    lines = [line for title, part in sections.items() if part for line in (f"{title}:", *_lines(part, subjects))]
    return "\n".join([" against ".join(subjects), *lines])


def _has_gaps(row: Row) -> bool:
    return any(cell.words is None for cell in row.values)


def _lines(rows: list[Row], subjects: list[str]) -> list[str]:
    return [line for row in rows for line in _row(row, subjects)]


def _row(row: Row, subjects: list[str]) -> list[str]:
    if not row.differ and not _has_gaps(row) and not any(cell.doubt for cell in row.values):
        return [f"- {row.label}: {row.values[0].words}"]
    told = (f"  {subject}: {_told(cell)}" for subject, cell in zip(subjects, row.values, strict=True))
    return [f"- {row.label}", *told]


def _told(cell: Cell) -> str:
    base, doubt = " (from its base)" if cell.inherited else "", f" ({VERDICTS[cell.doubt]})" if cell.doubt else ""
    return f"{cell.words or 'unknown'}{base}{doubt}"
