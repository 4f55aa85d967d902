from urllib.parse import parse_qsl, urlsplit

import pytest

from registry.gpus import gpu_named
from registry.vram import available_bytes
from space.ui.pages.criteria import PAGE, Criteria

L4 = "NVIDIA L4 24 GB"


def test_an_address_asks_for_what_it_was_made_of() -> None:
    asked = Criteria(
        words="gemma & audio", modality="audio", licence="Apache-2.0", scheme="W4A16", size="4 to 8 GB", fits=L4,
        order="size", page=3,
    )  # fmt: skip
    assert Criteria.of(dict(parse_qsl(urlsplit(asked.link).query))) == asked


@pytest.mark.parametrize(
    "given",
    [{"page": "0"}, {"page": "-1"}, {"page": "²"}, {"page": "9" * 400}, {"size": "huge"}, {"order": "; drop"},
     {"fits": "a card nobody has"}],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_asks_for_nothing(given: dict[str, str]) -> None:
    assert Criteria.of(given) == Criteria()


def test_a_card_asks_for_room_and_leaves_out_what_is_not_run_there() -> None:
    card, old = gpu_named("L4"), gpu_named("T4")
    assert card is not None
    assert old is not None
    asked = Criteria(fits=card.name, size="under 1 GB").query
    assert (asked.room, asked.size_at_most, asked.not_run) == (available_bytes(card), 10**9, ())
    assert Criteria(fits=old.name).query.not_run == ("Gemma4",)


def test_pages_follow_each_other() -> None:
    assert [Criteria(page=page).query.offset for page in (1, 2, 3)] == [0, PAGE, 2 * PAGE]
