"""Claims of a Free2AITools listing page, read from its plain text: what the listing prints, and the card it repeats.

Sections may be missing, moved or damaged: every field is found by its own label. What the listing itself says has the
method "listed"; what it repeats from the model card has "declared" and another source. Nothing is judged here.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from registry.passport import Claim, Reading, Value
from registry.sources.bibtex_entry import bibtex_entries
from registry.sources.card_body import card_body_claims
from registry.sources.code_claims import code_claims
from registry.sources.listing_sections import Section, sections

LONGEST_PAGE, LONGEST_LINE = 300_000, 4_000
"""Characters that are read at most; a page has 10,000. What is longer is cut, as pages can be hostile."""

PAGE = "Free2AITools page"
CARD = f"{PAGE}, model card"

Found = tuple[str, Value, str | None, str | None]
"""Field, value, unit, note."""

_REPO = re.compile(r"(?<![\w./-])([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*[\w])(?![\w/-])")
_FACTOR = re.compile(r"(Semantic|Authority|Popularity|Recency|Quality) \([SAPRQ]:\s*([0-9.]{1,9}|null)\)")
_VRAM = re.compile(r"~?\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(GB|GiB) VRAM")
_UNITS = {"GB": 10**9, "GiB": 2**30}

_NOTICES = (
    ("Some information about this model is not available", "The page is incomplete."),
    ("Benchmark scores may vary", "Benchmark scores vary with method and hardware."),
    ("VRAM requirements are estimates", "VRAM figures are estimates."),
    ("FNI scores are relative", "FNI scores are relative to other models."),
    ("License Unknown", "The licence is unknown."),
    ("AI Summary: Based on", "The summary is generated."),
)
"""The cautions of such pages, by their first words, in our own words."""


def listing_claims(text: str, reading: Reading) -> tuple[Claim, ...]:
    """All claims of a page about `reading.subject`; none for what the page does not print.

    A value the page itself calls unknown, or prints as null, is a claim with the value None.
    """
    parts = sections("\n".join(line[:LONGEST_LINE] for line in text[:LONGEST_PAGE].splitlines()))
    page = [line.strip() for line in _lines(parts, of_card=False)]
    found = (
        *(("page heading", claim) for claim in _heading(parts[0].lines)),
        *(("passport table", claim) for claim in _table(page)),
        *(("compute threshold", claim) for claim in _threshold(page)),
        *(("citation", claim) for claim in _citation(page)),
        *(("index insight", claim) for claim in _factors(page)),
        *(("caution notices", claim) for claim in _notices(page)),
        *(("transparency report", claim) for claim in _report(page)),
    )
    claims = [
        reading.claim(field, value, unit=unit, note=note, method="listed", source=f"{PAGE}, {place}")
        for place, (field, value, unit, note) in found
    ]
    commands = code_claims(_lines(parts, of_card=False), reading, method="listed", source=f"{PAGE}, quick commands")
    return (*claims, *commands, *card_body_claims(_lines(parts, of_card=True), reading, CARD))


def _lines(parts: Sequence[Section], *, of_card: bool) -> list[str]:
    return [line for part in parts if part.repeats_card == of_card for line in part.lines]


def listed_repo_id(text: str) -> str | None:
    """The repository a page is about, in its exact spelling where the page shows it anywhere.

    The listing's own id is in lower case with "--" for "/"; the page's text often has the exact id elsewhere.
    """
    match = re.search(r"\bhf-\w+?--([\w.-]+--[\w.-]+)", text)
    if match is None:
        return None
    spellings = [name for name in _REPO.findall(text) if _flat(name) == match[1].lower()]
    exact = [name for name in spellings if name != name.lower()]
    return next(iter(exact or spellings), match[1].replace("--", "/", 1))


def _flat(repo_id: str) -> str:
    return repo_id.lower().replace("/", "--")


def _heading(lines: Sequence[str]) -> list[Found]:
    """The page's own heading stands above everything else."""
    first = next(iter(lines), "").strip()
    return [("title", first, None, None)] if first and not first.startswith(("|", "-", "@")) else []


def _table(lines: Sequence[str]) -> list[Found]:
    labels = {"registry id": "registry_id", "license": "licence", "provider": "provider", "author": "author"}
    found: list[Found] = []
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 2 and cells[0].lower() in labels:
            found.append((labels[cells[0].lower()], _text(cells[1]), None, None))
    return found


