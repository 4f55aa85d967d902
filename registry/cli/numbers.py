"""Numbers a command line takes, each refused with a sentence where it makes no sense."""

import argparse
from math import isfinite

MOST = 1_000_000_000
"""No context, concurrency or list is longer."""


def count(text: str) -> int:
    """A whole number from 1 on; commas and underscores are allowed."""
    try:
        number = int(text.replace(",", ""))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number") from None
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MOST:,}")
    return number


def gigabytes(text: str) -> float:
    """A size above 0, in GB."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of GB") from None
    if not isfinite(number) or not 0 < number <= MOST:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most {MOST:,} GB")
    return number
