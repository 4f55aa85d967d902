"""Sizes in words."""

import pytest

from registry.units import exact_size_in_words, quantity, size_in_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.00 kB (0.98 KiB)"),
        (13_846_216, "13.85 MB (13.20 MiB)"),
        (7_450_721_350, "7.45 GB (6.94 GiB)"),
    ],
)
def test_both_units_are_spelt_out(count: int, words: str) -> None:
    assert size_in_words(count) == words


def test_the_exact_number_is_kept() -> None:
    assert exact_size_in_words(7_450_721_350) == "7,450,721,350 bytes = 7.45 GB (6.94 GiB)"
    assert exact_size_in_words(12) == "12 bytes"


@pytest.mark.parametrize(
    ("number", "unit", "base", "low", "high"),
    [
        (2.8, "GB", "bytes", 2_750_000_000, 2_850_000_000),
        (2, "billion", None, 1_500_000_000, 2_500_000_000),
        (7, "bytes", "bytes", 7, 7),
        (1, "GiB", "bytes", 2**29, 2**30 + 2**29),
        (131072, "tokens", "tokens", 131072, 131072),
        (60.0, None, None, 59.95, 60.05),
    ],
)
def test_a_figure_is_as_precise_as_its_digits(
    number: float, unit: str | None, base: str | None, low: float, high: float
) -> None:
    figure = quantity(number, unit)
    assert (figure.unit, float(figure.low), float(figure.high)) == (base, low, high)