def _threshold(lines: Sequence[str]) -> list[Found]:
    note = next((line.lstrip("* ") for line in lines if "estimation for" in line), None)
    return [
        ("vram", round(float(match[1]) * _UNITS[match[2]]), "bytes", note)
        for line in lines
        if (match := _VRAM.match(line))
    ]


def _citation(lines: Sequence[str]) -> list[Found]:
    found: list[Found] = []
    for entry in bibtex_entries("\n".join(lines)):
        found += [(name, entry.fields[name], None, None) for name in ("author", "title") if name in entry.fields]
        year = entry.fields.get("year", "")
        if re.fullmatch("[0-9]{4}", year):
            found.append(("year", int(year), None, None))
        if entry.repo_id is not None:
            found.append(("repo_id", entry.repo_id, None, None))
    return found


def _factors(lines: Sequence[str]) -> list[Found]:
    found: list[Found] = []
    for line in lines:
        version = re.search(r"\bFNI (V[\d.]*\d)", line)
        note = f"FNI {version[1]}" if version else None
        found += [(f"fni.{name.lower()}", _number(value), "points", note) for name, value in _FACTOR.findall(line)]
    return found


def _notices(lines: Sequence[str]) -> list[Found]:
    """The cautions, and the licence where one of them calls it unknown."""
    said = [(words, start) for line in lines for start, words in _NOTICES if start in line]
    found: list[Found] = [(f"notice.{number}", words, None, None) for number, (words, _) in enumerate(said, 1)]
    if any(start == "License Unknown" for _, start in said):
        found.append(("licence", None, None, "The page calls the licence unknown."))
    return found


def _report(lines: Sequence[str]) -> list[Found]:
    """The transparency report: each name is one list item, its value the next."""
    items = [line.removeprefix("-").strip() for line in lines if line.startswith("-")]
    pairs = {
        name.lower(): value
        for name, value in pairwise(items)
        if name.lower() in _REPORT and value.lower() not in _REPORT
    }
    formula = pairs.get("vram formula")
    return [
        (field, value, unit, formula if field == "vram" else note)
        for name, text in pairs.items()
        for field, value, unit, note in _REPORT[name](text)
    ]


def _text(value: str) -> str | None:
    return None if value.lower() in ("", "null", "unknown", "n/a") else value


def _number(value: str) -> int | float | None:
    """A plain number, with commas or without. Anything else is unknown."""
    plain = value.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]{1,6})?", plain):
        return None
    return float(plain) if "." in plain else int(plain)


def _plain(field: str) -> Callable[[str], list[Found]]:
    return lambda value: [(field, _text(value), None, None)]


def _counted(field: str, unit: str | None = None, times: int = 1) -> Callable[[str], list[Found]]:
    def claims(value: str) -> list[Found]:
        number = _number(value)
        return [(field, None if number is None else round(number * times), unit, None)]

    return claims


def _tags(value: str) -> list[Found]:
    """The tags; those with a colon also tell the licence and the base model."""
    tags = tuple(tag.strip() for tag in value.split(",") if tag.strip())
    found: list[Found] = [("tags", tags, None, None)]
    for tag in tags:
        name, _, rest = tag.partition(":")
        if name == "license":
            found.append(("licence", _text(rest), None, "from the tags"))
        elif name == "base_model" and ":" not in rest:
            found.append(("base_model", _text(rest), None, "from the tags"))
    return found


_REPORT: dict[str, Callable[[str], list[Found]]] = {
    "id": _plain("registry_id"),
    "slug": _plain("slug"),
    "source": _plain("provider"),
    "author": _plain("author"),
    "license": _plain("licence"),
    "tags": _tags,
    "architecture": _plain("architecture"),
    "params billions": _counted("parameters", times=10**9),
    "context length": _counted("context", "tokens"),
    "pipeline tag": _plain("pipeline_tag"),
    "vram gb": _counted("vram", "bytes", 10**9),
    "vram is estimated": lambda value: [],
    "vram formula": lambda value: [],
    "downloads": _counted("downloads"),
    "likes": _counted("likes"),
    "stars": _counted("stars"),
    "forks": _counted("forks"),
}
