"""The Free2AITools Nexus Index of a model, FNI V2.0, recomputed from recorded facts with each factor explained. Pure.

Source: `mosesy5688-cell/ai-nexus` (MIT), by which a listing prints its factors:
round(min(99.9, .35 S + .25 A + .15 P + .15 R + .10 Q) * staleness, 1). S says how well a model fits a question; where
none is asked it is not measured, and the total is over the rest, which weighs 0.65. 0 is measured zero, None is not
measured. It judges nothing: the index rewards popularity and a filled-in page, not a good model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, floor
from typing import TypeGuard

from registry.fni_factors import HIGHEST, WEIGHTS, Factor, Inputs, Part, listed_part, measured_parts
from registry.record import Json, Score
from registry.resolve import Resolution

NAME = "fni"
VERSION = "V2.0"

STALENESS_A_DAY = 0.005

ASKED_NOTHING = 50
"""The S a listing prints when nothing was asked."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """The index of one model on one day. `total` is to one decimal, None when a factor other than S is not measured."""

    version: str
    inputs: Inputs
    parts: tuple[Part, ...]
    staleness: float
    total: float | None
    label: str

    def score(self, revision: str | None) -> Score:
        """As it is recorded."""
        return Score(
            name=NAME,
            version=self.version,
            as_of=self.inputs.as_of,
            total=self.total,
            factors={part.name: part.value for part in self.parts},
            inputs={
                **_json(self.inputs),
                "staleness": self.staleness,
                "label": self.label,
                "as listed": [part.name for part in self.parts if part.listed],
            },
            revision=revision,
        )


@dataclass(frozen=True, kw_only=True)
class ListedIndex:
    """A listing's own factors, and the total its formula makes of them."""

    factors: Mapping[Factor, float]
    total: float
    sentence: str


def inputs_of(
    resolution: Resolution,
    *,
    as_of: date,
    mesh: int | None = None,
    cited: bool = False,
    has_demo: bool | None = None,
) -> Inputs:
    """The inputs a decided passport has; what no claim tells is handed over, or not known.

    That a card has no tags is known where its length is: then it was read.
    """
    engagement = [resolution.fact("likes"), resolution.fact("downloads")]
    read = [fact.claim.as_of for fact in engagement if fact and fact.claim and fact.claim.as_of]
    words = [resolution.value(name) for name in ("pipeline_tag", "quantization.method", "scheme")]
    body = _count(resolution, "card_characters")
    absent = None if body is None else False
    runnable = words[0] is not None or any("gguf" in str(word).lower() for word in words[1:])
    return Inputs(
        as_of=as_of,
        likes=_count(resolution, "likes"),
        downloads=_count(resolution, "downloads"),
        mesh=mesh,
        cited=cited,
        updated=_day(resolution.value("updated")),
        harvested=min(read, default=None),
        body_characters=body,
        has_parameters=True if resolution.value("parameters") is not None else None,
        has_tags=True if resolution.value("tags") else absent,
        has_author=True if resolution.value("author") is not None else None,
        runnable=True if runnable else absent,
        has_demo=has_demo,
    )


def index(inputs: Inputs, semantic: float | None = None, listed: ListedIndex | None = None) -> Index:
    """FNI V2.0. `semantic` is S, 0 to 100, measured for the question that was asked; None when none was.

    A factor whose inputs are not known is taken from `listed`, where there is one. Its S never is: it is a constant.
    """
    parts = tuple(_or_listed(part, inputs, listed) for part in measured_parts(inputs, semantic))
    staleness = _staleness(inputs)
    return Index(
        version=VERSION,
        inputs=inputs,
        parts=parts,
        staleness=staleness,
        total=_total({part.name: part.value for part in parts}, staleness),
        label=_label(parts),
    )


def asked(total: float | None, semantic: float) -> float | None:
    """The total for a question whose S is `semantic`, from a total that was kept without S, and to that one's rounding.

    The kept total may be stale by its likes and downloads; S is measured now, and is not.
    """
    if total is None:
        return None
    share = WEIGHTS["semantic"]
    return half_up(min(HIGHEST, share * min(HIGHEST, max(0.0, semantic)) + (1 - share) * total))


def listed_index(resolution: Resolution) -> ListedIndex | None:
    """What the listing's formula makes of the factors it prints; None when it does not print all five."""
    values = {name: resolution.value(f"fni.{name}") for name in WEIGHTS}
    factors = {name: float(value) for name, value in values.items() if _is_number(value)}
    if len(factors) < len(WEIGHTS):
        return None
    total = _total(factors, 1.0)
    assert total is not None
    constant = factors["semantic"] == ASKED_NOTHING
    asked = " Its S is what it prints when nothing was asked: not a measurement." if constant else ""
    printed = ", ".join(f"{name[0].upper()} {value:g}" for name, value in factors.items())
    return ListedIndex(
        factors=factors,
        total=total,
        sentence=f"The listing prints {printed}: its formula makes {total} of them.{asked}",
    )


def mesh_of(*, papers: int = 0, github: int = 0, relations: int = 0, links: int = 0) -> int:
    """The summed weight of citations in papers and on GitHub, other relations to the model, and links to it."""
    return 30 * papers + 5 * github + relations + links


def half_up(value: float) -> float:
    """To one decimal, halves upwards: 38.55 is 38.6, where Python's `round` gives 38.5."""
    return floor(10 * value + 0.5) / 10


def _total(factors: Mapping[Factor, float | None], staleness: float) -> float | None:
    """Over all factors, or over all but S where S is not measured; None when another is missing."""
    known = {name: value for name, value in factors.items() if value is not None}
    if set(WEIGHTS) - set(known) - {"semantic"}:
        return None
    weighed = sum(WEIGHTS[name] * value for name, value in known.items())
    # Dividing by 1 keeps the listing's own arithmetic, to the last bit.
    share = 1.0 if "semantic" in known else 1 - WEIGHTS["semantic"]
    return half_up(min(HIGHEST, weighed / share) * staleness)


def _label(parts: Sequence[Part]) -> str:
    without = [part.letter for part in parts if part.value is None]
    listed = [part.letter for part in parts if part.listed]
    words = [
        f"without {', '.join(without)}" if without else "with S",
        *([f"{', '.join(listed)} as listed"] if listed else []),
    ]
    return "; ".join(words)


def _or_listed(part: Part, inputs: Inputs, listed: ListedIndex | None) -> Part:
    undated = part.name == "recency" and inputs.updated is None
    if listed is None or part.name == "semantic" or (part.value is not None and not undated):
        return part
    return listed_part(part.name, listed.factors[part.name])


def _staleness(inputs: Inputs) -> float:
    """e^(-0.005 days) since likes and downloads were read; 1 within a day, and where that day is not known."""
    days = (inputs.as_of - inputs.harvested).days if inputs.harvested else 0
    return 1.0 if days <= 1 else exp(-STALENESS_A_DAY * days)


def _count(resolution: Resolution, name: str) -> int | None:
    value = resolution.value(name)
    return int(value) if _is_number(value) and value >= 0 else None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _day(value: object) -> date | None:
    """The day of an ISO date or time; None for anything else."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _json(inputs: Inputs) -> dict[str, Json]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(inputs).items()
        if name != "as_of"
    }
