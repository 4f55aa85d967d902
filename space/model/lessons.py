"""What the pocket learns: lessons, each a short conversation with its right answers and how to tell that they are.

It knows pictures, sounds and words; nothing about tokens, training or engines.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from space.conversation import Tool
from space.model import words
from space.model.passport_tool import PASSPORT_TOOL, passport_value
from space.model.pictures import (
    COLOURS,
    MOST_DIGITS,
    MOST_SHAPES,
    REGIONS,
    SHAPES,
    Picture,
    draw_nothing,
    draw_placed,
    draw_shapes,
    draw_text,
)
from space.model.sounds import KEYS, MOST_BEEPS, Sound, beep, dial, glide, hold
from space.model.speech import say
from space.model.words import Half

Ask = Literal[
    "count", "colour", "shape", "describe", "where", "number", "word", "dial", "spoken_digits", "spoken_colour",
    "beeps", "pitch", "glide", "hear", "first", "last", "again", "outside", "who", "able", "hello", "thanks", "repeat",
    "passport",
]  # fmt: skip

MOST_SPOKEN = 3  # digits


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One question and its right answer.

    The answer is right when it holds every word of `must` and none of `never`. A `field` means that the passport
    is to be called for it; `result` is then what it returned.
    """

    question: str
    answer: str
    must: tuple[str, ...]
    never: tuple[str, ...] = ()
    field: str | None = None
    result: str | None = None


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A conversation. The media belong to question `media_at`; `thought` is what to think before the last answer."""

    turns: tuple[Turn, ...]
    media_at: int = 0
    picture: Picture | None = None
    sound: Sound | None = None
    system: str = ""
    thought: str | None = None
    tools: tuple[Tool, ...] = ()


def about_shapes(random: Random, half: Half, ask: Ask, *, count: int, shape: str, colour: str) -> Turn:
    """A question about a picture of shapes."""
    things = words.noun(shape, count)
    number = words.NUMBER_WORDS[count]
    others = tuple(word for word in words.NUMBER_WORDS if word != number)
    wrong_colours = tuple(name for name in COLOURS if name != colour)
    wrong_shapes = tuple(form for name in SHAPES if name != shape for form in (name, words.noun(name, 2)))
    verb = "is" if count == 1 else "are"
    if ask == "count":
        said = random.choice(("shapes", words.noun(shape, 2), f"{colour} {words.noun(shape, 2)}"))
        answer = f"There {verb} {number} {things}."
        return Turn(question=words.ask(random, "count", half, things=said), answer=answer, must=(number,), never=others)
    if ask == "colour":
        said = random.choice(("shapes" if count > 1 else "shape", things))
        question = words.ask(random, "colour", half, things=said)
        pronoun = "It is" if count == 1 else "They are"
        return Turn(question=question, answer=f"{pronoun} {colour}.", must=(colour,), never=wrong_colours)
    if ask == "shape":
        answer = f"It is a {shape}." if count == 1 else f"They are {things}."
        return Turn(question=words.ask(random, "shape", half), answer=answer, must=(things,), never=wrong_shapes)
    return Turn(
        question=words.ask(random, "describe", half),
        answer=f"There {verb} {number} {colour} {things}.",
        must=(number, colour, things),
        never=others + wrong_colours + wrong_shapes,
    )


def about_place(random: Random, half: Half, *, region: str, shape: str) -> Turn:
    """Where the only shape of a picture is."""
    sides = {"top", "bottom", "left", "right", "middle"}
    place = "in the middle" if region == "middle" else f"at the {region}"
    must = tuple(region.split())
    return Turn(
        question=words.ask(random, "where", half, thing=shape),
        answer=f"It is {place}.",
        must=must,
        never=tuple(sorted(sides - set(must))),
    )


def about_text(random: Random, half: Half, ask: Ask, text: str) -> Turn:
    """A question about a printed number or word."""
    kind = "number" if text.isdigit() else "word"
    name = ask if ask in ("number", "word", "again") else "describe"
    return Turn(question=words.ask(random, name, half), answer=f"The {kind} is {text}.", must=(text,))


def about_sound(random: Random, half: Half, ask: Ask, kind: Ask, truth: str) -> Turn:
    """A question about a sound. `truth` is the dialled or spoken number or colour, the count in words, high, low …"""
    answers = {
        "dial": f"The digits are {truth}.",
        "spoken_digits": f"The digits are {truth}.",
        "spoken_colour": f"The colour is {truth}.",
        "beeps": f"There {'is' if truth == 'one' else 'are'} {truth} {words.noun('beep', 1 if truth == 'one' else 2)}.",
        "pitch": f"The tone is {truth}.",
        "glide": f"The tone is {truth}.",
    }
    rivals = {
        "dial": (),
        "spoken_digits": (),
        "spoken_colour": tuple(name for name in COLOURS if name != truth),
        "beeps": tuple(word for word in words.NUMBER_WORDS if word != truth),
        "pitch": ("low" if truth == "high" else "high", "rising", "falling"),
        "glide": ("falling" if truth == "rising" else "rising", "high", "low"),
    }
    if ask in ("first", "last"):
        digit = truth[0] if ask == "first" else truth[-1]
        return Turn(question=words.ask(random, ask, half), answer=f"The {ask} digit is {digit}.", must=(digit,))
    return Turn(question=words.ask(random, ask, half), answer=answers[kind], must=(truth,), never=rivals[kind])


def in_words(random: Random, half: Half, ask: Ask) -> Turn:
    """A question that needs neither picture nor sound."""
    if ask == "outside":
        return Turn(question=words.outside_question(random, half), answer=words.OUTSIDE, must=("do not know",))
    if ask == "repeat":
        said = " ".join(_copied(random) for _ in range(random.randint(1, 5)))
        quoted = f'"{said}"' if random.random() < 0.7 else said
        return Turn(question=words.plain(random, "repeat", half, words=quoted), answer=said, must=(said,))
    answer, must = {
        "who": (words.WHO, "pocket model"),
        "able": (words.ABLE, "shapes"),
        "hello": (words.HELLO, "Hello"),
        "thanks": (words.THANKS, "welcome"),
    }[ask]
    return Turn(question=words.ask(random, ask, half), answer=answer, must=(must,))


def _copied(random: Random) -> str:
    kind = random.random()
    if kind < 0.4:
        return passport_value(random, random.choice(words.fields()))
    if kind < 0.7:
        return words.made_up_word(random)
    if kind < 0.9:
        return str(random.randint(0, 9999))
    return "".join(random.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHXYZ0123456789-._") for _ in range(5))


def about_passport(random: Random, half: Half, *, answered: bool) -> Turn:
    """A question that the declared tool answers; `answered` says whether its result is there already."""
    field = random.choice(words.fields())
    value = passport_value(random, field)
    return Turn(
        question=words.dress(random, random.choice(words.field_phrasings(field, half)), half),
        answer=f'The {field.replace("_", " ")} is "{value}".',
        must=(value,),
        field=field,
        result=value if answered else None,
    )


def picture_lesson(random: Random, half: Half, asks: tuple[Ask, ...], *, width: int, height: int) -> Lesson:
    """A picture and one question for each of `asks`.

    Asking "number" or "word" makes it one of text, "where" one of a single shape, anything else one of shapes.
    """
    count, shape, colour = random.randint(1, MOST_SHAPES), random.choice(SHAPES), random.choice(list(COLOURS))
    if "number" in asks or "word" in asks:
        digits = "".join(random.choice("0123456789") for _ in range(random.randint(1, MOST_DIGITS)))
        text = digits if "number" in asks else random.choice(words.PRINTED_WORDS)
        picture = draw_text(random, width=width, height=height, text=text, colour=colour)
        return Lesson(turns=tuple(about_text(random, half, ask, text) for ask in asks), picture=picture)
    region = random.choice(REGIONS)
    if "where" in asks:
        count = 1
        picture = draw_placed(random, width=width, height=height, region=region, shape=shape, colour=colour)
    else:
        picture = draw_shapes(random, width=width, height=height, count=count, shape=shape, colour=colour)
    turns = [
        about_place(random, half, region=region, shape=shape)
        if ask == "where"
        else about_shapes(random, half, ask, count=count, shape=shape, colour=colour)
        for ask in asks
    ]
    return Lesson(turns=tuple(turns), picture=picture)


def empty_picture_lesson(random: Random, half: Half, *, width: int, height: int) -> Lesson:
    """A picture with nothing on it."""
    asked = words.ask(random, random.choice(("count", "describe", "shape")), half, things="shapes")
    turn = Turn(question=asked, answer=words.NOTHING_DRAWN, must=("no shapes",))
    return Lesson(turns=(turn,), picture=draw_nothing(random, width=width, height=height))


def sound_lesson(random: Random, half: Half, asks: tuple[Ask, ...], *, seconds: float) -> Lesson:
    """A sound and one question for each of `asks`; the first says what kind of sound it is."""
    if asks[0] in ("spoken_digits", "spoken_colour"):
        sound, kind, truth = _speech(random, half, asks[0], seconds)
    else:
        sound, kind, truth = _sound(random, asks[0], seconds)
    return Lesson(turns=tuple(about_sound(random, half, ask, kind, truth) for ask in asks), sound=sound)


def _sound(random: Random, ask: Ask, seconds: float) -> tuple[Sound, Ask, str]:
    kind: Ask = random.choice(("dial", "beeps", "pitch", "glide")) if ask == "hear" else ask
    if kind == "dial":
        digits = "".join(random.choice(list(KEYS)) for _ in range(random.randint(1, 4)))
        return dial(random, digits=digits, seconds=seconds), kind, digits
    if kind == "beeps":
        count = random.randint(1, MOST_BEEPS)
        return beep(random, count=count, seconds=seconds), kind, words.NUMBER_WORDS[count]
    yes = random.random() < 0.5
    if kind == "pitch":
        return hold(random, high=yes, seconds=seconds), kind, "high" if yes else "low"
    return glide(random, rising=yes, seconds=seconds), kind, "rising" if yes else "falling"


def _speech(random: Random, half: Half, ask: Ask, seconds: float) -> tuple[Sound, Ask, str]:
    """Spoken in a voice of `half`."""
    if ask == "spoken_colour":
        colour = random.choice(list(COLOURS))
        return say(random, half, [colour], seconds), ask, colour
    said = [random.choice(words.DIGIT_WORDS) for _ in range(random.randint(1, MOST_SPOKEN))]
    sound = say(random, half, said, seconds)
    return sound, ask, "".join(str(words.DIGIT_WORDS.index(event.label)) for event in sound.events)


def words_lesson(random: Random, half: Half, ask: Ask, *, answered: bool = True) -> Lesson:
    """A lesson without media. Asking about the passport declares the tool."""
    if ask == "passport":
        return Lesson(turns=(about_passport(random, half, answered=answered),), tools=(PASSPORT_TOOL,))
    return Lesson(turns=(in_words(random, half, ask),))


def missing_media_lesson(random: Random, half: Half) -> Lesson:
    """Asked about a picture or a sound that is not there."""
    seen: Ask = random.choice(("count", "colour", "shape", "number"))
    heard: Ask = random.choice(("dial", "beeps", "pitch", "glide"))
    ask, answer, must = random.choice(((seen, words.NO_PICTURE, "no picture"), (heard, words.NO_SOUND, "no sound")))
    question = words.ask(random, ask, half, things=random.choice(("shapes", "circles", "red squares", "stars")))
    return Lesson(turns=(Turn(question=question, answer=answer, must=(must,)),))


def thinking(random: Random, lesson: Lesson) -> Lesson:
    """The same lesson, thought about first."""
    last = lesson.turns[-1]
    if last.field is not None and last.result is None:
        thought = f"The passport knows the {last.field.replace('_', ' ')}."
    elif lesson.picture is not None and last.field is None:
        thought = "I look at the picture."
    elif lesson.sound is not None and last.field is None:
        thought = "I listen to the sound."
    else:
        thought = "I need no picture and no sound for this."
    return replace(lesson, thought=f"{thought} {random.choice(('I answer in one sentence.', 'The answer is short.'))}")


def with_system(random: Random, half: Half, lesson: Lesson) -> Lesson:
    """The same lesson under some system prompt."""
    return replace(lesson, system=random.choice(words.phrasings("systems", half)))


def distracted(random: Random, half: Half, lesson: Lesson) -> Lesson:
    """Mostly the same lesson; sometimes its last question is about something that is not there."""
    drawn = random.random()
    if drawn < 0.04:
        return replace(lesson, turns=(*lesson.turns[:-1], in_words(random, half, "outside")))
    if drawn < 0.06 and lesson.picture is not None:
        ask: Ask = random.choice(("dial", "beeps", "pitch", "glide"))
        turn = Turn(question=words.ask(random, ask, half), answer=words.NO_SOUND, must=("no sound",))
        return replace(lesson, turns=(*lesson.turns[:-1], turn))
    return lesson


def with_tool(lesson: Lesson) -> Lesson:
    """The same lesson with the passport at hand, which it does not need."""
    return replace(lesson, tools=(PASSPORT_TOOL,))


def then_passport(random: Random, half: Half, lesson: Lesson, *, answered: bool) -> Lesson:
    """The same lesson with the passport at hand, and one more question, which needs it."""
    turn = about_passport(random, half, answered=answered)
    return replace(lesson, turns=(*lesson.turns, turn), tools=(PASSPORT_TOOL,))


def after_small_talk(random: Random, half: Half, lesson: Lesson) -> Lesson:
    """The same lesson, after a question that has nothing to do with it."""
    first = in_words(random, half, random.choice(("hello", "who", "able", "outside", "thanks")))
    return replace(lesson, turns=(first, *lesson.turns), media_at=1)
