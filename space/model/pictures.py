"""Draws the pictures the pocket learns from: shapes to count and to find, printed numbers and words, empty canvases.

Everything follows from the random source it is given. It knows nothing about questions or models.
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Shape = Literal["circle", "square", "triangle", "star"]
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "star")
COLOURS = {
    "red": (215, 35, 35),
    "green": (35, 155, 60),
    "blue": (40, 80, 220),
    "yellow": (245, 220, 40),
    "orange": (245, 135, 25),
    "purple": (140, 50, 180),
    "black": (18, 18, 18),
    "white": (248, 248, 248),
}
Paint = tuple[int, int, int]
MOST_SHAPES = 5
MOST_DIGITS = 3
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The ninths of a picture, row by row, as one says where something is.
REGIONS = ("top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom", "bottom right")
TILT = math.radians(15)  # how far left of straight up a shape's tip is looked for
# matplotlib carries these fonts, so the pictures are the same on every machine.
FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "STIXGeneralBol",
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where one thing is, as fractions of width and height: its centre and its half extents.

    `order` counts glyphs from the left; shapes have 0. `tip` is a shape's topmost point, looking a little to the
    left so that no shape has two: one point to count by, which looks the same on small and on large shapes.
    """

    x: float
    y: float
    reach_x: float
    reach_y: float
    label: str
    colour: str
    order: int = 0
    tip: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawn picture and the truth about it. All shapes of one picture have one kind and one colour."""

    image: Image.Image
    marks: tuple[Mark, ...]

    @property
    def count(self) -> int:
        return len(self.marks)

    @property
    def text(self) -> str:
        """The marks' labels in reading order: the printed number or word."""
        return "".join(mark.label for mark in self.marks)


def draw_shapes(random: Random, *, width: int, height: int, count: int, shape: Shape, colour: str) -> Picture:
    """`count` separate shapes of one kind and colour on a background that contrasts with them."""
    paint = _jitter(random, COLOURS[colour], 16)
    image = _background(random, width, height, (paint,))
    places = _places(random, width, height, count)
    marks = [_draw_shape(random, image, place, shape, colour, paint) for place in places]
    return Picture(image=_weather(random, image), marks=tuple(marks))


def draw_placed(random: Random, *, width: int, height: int, region: str, shape: Shape, colour: str) -> Picture:
    """One shape whose centre is well inside `region`, one of `REGIONS`."""
    paint = _jitter(random, COLOURS[colour], 16)
    image = _background(random, width, height, (paint,))
    row, column = divmod(REGIONS.index(region), 3)
    radius = min(width, height) * random.uniform(0.1, 0.2)
    place = _within(random, column, width, radius), _within(random, row, height, radius), radius
    mark = _draw_shape(random, image, place, shape, colour, paint)
    return Picture(image=_weather(random, image), marks=(mark,))


def _within(random: Random, third: int, length: int, radius: float) -> float:
    """A centre in one third of `length`, away from the next third, and the whole shape inside the picture."""
    margin = 0.08 * length
    first = max(radius, third * length / 3 + margin * (third > 0))
    last = min(length - radius, (third + 1) * length / 3 - margin * (third < 2))
    return random.uniform(first, max(first, last))


def draw_text(random: Random, *, width: int, height: int, text: str, colour: str) -> Picture:
    """A number or a word in capitals, printed on one line in one of several fonts, anywhere it fits."""
    paint = _jitter(random, COLOURS[colour], 16)
    image = _background(random, width, height, (paint,))
    name = random.choice(FONTS)
    largest = min(92 * width / _font(name, 100).getlength(text), 0.8 * height)
    smallest = min(largest, 0.24 * math.sqrt(width * height))
    font = _font(name, max(8, round(random.uniform(smallest, largest))))
    left, top, right, bottom = font.getbbox(text)
    x = random.uniform(0, max(0, width - (right - left))) - left
    y = random.uniform(0, max(0, height - (bottom - top))) - top
    marks = _draw_text(image, (x, y), font, text, colour, paint)
    return Picture(image=_weather(random, image), marks=tuple(marks))


