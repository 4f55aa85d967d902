"""The five factors of FNI V2.0, each with its formula and a sentence for a visitor. Pure; fni.py makes the total."""

from dataclasses import dataclass
from datetime import date
from math import exp, floor, log10
from typing import Literal

HIGHEST = 99.9

Factor = Literal["semantic", "authority", "popularity", "recency", "quality"]

WEIGHTS: dict[Factor, float] = {
    "semantic": 0.35, "authority": 0.25, "popularity": 0.15, "recency": 0.15, "quality": 0.10,
}  # fmt: skip

DECAY_A_DAY = 0.002
"""Of recency, for models."""

UNDATED_DAYS = 365
"""The formula's own rule: a model without a date counts as a year old."""

CITED = "what refers to it (citations, relations, links)"
"""The mesh in words."""

LONG_BODY = 500
"""Characters of a model card from which it counts as one."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the index is computed from; None is not known.

    `mesh` is the summed weight of what refers to the model: 30 for each citation in a paper, 5 for one on GitHub, 1 for
    any other relation or link; `cited` says whether a paper cites it. `harvested` is when likes and downloads were
    read. `runnable` is a pipeline tag, GGUF files or a place in Ollama's library.
    """

    as_of: date
    likes: int | None = None
    downloads: int | None = None
    mesh: int | None = None
    cited: bool = False
    updated: date | None = None
    harvested: date | None = None
    body_characters: int | None = None
    has_parameters: bool | None = None
    has_tags: bool | None = None
    has_author: bool | None = None
    runnable: bool | None = None
    has_demo: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One factor, 0 to 99.9, None when it is not measured, and a sentence on where it comes from.

    `listed` marks a factor taken from a listing, because what it is computed from is not known.
    """

    name: Factor
    letter: str
    weight: float
    value: float | None
    sentence: str
    listed: bool = False


def measured_parts(inputs: Inputs, semantic: float | None) -> tuple[Part, ...]:
    """All five, None where an input is not known. `semantic` is S, 0 to 100, None when no question was asked."""
    return (_semantic(semantic), _authority(inputs), _popularity(inputs), _recency(inputs), _quality(inputs))


def listed_part(name: Factor, value: float) -> Part:
    """A factor on the word of a listing."""
    sentence = f"{name.capitalize()} {value:g}: as the listing prints it; what it is computed from is not known here."
    return _part(name, value, sentence, listed=True)


def _semantic(value: float | None) -> Part:
    if value is None:
        return _part("semantic", None, "Semantic fit is not measured, because no question was asked.")
    value = min(HIGHEST, max(0.0, value))
    return _part("semantic", value, f"Semantic fit {value:.1f}: how near the model's words are to the question.")


def _authority(inputs: Inputs) -> Part:
    """A = 99.9 (1 - (mesh + 1)^(-1/4)); a model no paper cites has 10 log10(likes + 1) added to its mesh."""
    unknown = [CITED] if inputs.mesh is None else []
    unknown += ["its likes"] if inputs.likes is None and not inputs.cited else []
    if unknown or inputs.mesh is None:
        return _unmeasured("authority", unknown)
    bonus = 0 if inputs.cited else floor(10 * log10((inputs.likes or 0) + 1))
    value = HIGHEST * (1 - (inputs.mesh + bonus + 1) ** -0.25)
    liked = f", and {bonus:,} for its likes" if bonus else ""
    return _part("authority", value, f"Authority {value:.1f}: what refers to the model weighs {inputs.mesh:,}{liked}.")


def _popularity(inputs: Inputs) -> Part:
    """P = 99.9 (1 - (raw + 1)^(-1/8)), raw = likes + 0.01 downloads; the factor K of Hugging Face is 1."""
    if inputs.likes is None or inputs.downloads is None:
        told = {"its likes": inputs.likes, "its downloads": inputs.downloads}
        return _unmeasured("popularity", [name for name, count in told.items() if count is None])
    value = HIGHEST * (1 - (inputs.likes + 0.01 * inputs.downloads + 1) ** -0.125)
    return _part(
        "popularity", value, f"Popularity {value:.1f}: {inputs.likes:,} likes and {inputs.downloads:,} downloads."
    )


def _recency(inputs: Inputs) -> Part:
    """R = min(99.9, 100 e^(-0.002 days))."""
    days = UNDATED_DAYS if inputs.updated is None else max(0, (inputs.as_of - inputs.updated).days)
    value = min(HIGHEST, 100 * exp(-DECAY_A_DAY * days))
    why = (
        f"no date is recorded, and the formula takes {UNDATED_DAYS} days for that"
        if inputs.updated is None
        else f"last changed {days:,} days ago"
    )
    return _part("recency", value, f"Recency {value:.1f}: {why}.")


def _quality(inputs: Inputs) -> Part:
    """Q = min(99.9, (completeness + use) / 2). Where an input is not known, the sentence tells what Q can be."""
    written = None if inputs.body_characters is None else inputs.body_characters > LONG_BODY
    looked_for = {
        "a description": (40, written, "the length of its model card"),
        "a parameter count": (30, inputs.has_parameters, "its parameters"),
        "tags": (15, inputs.has_tags, "its tags"),
        "an author": (15, inputs.has_author, "its author"),
        "a way to run it": (40, inputs.runnable, "its task"),
        "a demo or something that refers to it": (30, _referred(inputs), f"a demo, or {CITED}"),
    }
    least = sum(points for points, there, _ in looked_for.values() if there)
    most = sum(points for points, there, _ in looked_for.values() if there is not False)
    low, high = (min(HIGHEST, (points + 30) / 2) for points in (least, most))
    if unknown := [name for _, there, name in looked_for.values() if there is None]:
        return _unmeasured("quality", unknown, f" By what is recorded it is {low:.1f} to {high:.1f}.")
    there = [what for what, (_, found, _) in looked_for.items() if found]
    return _part("quality", low, f"Quality {low:.1f}: the page has {', '.join(there) or 'none of what it looks for'}.")


def _referred(inputs: Inputs) -> bool | None:
    """Whether a demo or anything else refers to it: one is enough, and none only where both are known."""
    if inputs.has_demo or inputs.mesh:
        return True
    return None if inputs.has_demo is None or inputs.mesh is None else False


def _unmeasured(name: Factor, unknown: list[str], rest: str = "") -> Part:
    return _part(
        name, None, f"{name.capitalize()} is not measured, for this is not recorded: {'; '.join(unknown)}.{rest}"
    )


def _part(name: Factor, value: float | None, sentence: str, *, listed: bool = False) -> Part:
    return Part(name=name, letter=name[0].upper(), weight=WEIGHTS[name], value=value, sentence=sentence, listed=listed)
