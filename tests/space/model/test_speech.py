"""Every word is spoken where its event says, and no voice of the exam is heard in training."""

from itertools import combinations
from random import Random

import numpy as np
import pytest

from space.model.sounds import RATE
from space.model.speech import ACCENTS, MANNERS, VOCABULARY, VOICES, _vocabulary, say

pytestmark = pytest.mark.speech


def test_no_voice_of_the_exam_is_heard_in_training() -> None:
    assert not set(VOICES["train"]) & set(VOICES["held_out"])


@pytest.mark.parametrize("accent", ACCENTS)
def test_voices_differ_in_every_accent(accent: str) -> None:
    """espeak-ng answers an accent it takes for an alias with one and the same voice."""
    said = [_vocabulary(accent, voice, *MANNERS[0])["seven"] for voice in ("m1", "f1", "m4", "Annie", "zac")]
    assert all(not np.array_equal(one, other) for one, other in combinations(said, 2))


def test_the_same_seed_says_the_same() -> None:
    one, again, other = (say(Random(seed), "train", ["one", "two"], 2.5).samples for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("seed", range(4))
def test_words_are_heard_at_the_times_of_their_events_and_nowhere_else(seed: int) -> None:
    sound = say(Random(seed), "held_out", ["three", "nine", "red"], 3.3)
    quiet = np.ones(len(sound.samples), dtype=bool)
    for event in sound.events:
        at = slice(round(event.start * RATE), round(event.end * RATE))
        assert np.abs(sound.samples[at]).max() > 0.3 * np.abs(sound.samples).max()
        quiet[at] = False
    assert np.sqrt(np.square(sound.samples[quiet]).mean()) < 0.1 * np.abs(sound.samples).max()


def test_words_that_do_not_fit_are_left_out_and_not_claimed() -> None:
    sound = say(Random(3), "train", ["seven"] * 6, 1.5)
    assert 1 <= len(sound.events) < 6
    assert sound.seconds == pytest.approx(1.5)
    assert sound.events[-1].end <= 1.5


def test_every_word_of_the_vocabulary_is_told_apart() -> None:
    assert list(_vocabulary("en", "m4", *MANNERS[1])) == list(VOCABULARY)
