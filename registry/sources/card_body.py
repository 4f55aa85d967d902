"""What the body of a model card declares, read from its plain text: tables of a recipe, a few kinds of sentence, code.

It reads English and takes only what it recognises; prose that says something in other words gives no claim. The front
matter is not its business.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.passport import Claim, Reading, Value
from registry.sources.bibtex_entry import bibtex_entries
from registry.sources.code_claims import code_claims
from registry.sources.python_snippets import python_snippets
from registry.sources.shell_commands import shell_commands

LONGEST, LONGEST_LINE = 300_000, 4_000
"""Characters that are read at most; cards have some ten thousand. What is longer is cut, as cards can be hostile."""

TOWERS = {"vision": "vision", "audio": "audio", "projector": "projector"}
"""Words of a card, in the singular, and the component they mean."""

DTYPES = {"BF16": "BF16", "BFLOAT16": "BF16", "FP16": "FP16", "FLOAT16": "FP16", "FP32": "FP32", "FLOAT32": "FP32"}

_DTYPE = re.compile(rf"\b({'|'.join(DTYPES)})\b", re.IGNORECASE)
_MIXTURE = re.compile(r"\bmixture[- ]of[- ]experts\b|\bMoE\b", re.IGNORECASE)
_NO_MIXTURE = re.compile(r"\b(?:not? (?:an? )?|no |non-|instead of (?:an? )?)(?:mixture[- ]of|MoE)", re.IGNORECASE)
_DENSE = re.compile(r"\bdense (?:\w+ )?(?:model|transformer|architecture|decoder)\b", re.IGNORECASE)
_EXPERTS = re.compile(r"\b([0-9]{1,5}) (?:routed )?experts\b", re.IGNORECASE)
_ARCHITECTURE = re.compile(r"\b([A-Z]\w*For(?:ConditionalGeneration|CausalLM|MultimodalLM))\b")
_INPUTS = re.compile(r"\bsupport(?:s|ing)? ([\w, ]+?) (?:inputs?|modalit)", re.IGNORECASE)
_LICENCE = re.compile(
    r"\b(Apache(?: License)?(?:,? Version)?[- ]2\.0|MIT License|Gemma Terms of Use|Llama [\d.]+ Community License)"
)
_REPO = re.compile(r"^[\w-][\w.-]*/[\w-][\w.-]*$")

_PARAMETERS = re.compile(r"\b([0-9]{1,4}(?:\.[0-9]{1,3})?)\s?(B|M|billion|million) (total |effective )?parameters\b")
_SCALES = {"B": 10**9, "M": 10**6}
_TOKENS = r"([0-9][0-9,]{0,9}[Kk]?)"
_CONTEXT = re.compile(rf"\b{_TOKENS}(?:[- ]token)? context\b|\bcontext (?:window|length) of (?:up to )?{_TOKENS}\b")

_NOTICES = (
    (re.compile(r"\bRTN\b[^.]{0,400}\binstead of\b"), "Rounded to nearest, not tuned."),
    (re.compile(r"\blayers\b.*\bskipped during quantization"), "Some layers were left out of quantization."),
    (re.compile(r"\btowers?\b.*\bnot quantized"), "The towers are not quantized."),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table: its first cell, the others, and the first cell of the table's head."""

    head: str
    label: str
    cells: tuple[str, ...]


def card_body_claims(lines: Sequence[str], reading: Reading, source: str) -> tuple[Claim, ...]:
    """The claims of the card, declared by its author; `source` says where the card was read."""
    lines = [line[:LONGEST_LINE] for line in "\n".join(lines)[:LONGEST].splitlines()]
    text = [line.strip() for line in lines]
    found: list[tuple[str, Value, str | None]] = [
        *_title(text),
        *(claim for row in _rows(text) for claim in _row_claims(row, reading.subject)),
        *(claim for line in text if not line.startswith("|") for claim in _sentence_claims(line)),
        *_sizes(text),
        *_notices(text),
    ]
    claims = [
        reading.claim(field, value, unit=unit, method="declared", source=source)
        for field, value, unit in dict.fromkeys(found)
    ]
    return (
        *claims,
        *code_claims(lines, reading, method="declared", source=source),
        *_citations(lines, reading, source),
    )