def draw_collage(random: Random, *, width: int, height: int) -> Picture:
    """Up to eight shapes, digits and letters of all kinds and colours, most of them as large as a soft token."""
    names = random.sample(list(COLOURS), 3)
    paints = {name: _jitter(random, COLOURS[name], 16) for name in names}
    image = _background(random, width, height, tuple(paints.values()))
    marks: list[Mark] = []
    for place in _places(random, width, height, random.randint(3, 8)):
        colour = random.choice(names)
        if random.random() < 0.4:
            marks.append(_draw_shape(random, image, place, random.choice(SHAPES), colour, paints[colour]))
            continue
        x, y, radius = place
        text = _glyphs(random, random.choice((1, 1, 2)))
        name = random.choice(FONTS)
        font = _font(name, max(8, round(min(1.6 * radius, 190 * radius / _font(name, 100).getlength(text)))))
        left, top, right, bottom = font.getbbox(text)
        corner = (x - (left + right) / 2, y - (top + bottom) / 2)
        marks.extend(_draw_text(image, corner, font, text, colour, paints[colour]))
    return Picture(image=_weather(random, image), marks=tuple(marks))


def draw_chart(random: Random, *, width: int, height: int) -> Picture:
    """Rows of digits and letters in many fonts and sizes, like an oculist's chart, as many as there is room for."""
    paints = {name: _jitter(random, COLOURS[name], 16) for name in random.sample(list(COLOURS), 2)}
    image = _background(random, width, height, tuple(paints.values()))
    unit = math.sqrt(width * height)
    marks: list[Mark] = []
    y = 0.0
    while (size := min(0.9 * height, unit * random.uniform(0.15, 0.36))) + y <= height:
        font = _font(random.choice(FONTS), max(8, round(size)))
        x = random.uniform(0, 0.5 * size)
        while True:
            text = _glyphs(random, random.choice((1, 1, 2, 3)))
            while text and x + font.getlength(text) > width:
                text = text[:-1]
            if not text:
                break
            colour = random.choice(list(paints))
            marks.extend(_draw_text(image, (x, y - font.getbbox(text)[1]), font, text, colour, paints[colour]))
            x += font.getlength(text) + size * random.uniform(0.3, 0.8)
        y += size * random.uniform(0.8, 1.0)
    return Picture(image=_weather(random, image), marks=tuple(marks))


def _glyphs(random: Random, count: int) -> str:
    """Digits mostly, otherwise capitals: a number is asked about more often than a word."""
    alphabet = random.choice(("0123456789", "0123456789", CAPITALS))
    return "".join(random.choice(alphabet) for _ in range(count))


def _draw_shape(
    random: Random, image: Image.Image, place: tuple[float, float, float], shape: Shape, colour: str, paint: Paint
) -> Mark:
    x, y, radius = place
    width, height = image.size
    corners = [(x + radius * u, y + radius * v) for u, v in _outline(shape, random.uniform(-0.22, 0.22))]
    ImageDraw.Draw(image).polygon(corners, fill=paint)
    tip = max(corners, key=lambda corner: -math.sin(TILT) * corner[0] - math.cos(TILT) * corner[1])
    return Mark(
        x=x / width,
        y=y / height,
        reach_x=radius / width,
        reach_y=radius / height,
        label=shape,
        colour=colour,
        tip=(tip[0] / width, tip[1] / height),
    )


def _draw_text(
    image: Image.Image,
    corner: tuple[float, float],
    font: ImageFont.FreeTypeFont,
    text: str,
    colour: str,
    paint: Paint,
) -> list[Mark]:
    width, height = image.size
    ImageDraw.Draw(image).text(corner, text, font=font, fill=paint)
    _, top, _, bottom = font.getbbox(text)
    marks = []
    for order, glyph in enumerate(text):
        half = font.getlength(glyph) / 2
        marks.append(
            Mark(
                x=(corner[0] + font.getlength(text[:order]) + half) / width,
                y=(corner[1] + (top + bottom) / 2) / height,
                reach_x=half / width,
                reach_y=(bottom - top) / 2 / height,
                label=glyph,
                colour=colour,
                order=order,
            )
        )
    return marks


