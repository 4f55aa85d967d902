"""Sizes in words."""

import pytest

from registry.units import exact_size_in_words, size_in_words


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
