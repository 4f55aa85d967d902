"""The estimate of video memory that the listing prints, reproduced to show where its figure comes from. Not ours.

Source: `mosesy5688-cell/ai-nexus` (MIT), for 4-bit weights: billions of parameters * 0.75 + KV + 0.5, with KV 0.8 up
to 8K tokens of context, 2.0 up to 32K, 4.0 above. It knows neither the files nor the architecture: embeddings that stay
in 16 bits, towers, windows and shared layers are not in it.
"""

from registry.resolve import Resolution
from registry.units import quantity

LABEL = "the listing's own formula"

GB_PER_BILLION = 0.75
RUNTIME_GB = 0.5
KV_GB = ((8_192, 0.8), (32_768, 2.0))
KV_GB_ABOVE = 4.0


def listing_vram_gb(billions: float, context: int) -> float:
    """GB as the listing prints them, to one decimal: 2 billion parameters and 4,096 tokens give 2.8."""
    kv = next((size for limit, size in KV_GB if context <= limit), KV_GB_ABOVE)
    return round(billions * GB_PER_BILLION + kv + RUNTIME_GB, 1)


def listing_vram_of(resolution: Resolution) -> float | None:
    """What the formula makes of the parameters and the context that a listing prints; None where it prints none."""
    parameters, context = _listed(resolution, "parameters"), _listed(resolution, "context")
    return None if parameters is None or context is None else listing_vram_gb(parameters / 10**9, context)


def _listed(resolution: Resolution, name: str) -> int | None:
    """A listing's figure in its base unit."""
    fact = resolution.fact(name)
    claims = (fact.claim, *fact.others) if fact else ()
    listed = (claim for claim in claims if claim and claim.method == "listed")
    figures = ((claim.value, claim.unit) for claim in listed)
    return next((int(quantity(value, unit).value) for value, unit in figures if isinstance(value, int | float)), None)