def draw_nothing(random: Random, *, width: int, height: int) -> Picture:
    """A background without anything on it."""
    return Picture(image=_weather(random, _background(random, width, height, ())), marks=())


def _places(random: Random, width: int, height: int, count: int) -> list[tuple[float, float, float]]:
    """Centres and radii of circles that do not touch, as large as luck allows."""
    unit = math.sqrt(width * height)
    largest = min(0.45 * min(width, height), unit * (0.4 if count == 1 else 0.36 / math.sqrt(count)))
    smallest = min(0.08 * unit, largest)
    while True:
        placed: list[tuple[float, float, float]] = []
        for _ in range(60 * count):
            radius = random.uniform(smallest, largest)
            x, y = random.uniform(radius, width - radius), random.uniform(radius, height - radius)
            if all(math.hypot(x - a, y - b) > radius + other + 0.03 * unit for a, b, other in placed):
                placed.append((x, y, radius))
                if len(placed) == count:
                    return placed
        largest = max(smallest, largest * 0.8)


def _outline(shape: Shape, turn: float) -> list[tuple[float, float]]:
    """Corners of a polygon inside the unit circle, turned by `turn` radians."""
    points = {"circle": 90, "square": 4, "triangle": 3, "star": 10}[shape]
    first = math.pi / 4 if shape == "square" else 0.0
    corners = []
    for step in range(points):
        reach = 0.42 if shape == "star" and step % 2 else 1.0
        angle = first + 2 * math.pi * step / points + turn
        corners.append((reach * math.sin(angle), -reach * math.cos(angle)))
    return corners


def _background(random: Random, width: int, height: int, paints: tuple[Paint, ...]) -> Image.Image:
    tone = _contrasting(random, paints)
    if random.random() < 0.7:
        return Image.new("RGB", (width, height), tone)
    other = _jitter(random, tone, 30)
    ramp = Image.linear_gradient("L").rotate(random.choice((0, 90, 180, 270))).resize((width, height))
    return Image.composite(Image.new("RGB", (width, height), tone), Image.new("RGB", (width, height), other), ramp)


def _contrasting(random: Random, paints: tuple[Paint, ...]) -> Paint:
    while True:
        kind = random.random()
        if kind < 0.45:
            tone = tuple(random.randint(205, 255) for _ in range(3))
        elif kind < 0.65:
            tone = tuple(random.randint(0, 60) for _ in range(3))
        elif kind < 0.85:
            grey = random.randint(70, 200)
            tone = tuple(min(255, grey + random.randint(0, 18)) for _ in range(3))
        else:
            tone = tuple(random.randint(0, 255) for _ in range(3))
        if all(math.dist(tone, paint) > 110 for paint in paints):
            return tone[0], tone[1], tone[2]


def _weather(random: Random, image: Image.Image) -> Image.Image:
    """Blur and noise of a camera or a bad file, on some pictures."""
    if random.random() < 0.25:
        image = image.filter(
            ImageFilter.GaussianBlur(random.uniform(0.4, 0.004 * math.sqrt(image.width * image.height)))
        )
    if random.random() < 0.3:
        strength = random.uniform(2, 9)
        pixels = np.asarray(image, dtype=np.float32) + strength * _noise(random, image.height, image.width)
        image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return image


def _noise(random: Random, height: int, width: int) -> np.ndarray:
    """A piece of a fixed sheet of Gaussian noise: drawing fresh noise would cost more than the picture."""
    sheet = _noise_sheet()
    top, left = random.randrange(256), random.randrange(256)
    rows, columns = -(-(top + height) // 1024), -(-(left + width) // 1024)
    return np.tile(sheet, (rows, columns, 1))[top : top + height, left : left + width]


@cache
def _noise_sheet() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((1024, 1024, 3), dtype=np.float32)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf", size)


def _jitter(random: Random, tone: Paint, most: int) -> Paint:
    red, green, blue = (min(255, max(0, value + random.randint(-most, most))) for value in tone)
    return red, green, blue
