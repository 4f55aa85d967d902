"""Hints tell soft tokens the truth about what is in them, and attention heads where a copied word stands."""

from random import Random

import pytest
import torch

from space.model.hints import LABELS, MOST_COUNTED, TONES, Hints, _cells, _instants, _sources
from space.model.pictures import REGIONS, draw_collage, draw_placed, draw_shapes, draw_text
from space.model.sounds import dial, glide


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_shares_of_tips_sum_to_the_count(count: int) -> None:
    picture = draw_shapes(Random(count), width=384, height=384, count=count, shape="star", colour="red")
    tip, inside, label, *_ = _cells(picture, (8, 8))
    assert tip.sum() == pytest.approx(count, abs=0.01)
    assert {LABELS[kind] for kind in label[inside > 0].tolist()} == {"star"}


def test_every_cell_is_asked_how_many_shapes_there_are() -> None:
    picture = draw_shapes(Random(3), width=384, height=384, count=3, shape="circle", colour="blue")
    losses = []
    for count in range(MOST_COUNTED + 1):
        hints = Hints(4)
        with torch.no_grad():
            for parameter in hints.parameters():
                parameter.zero_()
            hints.sight.bias[count - MOST_COUNTED - 1] = 10
            losses.append(hints.seen(torch.zeros(1, 64, 4), [picture], (8, 8)).item())
    assert losses.index(min(losses)) == 3


def test_the_cells_of_a_number_hold_its_digits_in_order() -> None:
    picture = draw_text(Random(1), width=384, height=384, text="407", colour="black")
    tip, inside, label, _, order, _ = _cells(picture, (8, 8))
    assert tip.sum() == 0
    read = {
        place: LABELS[kind] for place, kind in zip(order[inside > 0].tolist(), label[inside > 0].tolist(), strict=True)
    }
    assert read == {0: "4", 1: "0", 2: "7"}


@pytest.mark.parametrize("region", REGIONS)
def test_cells_of_a_shape_are_in_its_ninth_of_the_picture(region: str) -> None:
    picture = draw_placed(Random(6), width=384, height=384, region=region, shape="circle", colour="red")
    _, inside, _, _, _, ninth = _cells(picture, (8, 8))
    middle = inside.nonzero().flatten()[len(inside.nonzero()) // 2]
    assert REGIONS[ninth[middle]] == region


def test_a_collage_marks_everything_on_it() -> None:
    picture = draw_collage(Random(2), width=384, height=384)
    assert len(picture.marks) >= 3
    assert {mark.label for mark in picture.marks} <= set(LABELS)


def test_the_tones_of_a_sound_are_on_at_their_times() -> None:
    sound = dial(Random(3), digits="58", seconds=2.0)
    middle, label, _, _ = _instants(sound, 50)
    heard = [TONES[tone] for tone in torch.unique_consecutive(label).tolist()]
    assert heard == ["", "5", "", "8", ""]
    assert middle.sum() == pytest.approx(2, abs=0.01)


def test_a_rising_tone_rises() -> None:
    sound = glide(Random(4), rising=True, seconds=1.5)
    _, label, _, pitch = _instants(sound, 37)
    on = label == TONES.index("rising")
    assert on.any()
    assert (pitch[on].diff() > 0).all()


def test_the_source_of_a_copied_token_follows_the_same_past() -> None:
    ids = torch.tensor([10, 5, 6, 7, 6, 8, 20, 5, 6, 7, 6, 8])
    labels = torch.tensor([-100] * 7 + [5, 6, 7, 6, 8])
    # After the second "5 6" comes 7, which stands at 3; after "7 6" comes 8, at 5.
    assert _sources(0, ids, labels) == [(0, 7, 2), (0, 8, 3), (0, 9, 4), (0, 10, 5)]
