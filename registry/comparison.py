"""Two to four models side by side, field by field; where they differ is marked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.audit import Severity, verdict
from registry.conflicts import in_words
from registry.lookup import Model
from registry.passport import Method, Value

FEWEST, MOST = 2, 4

FIELDS = (
    "architecture", "mixture_of_experts", "parameters", "effective_parameters", "context", "modalities", "scheme",
    "quantization.method", "quantization.group_size", "tensor_bytes", "bytes_on_disk", "licence", "base_model",
    "published", "updated", "downloads", "likes",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one model has in a row. `words` is None for what is unknown: it differs from nothing.

    `doubt` is what the audit has against the claim that is shown.
    """

    value: Value
    unit: str | None
    words: str | None
    method: Method | None
    inherited: bool
    doubt: Severity | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One field over all models, in their order. The words may come from others: escape them."""

    field: str
    label: str
    differ: bool
    values: tuple[Cell, ...]


def compare(models: Sequence[Model]) -> tuple[Row, ...]:
    """A row for each field that somebody says something of."""
    return tuple(row for name in FIELDS if (row := _row(name, models)))


def _row(name: str, models: Sequence[Model]) -> Row | None:
    """None where nobody says anything of any of them."""
    facts = [each.resolution.fact(name) for each in models]
    known = [fact.field for fact in facts if fact and fact.value is not None]
    if not known:
        return None
    cells = tuple(_cell(name, each, known[0].unit) for each in models)
    return Row(
        field=name,
        label=known[0].label,
        differ=len({cell.words.casefold() for cell in cells if cell.words}) > 1,
        values=cells,
    )


def _cell(name: str, model: Model, unit: str | None) -> Cell:
    fact = model.resolution.fact(name)
    claim = fact.claim if fact else None
    return Cell(
        value=fact.value if fact else None,
        unit=(claim.unit if claim else None) or unit,
        words=in_words(fact.field, claim) if fact and claim and fact.value is not None else None,
        method=claim.method if claim else None,
        inherited=bool(fact and fact.inherited),
        doubt=verdict(claim, model.findings) if claim else None,
    )
