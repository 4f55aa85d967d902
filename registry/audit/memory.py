"""Memory: can the weights fit in the video memory that a source says is enough?"""

import re
from collections.abc import Iterator

from registry.audit.evidence import Evidence
from registry.audit.finding import Finding
from registry.audit.words import joined
from registry.methods import dtypes_fit
from registry.passport import Claim
from registry.units import size_in_words

GIB_OVER_GB = 2**30 / 10**9
"""Sources write GB and mean GiB: a figure is wrong only when it is too small as either."""


def _of_another_form(claim: Claim, evidence: Evidence) -> bool:
    """Whether the figure is for another number of bits than this checkpoint has: for a quantization yet to be made."""
    meant = re.search(r"(\d+)[\s-]?bits?\b", claim.note or "")
    bits = evidence.strongest("quantization.bits")
    if meant is None or (bits is None and evidence.strongest("quantization.method") is not None):
        return False
    scheme = evidence.strongest("scheme")
    unquantized = bits is None and scheme is not None and dtypes_fit(scheme.value, "16bit")
    return unquantized or (bits is not None and str(bits.value) != meant[1])


def memory_findings(evidence: Evidence) -> Iterator[Finding]:
    """Figures below the bytes of the tensors alone; the cache and the engine come on top."""
    weights = evidence.proof("tensor_bytes")
    if weights is None or not isinstance(weights.value, int):
        return
    least = weights.value / GIB_OVER_GB
    small = [
        claim
        for claim in evidence.said("vram")
        if isinstance(claim.value, int | float) and claim.value < least and not _of_another_form(claim, evidence)
    ]
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
