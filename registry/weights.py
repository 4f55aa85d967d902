"""What the weights of a checkpoint weigh: bytes and parameters for each part of the model and each dtype.

Counts tensors it is given, from file headers or from an architecture. It reads no file, and knows parts by the names
transformers gives them; a name it does not know belongs to the language layers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from registry.sources.safetensors_header import Tensor, parameter_count

Component = Literal["language_layers", "embeddings", "ple", "output_head", "vision", "audio", "projectors"]
"""`ple` are the per-layer embeddings of Gemma 3n and 4: their table and what leads from it."""

OUTPUT_HEAD: Component = "output_head"
EMBEDDINGS: Component = "embeddings"

REPEATED = "The output head is stored beside the embedding it is tied to, and counted once."

NAMES: tuple[tuple[Component, frozenset[str]], ...] = (
    (
        "projectors",
        frozenset(
            {"embed_vision", "embed_audio", "multi_modal_projector", "mm_projector", "connector", "merger", "aligner"}
        ),
    ),
    ("audio", frozenset({"audio_tower", "audio_model", "audio_encoder"})),
    ("vision", frozenset({"vision_tower", "vision_model", "vision_encoder", "visual", "image_encoder"})),
    ("ple", frozenset({"embed_tokens_per_layer", "per_layer_model_projection", "per_layer_projection_norm"})),
    (OUTPUT_HEAD, frozenset({"lm_head", "embed_out"})),
    (EMBEDDINGS, frozenset({"embed_tokens", "wte", "wpe", "word_embeddings", "embed_in", "tok_embeddings"})),
)
"""Parts of a tensor's name, the most telling first: a projector inside a vision tower is a projector."""


@dataclass(frozen=True, kw_only=True)
class WeightPart:
    """The tensors of one part of the model in one dtype. `parameters` is None when packed weights cannot be counted."""

    component: Component
    dtype: str
    size: int
    """Bytes."""
    parameters: int | None


@dataclass(frozen=True, kw_only=True)
class Weights:
    """All parts, the largest first, and remarks on how they were counted. `tied` is what the files hold beside them: an
    output head that repeats the embedding, and takes no memory of its own."""

    parts: tuple[WeightPart, ...]
    notes: tuple[str, ...] = ()
    tied: tuple[WeightPart, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all tensors that are loaded."""
        return sum(part.size for part in self.parts)

    @property
    def parameters(self) -> int | None:
        counts = [part.parameters for part in self.parts]
        return None if None in counts else sum(count for count in counts if count is not None)

    def by_component(self) -> dict[str, int]:
        """Bytes of each part of the model, the largest first."""
        return _sums((part.component, part.size) for part in self.parts)

    def by_dtype(self) -> dict[str, int]:
        """Bytes of each dtype, the largest first."""
        return _sums((part.dtype, part.size) for part in self.parts)


def weights_of(tensors: Iterable[Tensor], *, bits: int | None, tied_output: bool, notes: Sequence[str] = ()) -> Weights:
    """Count tensors. `bits` is of one packed weight; `tied_output` says that the output head is the input embedding.

    An output head stored although it is tied is one tensor in memory and counts once.
    """
    groups: dict[tuple[Component, str], list[Tensor]] = {}
    for tensor in tensors:
        groups.setdefault((component_of(tensor.name), tensor.dtype), []).append(tensor)
    heads = [key for key in groups if key[0] == OUTPUT_HEAD]
    repeated = tied_output and any(component == EMBEDDINGS for component, _ in groups) and heads
    if repeated:
        notes = (*notes, REPEATED)
    parts = [
        WeightPart(
            component=component,
            dtype=dtype,
            size=sum(tensor.size for tensor in group),
            parameters=parameter_count(group, bits=bits, tied_output=False),
        )
        for (component, dtype), group in groups.items()
    ]
    tied = [part for part in parts if repeated and part.component == OUTPUT_HEAD]
    counted = in_order(part for part in parts if part not in tied)
    return Weights(parts=counted, notes=tuple(notes), tied=in_order(tied))


def in_order(parts: Iterable[WeightPart]) -> tuple[WeightPart, ...]:
    """The largest part of the model first, with all its dtypes together, of which the largest is first."""
    found = tuple(parts)
    whole = _sums((part.component, part.size) for part in found)
    return tuple(sorted(found, key=lambda part: (-whole[part.component], part.component, -part.size, part.dtype)))


def component_of(name: str) -> Component:
    """The part of the model a tensor of this name belongs to."""
    words = set(name.split("."))
    return next((component for component, known in NAMES if words & known), "language_layers")


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for name, size in pairs:
        totals[name] = totals.get(name, 0) + size
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))
