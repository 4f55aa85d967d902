"""When two claims cannot both be true, and how that is told to a visitor. Pure.

It does not choose: what is shown is decided in resolve.py, which asks here whether the rest contradicts it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TypeGuard

from registry.fields import Field
from registry.methods import methods_fit
from registry.one_line import one_line
from registry.passport import Claim, Conflict, Method, Value
from registry.units import other_unit_in_words, quantity, size_in_words

HOW: dict[Method, str] = {
    "measured": "measured here",
    "files": "proved by the files",
    "configuration": "read from the configuration",
    "declared": "declared by the author",
    "reported": "reported by others",
    "listed": "printed in a listing",
}

COMPUTED = "vram"
"""The one field whose figures the files do not prove: what is computed from them is an estimate."""

SAME_WORD = {
    "vision": "image",
    "images": "image",
    "bfloat16": "bf16",
    "float16": "fp16",
    "f16": "fp16",
    "float32": "fp32",
    "f32": "fp32",
    "apachelicense2.0": "apache2.0",
    "gemmatermsofuse": "gemma",
    "mitlicense": "mit",
}
"""Different words of the field for one thing, by the words they are compared as."""

LONGEST = 160
"""Characters of a source's text that a sentence quotes."""


def sides(field: Field, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The first claim of each value, in the order given; unknown values take no side."""
    kept: list[Claim] = []
    if field.compared == "never" or field.changes:
        return ()
    for claim in claims:
        if claim.value is not None and not any(agree(field, claim, other) for other in kept):
            kept.append(claim)
    return tuple(kept)


def agree(field: Field, one: Claim, other: Claim) -> bool:
    """Whether two known values of a field say the same."""
    first, second = one.value, other.value
    if field.compared == "number" and _is_number(first) and _is_number(second):
        return quantity(first, one.unit or field.unit).agrees(quantity(second, other.unit or field.unit))
    if field.compared == "exact":
        return first == second
    if field.compared == "method":
        return methods_fit(first, second)
    if field.compared == "name":
        return _within(first, second) or _within(second, first)
    return _words(first) == _words(second)


def conflict(field: Field, opposed: Sequence[Claim], shown: Claim, revision: str | None) -> Conflict:
    """The conflict between `opposed` claims, the strongest first, on a field of which `shown` is shown."""
    return Conflict(
        subject=opposed[0].subject,
        revision=revision,
        field=field.name,
        conditions=opposed[0].conditions,
        claims=tuple(opposed),
        sentence=_sentence(field, opposed, shown),
    )


def how(claim: Claim) -> str:
    """How a claim's value was found, for a visitor. Memory computed from files or configuration is an estimate."""
    if claim.field == COMPUTED and claim.method in ("files", "configuration"):
        return f"an estimate from the {claim.method}"
    return HOW[claim.method]


def in_words(field: Field, claim: Claim) -> str:
    """A claim's value as a visitor reads it, bytes in both units. The text may come from others: escape it."""
    value, unit = claim.value, claim.unit or field.unit
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return _quotable(", ".join(value))
    if isinstance(value, str):
        return _quotable(value)
    figure = quantity(value, unit)
    if figure.unit == "bytes":
        return _bytes_in_words(value, unit, int(figure.value))
    number = str(value) if field.name == "year" else f"{value:,}"
    return f"{number} {unit}" if unit else number


def _bytes_in_words(value: int | float, unit: str | None, count: int) -> str:
    """A source's own rounding is kept, so that no digit is made up; the other unit stands beside it."""
    if unit is None or unit in ("bytes", "B"):
        return f"{count:,} bytes, {size_in_words(count)}" if count >= 1000 else f"{count} bytes"
    return f"{value:,} {unit} ({other_unit_in_words(count, unit)})"


def _sentence(field: Field, opposed: Sequence[Claim], shown: Claim) -> str:
    told = [f"{in_words(field, claim)} ({how(claim)}: {_quotable(claim.source)})" for claim in opposed]
    where = ", ".join(f"{_quotable(name)} {_quotable(value)}" for name, value in opposed[0].conditions)
    under = f" with {where}" if where else ""
    return f"{field.label}{under}: sources disagree, {' against '.join(told)}. {_reason(field, opposed, shown)}"


def _reason(field: Field, opposed: Sequence[Claim], shown: Claim) -> str:
    value = in_words(field, shown)
    if shown.subject != opposed[0].subject:
        return f"Shown is {value}, which its base model {_quotable(shown.subject)} has."
    weaker = next(claim for claim in opposed if claim is not shown)
    if weaker.method != shown.method:
        return f"Shown is {value}: what is {how(shown)} counts before what is {how(weaker)}."
    if shown.as_of != weaker.as_of and shown.as_of is not None:
        return f"Shown is {value}, the latest word, of {shown.as_of.isoformat()}."
    if shown.source == weaker.source:
        return f"Shown is {value}, but this source contradicts itself and nothing decides between the two."
    return f"Shown is {value}, but nothing decides between the two."


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _within(short: Value, long: Value) -> bool:
    """Whether every word of a name is in another one: google is in Google DeepMind."""
    return set(str(short).casefold().split()) <= set(str(long).casefold().split())


def _words(value: Value) -> frozenset[str]:
    words = value if isinstance(value, tuple) else (str(value),)
    plain = (re.sub(r"[\s_-]+", "", word.casefold()) for word in words)
    return frozenset(SAME_WORD.get(word, word) for word in plain)


def _quotable(text: str) -> str:
    return one_line(text, LONGEST)
