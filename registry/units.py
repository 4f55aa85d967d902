"""Figures and their units: bytes in words, and conversion for comparing what sources round differently.

GB and GiB differ by 7 %, and listings mix them up: both are spelt out, next to the exact number.
"""

from dataclasses import dataclass
from decimal import Decimal

from registry.errors import UnknownUnit

_UNITS = (
    (10**9, "GB", 2**30, "GiB"),
    (10**6, "MB", 2**20, "MiB"),
    (10**3, "kB", 2**10, "KiB"),
)

_SCALES: dict[str, tuple[str | None, int]] = {
    "B": ("bytes", 1),
    "KB": ("bytes", 10**3),
    "TB": ("bytes", 10**12),
    "TiB": ("bytes", 2**40),
    **{name: ("bytes", scale) for scale, name, _, _ in _UNITS},
    **{name: ("bytes", scale) for _, _, scale, name in _UNITS},
    "parameters": (None, 1),
    "million": (None, 10**6),
    "billion": (None, 10**9),
    "trillion": (None, 10**12),
}
"""What a unit is a multiple of. A unit that is not here is a multiple of itself."""


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A figure in its base unit, with the numbers that round to it: 6.94 GiB may be 6.935 to 6.945."""

    unit: str | None
    low: Decimal
    value: Decimal
    high: Decimal

    def agrees(self, other: "Quantity") -> bool:
        return self.unit == other.unit and self.low <= other.high and other.low <= self.high


def quantity(number: int | float, unit: str | None) -> Quantity:
    """Convert to the base unit. A whole number in the base unit is exact; anything else is as precise as its digits."""
    base, scale = _SCALES.get(unit, (unit, 1)) if unit else (None, 1)
    printed = Decimal(str(number))
    exponent = printed.as_tuple().exponent
    exact = scale == 1 and isinstance(number, int)
    if exact or not isinstance(exponent, int):
        half = Decimal(0)
    else:
        half = Decimal(scale) / 2 * Decimal(10) ** min(exponent, 0)
    value = printed * scale
    return Quantity(unit=base, low=value - half, value=value, high=value + half)


def check_unit(unit: str | None, wanted: str | None) -> None:
    """Accept a unit that converts to the wanted one; None is taken for the wanted one itself.

    Raises:
        UnknownUnit: it does not.
    """
    base = _SCALES.get(unit, (unit, 1))[0] if unit else wanted
    if base is not None and wanted is not None and base != wanted:
        raise UnknownUnit(f"“{unit}” cannot be converted to {wanted}.")


def size_in_words(count: int) -> str:
    """Both units: 7.45 GB (6.94 GiB). Under a thousand bytes the number itself."""
    for decimal, decimal_name, binary, binary_name in _UNITS:
        if count >= decimal:
            return f"{count / decimal:.2f} {decimal_name} ({count / binary:.2f} {binary_name})"
    return f"{count} bytes"


def other_unit_in_words(count: int, unit: str) -> str:
    """The same bytes in the unit of the other family: GiB for what is given in GB, GB for GiB."""
    pairs = {"TB": ("TiB", 2**40), "TiB": ("TB", 10**12), "KB": ("KiB", 2**10)}
    for decimal, decimal_name, binary, binary_name in _UNITS:
        pairs |= {decimal_name: (binary_name, binary), binary_name: (decimal_name, decimal)}
    name, scale = pairs[unit]
    return f"{count / scale:.2f} {name}"


def exact_size_in_words(count: int) -> str:
    """The exact number, then both units: 7,450,721,350 bytes = 7.45 GB (6.94 GiB)."""
    return f"{count:,} bytes = {size_in_words(count)}" if count >= 1000 else size_in_words(count)
