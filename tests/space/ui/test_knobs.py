import pytest

from space.chat import Knobs
from space.errors import TurnRefused
from space.ui.knobs import BUDGETS, read_knobs


def test_every_control_reaches_the_request() -> None:
    values = {
        "system_prompt": "Be brief.",
        "temperature": 0,
        "top_p": 0.9,
        "top_k": 40,
        "max_new_tokens": 64,
        "seed": 7,
        "image_budget": 560,
        "thinking": True,
        "look_up": True,
    }
    assert read_knobs(values) == Knobs(
        system_prompt="Be brief.",
        temperature=0,
        top_p=0.9,
        top_k=40,
        max_new_tokens=64,
        seed=7,
        image_budget=560,
        thinking=True,
        look_up=True,
    )


def test_what_is_empty_is_left_to_the_checkpoint() -> None:
    assert read_knobs({"seed": None, "temperature": None, "system_prompt": None}) == Knobs()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 9),
        ("temperature", "hot"),
        ("top_p", 0),
        ("top_k", -1),
        ("max_new_tokens", 0),
        ("max_new_tokens", 10**9),
        ("seed", -1),
        ("seed", True),
        ("image_budget", 300),
    ],
)
def test_a_value_out_of_range_is_refused_with_its_name(name: str, value: object) -> None:
    with pytest.raises(TurnRefused, match=name.replace("_", " ").split()[0].capitalize() + "|image budget"):
        read_knobs({name: value})


def test_the_budgets_are_gemmas() -> None:
    assert tuple(BUDGETS) == (70, 140, 280, 560, 1120)
