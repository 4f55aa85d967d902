from collections.abc import Callable

import pytest

from space.allowance import MOST_VISITORS, Allowance
from space.errors import TooManyRequests


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(allowance: Allowance, visitor: str, times: int) -> Callable[[], None]:
    for _ in range(times):
        allowance.take(visitor)
    return lambda: allowance.take(visitor)


def test_a_visitor_gets_so_many_in_any_while_and_then_is_told_how_long_to_wait(clock: Clock) -> None:
    allowance = Allowance(each=2, all_together=100, seconds=600, clock=clock)
    allowance.take("one")
    clock.now = 100
    again = taken(allowance, "one", 1)
    with pytest.raises(TooManyRequests, match=r"You have asked 2 times within 10 minutes.*500 seconds") as refused:
        again()
    assert refused.value.wait == 500
    clock.now = 600
    again()
    with pytest.raises(TooManyRequests, match="100 seconds"):
        again()


def test_one_visitor_s_hunger_is_not_another_s(clock: Clock) -> None:
    allowance = Allowance(each=2, all_together=100, seconds=600, clock=clock)
    taken(allowance, "one", 2)
    taken(allowance, "two", 2)


def test_all_together_get_no_more_than_is_given_to_all(clock: Clock) -> None:
    allowance = Allowance(each=2, all_together=3, seconds=600, clock=clock)
    taken(allowance, "one", 2)
    again = taken(allowance, "two", 1)
    with pytest.raises(TooManyRequests, match="Visitors have asked 3 times"):
        again()
    clock.now = 600
    again()


def test_a_refusal_costs_nothing(clock: Clock) -> None:
    allowance = Allowance(each=1, all_together=2, seconds=600, clock=clock)
    again = taken(allowance, "one", 1)
    for _ in range(5):
        with pytest.raises(TooManyRequests):
            again()
    allowance.take("two")


def test_visitors_are_not_remembered_for_ever(clock: Clock) -> None:
    allowance = Allowance(each=1, all_together=10 * MOST_VISITORS, seconds=600, clock=clock)
    for number in range(MOST_VISITORS + 1):
        allowance.take(str(number))
    allowance.take("0")
