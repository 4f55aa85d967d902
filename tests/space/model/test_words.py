"""What is measured is never what was trained on."""

from random import Random

import pytest

from space.model import words
from space.model.words import Half

KINDS = ("count", "colour", "shape", "describe", "where", "number", "word", "dial", "spoken_digits", "spoken_colour",
         "beeps", "pitch", "glide", "hear", "first", "last",
         "again", "who", "able", "hello", "thanks", "repeat", "systems", "outside", "topics")  # fmt: skip
BOTH: tuple[Half, Half] = ("train", "held_out")


@pytest.mark.parametrize("kind", KINDS)
def test_held_out_sentences_are_not_trained_on(kind: str) -> None:
    trained, held_out = (set(words.phrasings(kind, half)) for half in BOTH)
    assert held_out
    assert not trained & held_out


@pytest.mark.parametrize("field", words.fields())
def test_held_out_questions_about_the_passport_are_not_trained_on(field: str) -> None:
    trained, held_out = (set(words.field_phrasings(field, half)) for half in BOTH)
    assert held_out
    assert not trained & held_out


def test_held_out_words_about_the_pocket_world_are_all_trained_on() -> None:
    """A model that learned English from these sentences alone cannot know other words."""
    known = {word for kind in KINDS for sentence in words.phrasings(kind, "train") for word in _words(sentence)}
    new = {word for kind in KINDS[:21] for sentence in words.phrasings(kind, "held_out") for word in _words(sentence)}
    assert new - known == set()


def _words(sentence: str) -> list[str]:
    return [word.strip("?.,!:").lower() for word in sentence.split()]


def test_the_same_seed_asks_the_same() -> None:
    assert words.outside_question(Random(3), "train") == words.outside_question(Random(3), "train")
