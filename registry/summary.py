"""A passport in words: a few lines, each with where it comes from. By rule: it recommends and invents nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.passport import Passport, Value
from registry.units import exact_size_in_words

UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line to show. The texts are plain and come from files of others: whoever shows them must escape them."""

    label: str
    text: str
    source: str


def summary(passport: Passport) -> tuple[Line, ...]:
    """The lines of a first passport, in the order they are read."""
    return (
        Line(label="Model", text=passport.subject, source="name it is served under"),
        _revision(passport),
        *(
            _line(passport, label, field, words)
            for label, field, words in _FIELDS
            if passport.claim(field) or not field.startswith("quantization.")
        ),
    )


def _revision(passport: Passport) -> Line:
    if passport.revision is None:
        return Line(label="Revision", text="none: a local folder", source="how it was loaded")
    return Line(label="Revision", text=passport.revision, source="commit it was fetched at")


def _line(passport: Passport, label: str, field: str, words: Callable[[Passport, Value], str]) -> Line:
    claim = passport.claim(field)
    if claim is None:
        return Line(label=label, text=UNKNOWN, source="no source says")
    text = UNKNOWN if claim.value is None else words(passport, claim.value)
    return Line(label=label, text=text, source=claim.note or claim.source)


def _plain(passport: Passport, value: Value) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _number(passport: Passport, value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _tokens(passport: Passport, value: Value) -> str:
    return f"{_number(passport, value)} tokens"


def _size(passport: Passport, value: Value) -> str:
    return exact_size_in_words(value) if isinstance(value, int) else str(value)


def _tensors(passport: Passport, value: Value) -> str:
    """The sum, then the dtypes it is made of."""
    prefix = "tensor_bytes."
    parts = [
        f"{claim.field.removeprefix(prefix)} {claim.value:,}"
        for claim in passport.claims
        if claim.field.startswith(prefix) and not claim.conditions and isinstance(claim.value, int)
    ]
    return f"{_size(passport, value)}: {', '.join(parts)}"


def _scheme(passport: Passport, value: Value) -> str:
    """W4A16 with its format, as far as the configuration tells it."""
    symmetric = passport.value("quantization.symmetric")
    group = passport.value("quantization.group_size")
    packing = passport.value("quantization.packing")
    parts = [
        passport.value("quantization.method"),
        f"groups of {group} weights" if group is not None else None,
        {True: "symmetric", False: "asymmetric"}.get(symmetric) if isinstance(symmetric, bool) else None,
        f"packed as {packing}" if packing else None,
    ]
    return ", ".join(str(part) for part in (value, *parts) if part)


_FIELDS: tuple[tuple[str, str, Callable[[Passport, Value], str]], ...] = (
    ("Architecture", "architecture", _plain),
    ("Scheme", "scheme", _scheme),
    ("Rounding", "quantization.rounding", _plain),
    ("Modalities", "modalities", _plain),
    ("Context", "context", _tokens),
    ("Licence", "licence", _plain),
    ("Base model", "base_model", _plain),
    ("Parameters", "parameters", _number),
    ("On disk", "bytes_on_disk", _size),
    ("Weights", "tensor_bytes", _tensors),
)
