"""How much of something a visitor gets in a while, and all of them together. Counts on a clock; knows no framework."""

import time
from collections import deque
from collections.abc import Callable

from space.errors import TooManyRequests

MOST_VISITORS = 10_000
"""Whose counts are kept; the one who came first is forgotten first."""


class Allowance:
    """`each` for one visitor and `all_together` for everybody, within any `seconds` on end."""

    def __init__(
        self, *, each: int, all_together: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each = each
        self._all_together = all_together
        self._seconds = seconds
        self._clock = clock
        self._everybody: deque[float] = deque()
        self._visitors: dict[str, deque[float]] = {}

    def take(self, visitor: str) -> None:
        """Count one more. Raises `TooManyRequests`, and counts nothing, when that is too many."""
        now = self._clock()
        own = self._visitors.get(visitor, deque())
        for taken in (own, self._everybody):
            while taken and now - taken[0] >= self._seconds:
                taken.popleft()
        if len(own) >= self._each:
            raise self._refusal(f"You have asked {self._each} times", own[0], now)
        if len(self._everybody) >= self._all_together:
            raise self._refusal(f"Visitors have asked {self._all_together} times", self._everybody[0], now)
        own.append(now)
        self._everybody.append(now)
        self._visitors.pop(visitor, None)
        self._visitors[visitor] = own
        if len(self._visitors) > MOST_VISITORS:
            del self._visitors[next(iter(self._visitors))]

    def _refusal(self, who: str, first: float, now: float) -> TooManyRequests:
        wait = self._seconds - (now - first)
        minutes = f"{self._seconds / 60:.0f} minutes"
        return TooManyRequests(f"{who} within {minutes}, which is all there is. Try again in {wait:.0f} seconds.", wait)
