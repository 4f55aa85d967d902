"""Facts as lines to show: what is said, who says so, and how it was found. Pure; nothing is escaped here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.audit import VERDICTS, Finding, verdict, wrong_others
from registry.conflicts import how, in_words
from registry.fields import Field
from registry.passport import Claim, Method
from registry.resolve import Fact
from registry.units import quantity, size_in_words
from space.ui.pages.links import web_address

MARKS: dict[Method, str] = {
    "measured": "measured",
    "files": "files",
    "configuration": "config",
    "declared": "declared",
    "reported": "reported",
    "listed": "listed",
}
"""How a value was found, in one word; `HOW` says it in full."""

OTHERS_WRONG = "others are wrong"

LONG = 120
"""Characters from which a value is folded."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One claim. `value` is as a visitor reads it; `figure` and `unit` are as the source gives them. `whole` is the
    full text of what is too long to stand in a line. `of` names the base model where the claim is about it."""

    value: str
    figure: str
    unit: str
    also: str
    whole: str | None
    method: Method
    how: str
    source: str
    url: str | None
    revision: str | None
    as_of: str | None
    under: str
    note: str | None
    of: str | None

    @property
    def mark(self) -> str:
        return MARKS[self.method]

    @property
    def commit(self) -> str | None:
        """As the Hub prints a commit: seven digits. Any other revision as it is."""
        if self.revision is None:
            return None
        return self.revision[:7] if len(self.revision) == 40 else self.revision


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field. `shown` is None where nobody says anything; `others` disagree with it or repeat it."""

    field: str
    label: str
    shown: Said | None
    others: tuple[Said, ...]
    upstream: Said | None
    doubt: str | None


def line_of(fact: Fact, subject: str, findings: Sequence[Finding]) -> Line:
    """A fact about `subject`, with what was found about it."""
    under = "".join(f", {name} {value}" for name, value in fact.conditions)
    return Line(
        field=fact.field.name,
        label=fact.field.label + under,
        shown=said(fact.field, fact.claim, subject) if fact.claim else None,
        others=tuple(said(fact.field, claim, subject) for claim in fact.others),
        upstream=said(fact.field, fact.upstream, subject) if fact.upstream else None,
        doubt=doubt(fact, findings),
    )


def said(field: Field, claim: Claim, subject: str) -> Said:
    """A claim in words."""
    figure, unit, also = _figure(field, claim)
    text = _text(claim)
    return Said(
        value=in_words(field, claim),
        figure=figure,
        unit=unit,
        also=also,
        whole=text if len(text) > LONG else None,
        method=claim.method,
        how=how(claim),
        source=claim.source,
        url=web_address(claim.url),
        revision=claim.revision,
        as_of=claim.as_of.isoformat() if claim.as_of else None,
        under=", ".join(f"{name} {value}" for name, value in claim.conditions),
        note=claim.note,
        of=claim.subject if claim.subject != subject else None,
    )


def lines_of(facts: Iterable[Fact], subject: str, findings: Sequence[Finding]) -> tuple[Line, ...]:
    return tuple(line_of(fact, subject, findings) for fact in facts)


def doubt(fact: Fact, findings: Sequence[Finding]) -> str | None:
    """In a word or two what was found against the value that is shown, or against what others say instead."""
    against = verdict(fact.claim, findings) if fact.claim else None
    if against:
        return VERDICTS[against]
    return OTHERS_WRONG if wrong_others(fact, findings) else None


def _figure(field: Field, claim: Claim) -> tuple[str, str, str]:
    """The value and its unit apart, as the source gives them; for bytes also in GB and GiB."""
    value, unit = claim.value, claim.unit or field.unit or ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return in_words(field, claim), "" if value is None else unit, ""
    number = str(value) if field.name == "year" else f"{value:,}"
    exact = quantity(value, unit or None)
    return number, unit, size_in_words(int(exact.value)) if exact.unit == "bytes" else ""


def _text(claim: Claim) -> str:
    value = claim.value
    return ", ".join(value) if isinstance(value, tuple) else value if isinstance(value, str) else ""
