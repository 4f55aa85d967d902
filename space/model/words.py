"""What is asked and answered in words: the phrasings of `phrasings.json` and the pocket's own sentences.

Every list of phrasings has two halves that share no sentence: one is trained on, the other only measured.
It knows no picture, no sound and no model.
"""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

Half = Literal["train", "held_out"]
NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six")
DIGIT_WORDS = (*NUMBER_WORDS, "seven", "eight", "nine")
# What pictures have printed on them, always in capitals: a glyph then looks the same in all of them.
PRINTED_WORDS = (
    "ACE", "BAG", "BLUE", "BOX", "BUS", "CAFE", "CAT", "CITY", "DOG", "DOOR", "EXIT", "FISH", "GIFT", "GREEN",
    "HELLO", "HOME", "ICE", "JAZZ", "KEY", "LAMP", "MAP", "MOON", "NORTH", "OPEN", "PARK", "PIZZA", "QUIZ", "RED",
    "ROAD", "SHOP", "STOP", "SUN", "TAXI", "TREE", "VAN", "WATER", "WEST", "YES", "ZERO", "ZOO",
)  # fmt: skip
PHRASINGS = Path(__file__).with_name("phrasings.json")
WHO = "I am the pocket model, a very small model trained from scratch by this project. I am not Gemma."
ABLE = (
    "I can count shapes, name their shape and colour and tell where one is, read printed numbers and words, "
    "hear dialled digits, spoken digits and colours, count beeps, and tell high from low and rising from falling tones."
)
OUTSIDE = (
    "I do not know that. "
    "I only know drawn shapes, printed numbers and words, dialled and spoken digits, beeps and tones."
)
NO_PICTURE = "I see no picture. Please attach one."
NO_SOUND = "I hear no sound. Please attach one."
HELLO = "Hello! Show me a picture or play me a sound."
THANKS = "You are welcome."
NOTHING_DRAWN = "I see no shapes that I know."
_SYLLABLES = ("ba", "ko", "ri", "mu", "ten", "sal", "vor", "pi", "dra", "lo", "quen", "zi", "fal", "ger", "ny", "tho")


@cache
def _phrasings() -> dict[str, dict[Half, list[str]]]:
    kinds: dict[str, dict[Half, list[str]]] = json.loads(PHRASINGS.read_text())["questions"]
    return kinds


@cache
def _fields() -> dict[str, dict[Half, list[str]]]:
    kinds: dict[str, dict[Half, list[str]]] = json.loads(PHRASINGS.read_text())["fields"]
    return kinds


def phrasings(name: str, half: Half) -> list[str]:
    """The sentences of one kind: "count", "colour", …"""
    return _phrasings()[name][half]


def fields() -> tuple[str, ...]:
    """The passport fields that the declared tool can be asked for."""
    return tuple(_fields())


def field_phrasings(field: str, half: Half) -> list[str]:
    """The ways to ask for one passport field."""
    return _fields()[field][half]


def plain(random: Random, name: str, half: Half, **slots: str) -> str:
    """A sentence of one kind with its slots filled, nothing around it."""
    return random.choice(phrasings(name, half)).format(**slots)


def ask(random: Random, name: str, half: Half, **slots: str) -> str:
    """A sentence of one kind, sometimes with a word before or after it, sometimes in small letters."""
    return dress(random, plain(random, name, half, **slots), half)


def dress(random: Random, sentence: str, half: Half) -> str:
    """The sentence as people type it: greetings, thanks, small letters, no question mark."""
    if not sentence:
        return sentence
    opening, closing = random.choice(phrasings("openings", half)), random.choice(phrasings("closings", half))
    if opening.endswith(", "):
        sentence = sentence[0].lower() + sentence[1:]
    whole = f"{opening}{sentence} {closing}".strip()
    if random.random() < 0.08:
        whole = whole.lower()
    return whole.rstrip("?.!") if random.random() < 0.08 else whole


def outside_question(random: Random, half: Half) -> str:
    """A question about something the pocket does not know."""
    return ask(
        random,
        "outside",
        half,
        topic=_topic(random, half),
        topic2=_topic(random, half),
        n=str(random.randint(2, 999)),
        m=str(random.randint(2, 999)),
    )


def _topic(random: Random, half: Half) -> str:
    if random.random() < 0.7:
        return random.choice(phrasings("topics", half))
    invented = made_up_word(random)
    return random.choice((invented, invented.capitalize(), f"the {invented}", f"{invented} {made_up_word(random)}"))


def made_up_word(random: Random) -> str:
    """A word that means nothing."""
    return "".join(random.choice(_SYLLABLES) for _ in range(random.randint(1, 3)))


def noun(thing: str, count: int) -> str:
    """`thing` in the number that fits `count`: circle, circles."""
    return thing if count == 1 else f"{thing}s"