def _title(lines: Sequence[str]) -> list[tuple[str, Value, str | None]]:
    """The heading a card opens with: one short line that is no sentence."""
    first = next(iter(lines), "").lstrip("# ")
    is_code = bool(shell_commands([first]) or python_snippets([first]))
    is_other = first.startswith(("|", "@", "-")) or first.endswith((".", ":", ","))
    return [] if is_code or is_other or not 0 < len(first) <= 120 else [("title", first, None)]


def _rows(lines: Iterable[str]) -> list[Row]:
    rows: list[Row] = []
    head: str | None = None
    for line in lines:
        cells = [cell.strip().strip("*`") for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            head = None
        elif len(cells) > 1 and not set("".join(cells)) <= set("-: "):
            head = cells[0] if head is None else head
            rows.append(Row(head=head, label=cells[0], cells=tuple(cells[1:])))
    return rows


def _row_claims(row: Row, subject: str) -> list[tuple[str, Value, str | None]]:
    label, value = row.label.lower(), row.cells[0]
    if len(row.cells) > 1:
        return _variant(row, subject)
    if row.head.lower() == "benchmark" and row.label != row.head:
        return _benchmark(row)
    if label.startswith("non-"):
        return _tower_dtypes(value)
    if "mode" in label.split() or label in ("iterations", "iters"):
        return _rounding(value, label)
    if label == "quantized layers":
        listed = re.search(r"\(([^)]*)\)", value)
        return [
            ("quantization.layers", tuple(part.strip() for part in (listed[1] if listed else value).split(",")), None)
        ]
    return _plain_row(label, value)


def _plain_row(label: str, value: str) -> list[tuple[str, Value, str | None]]:
    numbers = {
        "group size": ("quantization.group_size", "weights"),
        "calibration samples": ("quantization.calibration_samples", "samples"),
        "sequence length": ("quantization.calibration_sequence_length", "tokens"),
        "bits": ("quantization.bits", "bits"),
        "context length": ("context", "tokens"),
    }
    texts = {
        "base model": "base_model",
        "quantization scheme": "scheme",
        "hardware used": "quantization.hardware",
        "framework": "quantization.framework",
        "license": "licence",
        "architecture": "architecture",
    }
    if label in numbers:
        field, unit = numbers[label]
        number = count(value)
        return [] if number is None else [(field, number, unit)]
    if label == "symmetric":
        known = {"yes": True, "true": True, "no": False, "false": False}.get(value.lower())
        return [] if known is None else [("quantization.symmetric", known, None)]
    if label in texts:
        return [(texts[label], value.partition(" (")[0] if label == "quantization scheme" else value, None)]
    return []


def _benchmark(row: Row) -> list[tuple[str, Value, str | None]]:
    figure = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?%?", row.cells[0])
    return [(f"benchmark.{row.label}", float(figure[1]), None)] if figure else []


def _variant(row: Row, subject: str) -> list[tuple[str, Value, str | None]]:
    """A row of a table of variants: what it names last is a repository, this one or another."""
    repo = row.cells[-1]
    if not _REPO.match(repo):
        return []
    if repo.lower() == subject.lower():
        return [("quantization.method", row.label.partition(" (")[0], None)]
    return [("sibling", repo, None)]


def _rounding(value: str, label: str) -> list[tuple[str, Value, str | None]]:
    iterations = re.search(r"(?:iters|iterations)\s*=?\s*([0-9]{1,9})\b", value) or (
        re.match(r"([0-9]{1,9})\b", value) if "mode" not in label else None
    )
    found: list[tuple[str, Value, str | None]] = []
    if iterations:
        found.append(("quantization.iterations", int(iterations[1]), "iterations"))
    if re.search(r"\bRTN\b|round[- ]to[- ]nearest", value, re.IGNORECASE):
        found.append(("quantization.rounding", "RTN", None))
    return found


def _sentence_claims(line: str) -> list[tuple[str, Value, str | None]]:
    found: list[tuple[str, Value, str | None]] = []
    if _MIXTURE.search(line) and not _NO_MIXTURE.search(line):
        found.append(("mixture_of_experts", True, None))
    elif _DENSE.search(line) or _NO_MIXTURE.search(line):
        found.append(("mixture_of_experts", False, None))
    found += [("experts", int(match[1]), None) for match in _EXPERTS.finditer(line)]
    found += [("architecture", match[1], None) for match in _ARCHITECTURE.finditer(line)]
    found += [("licence", match[1], None) for match in _LICENCE.finditer(line)]
    found += [("modalities", _modalities(match[1]), None) for match in _INPUTS.finditer(line)]
    for sentence in re.split(r"(?<=[.!?])\s", line):
        if re.search(r"\b(?:kept|remain|stay|left|are|is) (?:at|in)\b", sentence):
            found += _tower_dtypes(sentence)
    return found


def _sizes(lines: Sequence[str]) -> list[tuple[str, Value, str | None]]:
    """Parameters and context in prose; a card that gives several, as for a whole family, gives none."""
    text = "\n".join(line for line in lines if not line.startswith("|"))
    sizes: dict[str, set[int]] = {"parameters": set(), "effective_parameters": set(), "context": set()}
    for number, scale, kind in _PARAMETERS.findall(text):
        field = "effective_parameters" if kind.strip().lower() == "effective" else "parameters"
        sizes[field].add(round(float(number) * _SCALES[scale[0].upper()]))
    sizes["context"] = {
        tokens for match in _CONTEXT.findall(text) if (tokens := count(match[0] or match[1])) is not None
    }
    units = {"context": "tokens"}
    return [(field, values.pop(), units.get(field)) for field, values in sizes.items() if len(values) == 1]


def _tower_dtypes(text: str) -> list[tuple[str, Value, str | None]]:
    """The dtype a text gives to the towers that it names; nothing when it names several dtypes."""
    dtypes = {DTYPES[match[1].upper()] for match in _DTYPE.finditer(text)}
    if len(dtypes) != 1:
        return []
    named = [component for word, component in TOWERS.items() if re.search(rf"\b{word}", text, re.IGNORECASE)]
    return [(f"dtype.{component}", next(iter(dtypes)), None) for component in named]


def _modalities(text: str) -> tuple[str, ...]:
    words = re.findall(r"\w+", text.lower().replace(" and ", " "))
    return tuple(dict.fromkeys("image" if word in ("vision", "images") else word for word in words))


def _notices(lines: Sequence[str]) -> list[tuple[str, Value, str | None]]:
    """Limitations the card admits, in our own words."""
    text = "\n".join(lines)
    said = [words for pattern, words in _NOTICES if pattern.search(text)]
    return [(f"notice.{number}", words, None) for number, words in enumerate(said, 1)]


def _citations(lines: Sequence[str], reading: Reading, source: str) -> list[Claim]:
    """Entries for this repository are its author's word; those for another one are a report about that one."""
    claims = []
    for entry in bibtex_entries("\n".join(lines)):
        own = entry.repo_id is not None and entry.repo_id.lower() == reading.subject.lower()
        if entry.repo_id is None:
            continue
        about = reading if own else Reading(subject=entry.repo_id, revision=None, as_of=reading.as_of)
        claims += [
            about.claim(
                name,
                int(value) if name == "year" and re.fullmatch("[0-9]{4}", value) else value,
                method="declared" if own else "reported",
                source=f"{source}, citation",
            )
            for name, value in entry.fields.items()
            if name in ("title", "author", "year")
        ]
    return claims


def count(text: str) -> int | None:
    """A whole number as cards write it: 128, 131,072, 128K (of 1,024)."""
    match = re.match(r"~?([0-9][0-9,]{0,14}) ?([Kk]?)\b(?!\.[0-9])", text)
    if match is None:
        return None
    return int(match[1].replace(",", "")) * (1024 if match[2] else 1)
