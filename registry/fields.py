"""The vocabulary of claims: each field's label, unit, order of methods, and how two values of it are compared.

A leaf beside passport.py. It knows no model and no source.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from registry.errors import UnknownField
from registry.passport import Claim, Method
from registry.units import check_unit

Comparison = Literal["never", "exact", "words", "name", "method", "set", "number"]
"""When two values say the same: `exact` letter for letter; `words` whatever the case, spaces, hyphens and underscores;
`name` one within the other;
`method` the same method, or a format that stores it;
`set` the same words in any order; `number` after conversion of units, a rounded figure agreeing with every number that
rounds to it. `never`: two values of the field may stand side by side without contradiction."""

PROOF: tuple[Method, ...] = ("measured", "files", "configuration", "declared", "reported", "listed")
"""What was measured here counts before what the files prove, and so on down to what a listing prints."""

COUNTED: tuple[Method, ...] = ("files", "measured", "configuration", "declared", "reported", "listed")
"""Of what is in the files, the files are the proof."""

CONFIGURED: tuple[Method, ...] = ("configuration", "files", "measured", "declared", "reported", "listed")
"""Of what the configuration sets, the configuration is the proof."""

AUTHORED: tuple[Method, ...] = ("declared", "files", "configuration", "reported", "listed", "measured")
"""Of what the author decides, the author's word counts first."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One word of the vocabulary.

    `unit` is the one values are converted to, None for what has none. `order` has the strongest method first.
    `changes` marks figures that change with time, such as downloads. `inherited` marks what a variant takes from its
    base model where its own files and author are silent. `conditional` marks figures that mean something under
    conditions only: one that names none stands beside the strongest that names some, unless it is stronger itself.
    """

    name: str
    label: str
    unit: str | None = None
    order: tuple[Method, ...] = PROOF
    compared: Comparison = "words"
    changes: bool = False
    inherited: bool = False
    conditional: bool = False


_FIELDS = (
    Field(name="architecture", label="Architecture", order=CONFIGURED, compared="exact", inherited=True),
    Field(name="mixture_of_experts", label="Mixture of experts", order=CONFIGURED, compared="exact"),
    Field(name="experts", label="Experts", order=CONFIGURED, compared="number"),
    Field(name="parameters", label="Parameters", order=COUNTED, compared="number", inherited=True),
    Field(name="effective_parameters", label="Effective parameters", order=COUNTED, compared="number"),
    Field(name="context", label="Context", unit="tokens", order=CONFIGURED, compared="number", inherited=True),
    Field(name="modalities", label="Modalities", order=CONFIGURED, compared="set", inherited=True),
    Field(name="scheme", label="Scheme", order=CONFIGURED),
    Field(name="licence", label="Licence", order=AUTHORED),
    Field(name="base_model", label="Base model", order=AUTHORED),
    Field(name="author", label="Author", order=AUTHORED, compared="name"),
    Field(name="title", label="Title", order=AUTHORED),
    Field(name="year", label="Year", order=AUTHORED, compared="number"),
    Field(name="published", label="Published", order=AUTHORED, compared="exact"),
    Field(name="updated", label="Updated", compared="never", changes=True),
    Field(name="tensor_bytes", label="Weights", unit="bytes", order=COUNTED, compared="number"),
    Field(name="bytes_on_disk", label="Size on disk", unit="bytes", order=COUNTED, compared="number"),
    Field(name="vram", label="GPU memory needed", unit="bytes", compared="number", conditional=True),
    Field(name="weights_in_memory", label="Weights in memory", unit="bytes", compared="number"),
    Field(name="kv_cache_in_memory", label="KV cache in memory", unit="bytes", compared="number"),
    Field(name="kv_cache_tokens", label="Tokens the KV cache holds", unit="tokens", compared="number"),
    Field(name="served_context", label="Context that fits", unit="tokens", compared="number"),
    Field(name="most_at_a_time", label="Requests of full length at a time", unit="requests", compared="number"),
    Field(name="load_seconds", label="Loading time", unit="seconds", compared="never"),
    Field(name="quantization.method", label="Quantization method", order=CONFIGURED, compared="method"),
    Field(name="quantization.bits", label="Bits a weight", unit="bits", order=CONFIGURED, compared="number"),
    Field(name="quantization.group_size", label="Group size", unit="weights", order=CONFIGURED, compared="number"),
    Field(name="quantization.symmetric", label="Symmetric quantization", order=CONFIGURED, compared="exact"),
    Field(name="quantization.packing", label="Packing", order=CONFIGURED),
    Field(
        name="quantization.iterations",
        label="Tuning iterations",
        unit="iterations",
        order=CONFIGURED,
        compared="number",
    ),
    Field(name="quantization.rounding", label="Rounding", order=CONFIGURED, compared="never"),
    Field(
        name="quantization.calibration_samples",
        label="Calibration samples",
        unit="samples",
        order=CONFIGURED,
        compared="number",
    ),
    Field(
        name="quantization.calibration_sequence_length",
        label="Calibration sequence length",
        unit="tokens",
        order=CONFIGURED,
        compared="number",
    ),
    Field(name="quantization.layers", label="Quantized layers", order=COUNTED, compared="set"),
    Field(name="serving.flags", label="Serving flags", compared="never"),
    Field(name="serving.max_soft_tokens", label="Image budget", unit="soft tokens", compared="never"),
    Field(name="pipeline_tag", label="Task", order=AUTHORED),
    Field(name="card_characters", label="Length of the model card", unit="characters", order=COUNTED, compared="never"),
    Field(name="tags", label="Tags", order=AUTHORED, compared="never", changes=True),
    Field(name="languages", label="Languages", order=AUTHORED, compared="set"),
    Field(name="downloads", label="Downloads", compared="never", changes=True),
    Field(name="likes", label="Likes", compared="never", changes=True),
    Field(name="forks", label="Forks", compared="never", changes=True),
    Field(name="registry_id", label="Registry id", compared="never"),
    Field(name="provider", label="Provider", compared="never"),
    Field(name="slug", label="Slug", compared="never"),
    Field(name="sibling", label="Other variant", compared="never"),
    Field(name="stars", label="Stars", compared="never", changes=True),
    Field(name="quantization.hardware", label="Quantized on", order=AUTHORED),
    Field(name="quantization.framework", label="Quantized with", order=AUTHORED),
    Field(name="repo_id", label="Repository", order=AUTHORED, compared="exact"),
)

_FAMILIES = {
    "tensor_bytes": Field(name="tensor_bytes.*", label="Weights ({})", unit="bytes", order=COUNTED, compared="number"),
    "dtype": Field(name="dtype.*", label="Precision ({})", order=COUNTED),
    "command": Field(name="command.*", label="Command ({})", order=AUTHORED, compared="never"),
    "snippet": Field(name="snippet.*", label="Example ({})", order=AUTHORED, compared="never"),
    "benchmark": Field(name="benchmark.*", label="Benchmark ({})", compared="number"),
    "speed": Field(name="speed.*", label="Speed ({})", compared="never"),
    "notice": Field(name="notice.*", label="Notice", order=AUTHORED, compared="never"),
    "fni": Field(name="fni.*", label="FNI ({})", compared="never", changes=True),
}

_BY_NAME = {field.name: field for field in _FIELDS}


@lru_cache(maxsize=4096)
def _member(family: str, member: str) -> Field:
    pattern = _FAMILIES[family]
    return replace(pattern, name=f"{family}.{member}", label=pattern.label.format(member.replace("_", " ")))


def field(name: str) -> Field:
    """The field of a name; a family such as `benchmark.` takes any member.

    Raises:
        UnknownField: the vocabulary has no such word.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    family, _, member = name.partition(".")
    if family in _FAMILIES and member:
        return _member(family, member)
    raise UnknownField(f"The registry has no field “{name}”.")


def check(claim: Claim) -> None:
    """Refuse a claim the registry could not compare or convert.

    Raises:
        UnknownField: its field is no word of the vocabulary.
        UnknownUnit: its unit cannot be converted to the field's own.
    """
    check_unit(claim.unit, field(claim.field).unit)
