"""compare: two to four models field by field."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from registry.comparison import FEWEST, MOST, Row
from registry.comparison import compare as rows_of
from registry.one_line import one_line
from registry.resolve import Resolution
from space.tools.arguments import ModelName, Registry


def compare(
    registry: Registry,
    models: Annotated[list[ModelName], Field(description="Two to four models.", min_length=FEWEST, max_length=MOST)],
) -> str:
    """Compare two to four recorded models field by field: what differs, what is known of some only, the rest."""
    return compared([registry.resolution(name) for name in models])


def compared(decided: Sequence[Resolution]) -> str:
    """The same of models at hand, recorded or not."""
    subjects = [one_line(each.subject, 200) for each in decided]
    rows = rows_of(decided)
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
    if not row.differ and not _has_gaps(row):
        return [f"- {row.label}: {row.values[0].words}"]
    return [
        f"- {row.label}",
        *(
            f"  {subject}: {cell.words or 'unknown'}{' (from its base)' if cell.inherited else ''}"
            for subject, cell in zip(subjects, row.values, strict=True)
        ),
    ]
