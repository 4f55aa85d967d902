"""Bytes in words. GB and GiB differ by 7 %, and listings mix them up: both are spelt out, next to the exact number."""

_UNITS = (
    (10**9, "GB", 2**30, "GiB"),
    (10**6, "MB", 2**20, "MiB"),
    (10**3, "kB", 2**10, "KiB"),
)


def size_in_words(count: int) -> str:
    """Both units: 7.45 GB (6.94 GiB). Under a thousand bytes the number itself."""
    for decimal, decimal_name, binary, binary_name in _UNITS:
        if count >= decimal:
            return f"{count / decimal:.2f} {decimal_name} ({count / binary:.2f} {binary_name})"
    return f"{count} bytes"


def exact_size_in_words(count: int) -> str:
    """The exact number, then both units: 7,450,721,350 bytes = 7.45 GB (6.94 GiB)."""
    return f"{count:,} bytes = {size_in_words(count)}" if count >= 1000 else size_in_words(count)
