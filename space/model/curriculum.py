"""Which lessons each training step sees. Every step draws from its own seed, so a run can stop and go on anywhere.

It knows proportions; nothing about tensors or gradients.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from space.model import lessons
from space.model.encoding import CELL, fitted_grid
from space.model.lessons import Ask, Lesson, Turn, about_shapes
from space.model.passport_tool import PASSPORT_TOOL
from space.model.pictures import COLOURS, MOST_SHAPES, SHAPES, draw_chart, draw_collage, draw_shapes
from space.model.words import NUMBER_WORDS

# Shares of steps: first much to see without a word, for the eyes; then pictures with questions.
EYES_UNTIL = 0.32
KINDS_BEFORE = {"collage": 0.38, "picture": 0.16, "sound": 0.14, "speech": 0.14, "words": 0.18}
KINDS_AFTER = {"collage": 0.14, "picture": 0.54, "sound": 0.1, "speech": 0.1, "words": 0.12}
# Of collages. What takes longest to see is which glyph is which.
COLLAGES = {"chart": 0.4, "mixture": 0.3, "shapes": 0.3}
# At first every picture takes 70 soft tokens; larger budgets, up to 16 times as dear, join late in smaller batches.
LARGE_BUDGETS_FROM = 0.35
# budget: (share of picture steps, divisor of the batch)
LARGE_BUDGETS = {140: (0.06, 2), 280: (0.4, 4), 560: (0.05, 8), 1120: (0.02, 12)}
TOOL_SHARE = 0.45  # of the steps in words
TOOL_BESIDE_MEDIA = 0.06  # of the steps with pictures or sounds; half of these lessons end with a question for it
THOUGHT_SHARE = 0.18
SHAPE_ASKS: tuple[Ask, ...] = ("count", "count", "count", "colour", "shape", "describe")
ASKS_ABOUT_TEXT: dict[str, tuple[Ask, ...]] = {
    "number": ("number", "again", "number"),
    "word": ("word", "again", "word"),
}
ASKS_ABOUT_PLACES: tuple[Ask, ...] = ("where", "where", "colour", "shape")


@dataclass(frozen=True, kw_only=True)
class Lecture:
    """The lessons of one step, all of one kind. `grid` is rows and columns of image cells.

    Lessons without turns are pictures to look at only.
    """

    lessons: tuple[Lesson, ...]
    grid: tuple[int, int] | None = None


def lecture(seed: int, step: int, worker: int, *, progress: float, batch: int) -> Lecture:
    """What one worker learns at one step; `progress` runs from 0 to 1. All workers of a step get one kind."""
    shared = Random(f"{seed} {step}")
    random = Random(f"{seed} {step} {worker}")
    kinds = KINDS_BEFORE if progress < EYES_UNTIL else KINDS_AFTER
    kind = shared.choices(list(kinds), list(kinds.values()))[0]
    if kind == "words":
        # Lessons with the tool's long declaration go together: a batch is as long as its longest lesson.
        make = _called if shared.random() < TOOL_SHARE else _words
        return Lecture(lessons=tuple(make(random) for _ in range(batch)))
    if kind in ("sound", "speech"):
        seconds = round(shared.uniform(0.9, 3.4), 2)
        heard, tools = _heard if kind == "sound" else _spoken_to, shared.random() < TOOL_BESIDE_MEDIA
        return Lecture(lessons=tuple(heard(random, seconds, tools) for _ in range(batch)))
    budget, divisor = _budget(shared, progress)
    width, height = _sides(shared, budget)
    grid = fitted_grid(width, height, budget)
    if kind == "collage":
        return Lecture(lessons=tuple(_collage(random, grid) for _ in range(max(1, batch // divisor))), grid=grid)
    tools, turns = shared.random() < TOOL_BESIDE_MEDIA, shared.choice((1, 2, 2, 3))
    seen = tuple(_seen(random, width, height, grid, budget, turns, tools) for _ in range(max(1, batch // divisor)))
    return Lecture(lessons=seen, grid=grid)


def _budget(random: Random, progress: float) -> tuple[int, int]:
    drawn = random.random()
    if progress >= LARGE_BUDGETS_FROM:
        for budget, (share, divisor) in LARGE_BUDGETS.items():
            if drawn < share:
                return budget, divisor
            drawn -= share
    return 70, 1


def _sides(random: Random, budget: int) -> tuple[int, int]:
    """A size whose shape is up to twice as wide as tall, or as tall as wide, and which fills the budget."""
    aspect = math.exp(random.uniform(-0.7, 0.7)) if random.random() < 0.7 else 1.0
    side = CELL * math.sqrt(budget)
    return round(side * math.sqrt(aspect)), round(side / math.sqrt(aspect))


def _seen(
    random: Random, width: int, height: int, grid: tuple[int, int], budget: int, turns: int, tools: bool
) -> Lesson:
    if random.random() < 0.5:
        width, height = grid[1] * CELL, grid[0] * CELL
    else:
        scale = math.exp(random.uniform(-1.1, 0.4)) * (1 if budget == 70 else 0.6)
        smaller = max(64, round(width * scale)), max(64, round(height * scale))
        if fitted_grid(*smaller, budget) == grid:
            width, height = smaller
    drawn = random.random()
    if drawn < 0.03:
        return _framed(random, lessons.empty_picture_lesson(random, "train", width=width, height=height))
    if drawn < 0.43:
        asks = ASKS_ABOUT_TEXT["number" if drawn < 0.31 else "word"][:turns]
    elif drawn < 0.56:
        asks = tuple(random.sample(ASKS_ABOUT_PLACES, turns))
    else:
        asks = tuple(random.sample(SHAPE_ASKS, turns))
    lesson = lessons.picture_lesson(random, "train", asks, width=width, height=height)
    return _framed(random, _turned(random, lesson, tools))


def _turned(random: Random, lesson: Lesson, tools: bool) -> Lesson:
    """Some lessons end with a question about something else; the passport answers it where it is at hand."""
    if tools and random.random() < 0.5:
        return lessons.then_passport(random, "train", lesson, answered=random.random() < 0.5)
    lesson = lessons.distracted(random, "train", lesson)
    return lessons.with_tool(lesson) if tools else lesson


def _collage(random: Random, grid: tuple[int, int]) -> Lesson:
    """A picture without a question."""
    kind = random.choices(list(COLLAGES), list(COLLAGES.values()))[0]
    size = {"width": grid[1] * CELL, "height": grid[0] * CELL}
    if kind == "shapes":
        count, shape, colour = random.randint(1, MOST_SHAPES), random.choice(SHAPES), random.choice(list(COLOURS))
        picture = draw_shapes(random, **size, count=count, shape=shape, colour=colour)
    else:
        picture = (draw_chart if kind == "chart" else draw_collage)(random, **size)
    return Lesson(turns=(), picture=picture)


def _heard(random: Random, seconds: float, tools: bool) -> Lesson:
    first: Ask = random.choices(("dial", "beeps", "pitch", "glide", "hear"), (28, 46, 6, 12, 8))[0]
    follow_ups: tuple[Ask, ...] = ("first", "last", "again", "dial") if first == "dial" else ("again", first)
    asks = (first, *random.sample(follow_ups, random.choice((0, 0, 1, 1, 2))))
    lesson = lessons.sound_lesson(random, "train", asks, seconds=seconds)
    return _framed(random, _turned(random, lesson, tools))


def _spoken_to(random: Random, seconds: float, tools: bool) -> Lesson:
    first: Ask = "spoken_digits" if random.random() < 0.72 else "spoken_colour"
    follow_ups: tuple[Ask, ...] = ("again", "first", "last") if first == "spoken_digits" else ("again", first)
    asks = (first, *random.sample(follow_ups, random.choice((0, 0, 1, 1, 2))))
    lesson = lessons.sound_lesson(random, "train", asks, seconds=max(seconds, 1.2))
    return _framed(random, _turned(random, lesson, tools))


def _words(random: Random) -> Lesson:
    if random.random() < 0.12:
        return _framed(random, lessons.missing_media_lesson(random, "train"))
    ask: Ask = random.choices(("outside", "repeat", "who", "able", "hello", "thanks"), (28, 48, 9, 8, 4, 3))[0]
    return _framed(random, lessons.words_lesson(random, "train", ask))


def _called(random: Random) -> Lesson:
    """The tool is at hand; mostly it is needed."""
    if random.random() < 0.12:
        return lessons.with_tool(_words(random))
    return _framed(random, lessons.words_lesson(random, "train", "passport", answered=random.random() < 0.8))


def _framed(random: Random, lesson: Lesson) -> Lesson:
    """Some lessons come after small talk, some under a system prompt, some are thought about."""
    if random.random() < 0.07 and not lesson.tools:
        lesson = lessons.after_small_talk(random, "train", lesson)
    if random.random() < 0.12:
        lesson = lessons.with_system(random, "train", lesson)
    return lessons.thinking(random, lesson) if random.random() < THOUGHT_SHARE else lesson


def texts(seed: int, count: int) -> Iterator[str]:
    """Questions and answers of every kind, for learning the tokenizer; nothing is drawn or played for them."""
    random = Random(f"{seed} texts")
    for number in range(count):
        for turn in _spoken(random, number % 4):
            yield turn.question
            yield turn.answer
            if turn.field is not None:
                # The words of the tool protocol, as the chat template writes them around its special tokens.
                yield f"call:get_passport{{field:\n{turn.field}\n}}"
                yield "response:get_passport{value:\ndeclaration:get_passport{description:\nparameters:{type:\nOBJECT\n"
                yield "properties:{field:{type:\nSTRING\n,enum:[\nrequired:[\n"
                yield PASSPORT_TOOL.description
                yield "thought\nsystem\nuser\nmodel\n"


def _spoken(random: Random, kind: int) -> tuple[Turn, ...]:
    if kind == 0:
        count, shape, colour = random.randint(1, MOST_SHAPES), random.choice(SHAPES), random.choice(list(COLOURS))
        asks: tuple[Ask, ...] = ("count", "colour", "shape", "describe")
        return tuple(about_shapes(random, "train", ask, count=count, shape=shape, colour=colour) for ask in asks)
    if kind == 1:
        heard: dict[Ask, str] = {
            "dial": "0123",
            "beeps": random.choice(NUMBER_WORDS[1:]),
            "pitch": random.choice(("high", "low")),
            "glide": random.choice(("rising", "falling")),
        }
        return tuple(lessons.about_sound(random, "train", ask, ask, truth) for ask, truth in heard.items())
    if kind == 2:
        return _called(random).turns
    return _words(random).turns
