"""Memory: can the weights fit in the video memory that a source says is enough?"""

from collections.abc import Iterator

from registry.audit.evidence import Evidence
from registry.audit.finding import Finding
from registry.audit.words import joined
from registry.units import size_in_words

GIB_OVER_GB = 2**30 / 10**9
"""Sources write GB and mean GiB: a figure is wrong only when it is too small as either."""


def memory_findings(evidence: Evidence) -> Iterator[Finding]:
    """Figures below the bytes of the tensors alone; the cache and the engine come on top."""
    weights = evidence.proof("tensor_bytes")
    if weights is None or not isinstance(weights.value, int):
        return
    least = weights.value / GIB_OVER_GB
    small = [claim for claim in evidence.said("vram") if isinstance(claim.value, int | float) and claim.value < least]
    if small:
        figures = joined(size_in_words(round(float(str(claim.value)))) for claim in small)
        yield Finding(
            rule="memory",
            severity="wrong",
            fields=("vram", "tensor_bytes"),
            claims=tuple(small),
            evidence=(weights,),
            sentence=f"{figures} of video memory are said to be enough, but the weights alone take "
            f"{size_in_words(weights.value)}.",
            right=f"More than {size_in_words(weights.value)}: the weights, by {weights.source}, then the cache and the "
            "engine.",
        )
