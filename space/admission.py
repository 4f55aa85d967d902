"""How many answers may be under way at once: one limit for visitors of the page and programs at the doors.

Whoever comes when it is reached is told so at once: the engine's own queue would let them wait without a word. Counting
only; it knows no framework and no engine. One event loop.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from space.errors import TooManyAnswers

NO_LIMIT = 1_000_000

DoorName = Literal["page", "openai"]


class Admission:
    """Answers under way, in all, by door and by client. The shares keep room for others: none takes all of it."""

    def __init__(self, most: int) -> None:
        """At most `most` answers in all, three quarters of them through one door, half of them for one client."""
        self._most = most
        self._by_door: Counter[str] = Counter()
        self._by_client: Counter[tuple[str, str]] = Counter()
        self._most_by_door = max(1, most * 3 // 4)
        self._most_by_client = max(1, most // 2)

    @contextmanager
    def entered(self, door: DoorName, client: str) -> Iterator[None]:
        """Count one answer while it lasts. Raises `TooManyAnswers`."""
        who = (door, client)
        if self._by_client[who] >= self._most_by_client:
            raise TooManyAnswers(
                f"{self._most_by_client} answers are under way for you, as many as one may have. "
                "Send this again when one of them has ended."
            )
        if self._by_door[door] >= self._most_by_door or self._by_door.total() >= self._most:
            raise TooManyAnswers("Too many others are being answered at the moment. Send this again in a few seconds.")
        self._by_door[door] += 1
        self._by_client[who] += 1
        try:
            yield
        finally:
            self._by_door[door] -= 1
            self._by_client[who] -= 1
            if not self._by_client[who]:
                del self._by_client[who]
