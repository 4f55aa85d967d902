import pytest

from space.engine.environment import cores_by_rank


@pytest.mark.parametrize(
    ("ranks", "binding"), [(1, "0,1,2,3"), (2, "0,1|2,3"), (3, "0|1|2"), (4, "0|1|2|3"), (5, "nobind")]
)
def test_every_rank_has_cores_of_its_own_while_there_are_enough(ranks: int, binding: str) -> None:
    assert cores_by_rank([0, 1, 2, 3], ranks) == binding
