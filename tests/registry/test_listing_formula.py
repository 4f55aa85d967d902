"""The listing's estimate, reproduced."""

import pytest

from registry.listing_formula import listing_vram_gb


@pytest.mark.parametrize(
    ("billions", "context", "printed"),
    [(2, 4096, 2.8), (2, 8192, 2.8), (2, 8193, 4.0), (7, 32_768, 7.8), (7, 131_072, 9.8)],
)
def test_the_formula_gives_what_the_listing_prints(billions: float, context: int, printed: float) -> None:
    assert listing_vram_gb(billions, context) == printed
