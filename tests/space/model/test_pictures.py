"""Pictures say what they show, and are the same for the same seed."""

from random import Random

import numpy as np
import pytest

from space.model.pictures import (
    COLOURS,
    MOST_SHAPES,
    REGIONS,
    SHAPES,
    Picture,
    Shape,
    draw_chart,
    draw_placed,
    draw_shapes,
    draw_text,
)


def shapes(seed: int, *, count: int = 3, shape: Shape = "circle", colour: str = "red") -> Picture:
    return draw_shapes(Random(seed), width=240, height=200, count=count, shape=shape, colour=colour)


def test_the_same_seed_draws_the_same_picture() -> None:
    assert shapes(1).image.tobytes() == shapes(1).image.tobytes()
    assert shapes(1).image.tobytes() != shapes(2).image.tobytes()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [1, MOST_SHAPES])
def test_shapes_are_as_many_as_asked_and_do_not_touch(shape: Shape, count: int) -> None:
    marks = shapes(5, count=count, shape=shape).marks
    assert len(marks) == count
    for number, mark in enumerate(marks):
        assert mark.x - mark.reach_x / 2 > 0
        assert mark.x + mark.reach_x / 2 < 1
        for other in marks[:number]:
            apart = np.hypot((mark.x - other.x) * 240, (mark.y - other.y) * 200)
            assert apart > (mark.reach_x + other.reach_x) * 240


@pytest.mark.parametrize("colour", COLOURS)
def test_a_shape_has_its_colour(colour: str) -> None:
    picture = shapes(3, count=1, shape="square", colour=colour)
    mark = picture.marks[0]
    painted = picture.image.getpixel((round(mark.x * 240), round(mark.y * 200)))
    assert isinstance(painted, tuple)
    assert np.abs(np.array(painted) - COLOURS[colour]).max() < 45


@pytest.mark.parametrize("text", ["407", "EXIT"])
def test_a_printed_text_is_marked_glyph_by_glyph_from_the_left(text: str) -> None:
    picture = draw_text(Random(4), width=300, height=200, text=text, colour="black")
    assert picture.text == text
    assert [mark.order for mark in picture.marks] == list(range(len(text)))
    assert [mark.x for mark in picture.marks] == sorted(mark.x for mark in picture.marks)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("width", "height"), [(300, 300), (1000, 500), (160, 320)])
def test_a_placed_shape_is_where_it_is_said_to_be(region: str, width: int, height: int) -> None:
    for seed in range(5):
        (mark,) = draw_placed(
            Random(seed), width=width, height=height, region=region, shape="star", colour="blue"
        ).marks
        assert REGIONS[3 * int(3 * mark.y) + int(3 * mark.x)] == region
        assert mark.reach_x <= mark.x <= 1 - mark.reach_x
        assert mark.reach_y <= mark.y <= 1 - mark.reach_y


@pytest.mark.parametrize("seed", range(4))
def test_a_chart_is_full_of_glyphs_and_none_is_cut_off(seed: int) -> None:
    marks = draw_chart(Random(seed), width=528, height=288).marks
    assert len(marks) >= 6
    assert all(mark.label.isalnum() and mark.x + mark.reach_x <= 1.01 for mark in marks)
