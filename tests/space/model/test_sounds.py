"""Sounds hold the tones they say they hold, and are the same for the same seed."""

import io
import wave
from random import Random

import numpy as np
import pytest

from space.model.sounds import KEYS, RATE, Sound, beep, dial, glide, hold


def strongest(sound: Sound, start: float, end: float, count: int = 1) -> list[float]:
    """The `count` strongest frequencies between two times, in hertz, lowest first."""
    piece = sound.samples[round(start * RATE) : round(end * RATE)]
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 1 << 15))
    found: list[float] = []
    for _ in range(count):
        peak = int(spectrum.argmax())
        found.append(peak * RATE / (1 << 15))
        spectrum[max(0, peak - 120) : peak + 120] = 0
    return sorted(found)


@pytest.mark.parametrize("seed", range(5))
def test_each_dialled_digit_has_its_two_tones(seed: int) -> None:
    sound = dial(Random(seed), digits="1590", seconds=2.4)
    assert [event.label for event in sound.events] == list("1590")
    for event in sound.events:
        assert strongest(sound, event.start, event.end, 2) == pytest.approx(sorted(KEYS[event.label]), abs=25)


def test_beeps_are_as_many_as_asked_with_silence_between() -> None:
    sound = beep(Random(2), count=5, seconds=3.0)
    assert len(sound.events) == 5
    for before, after in zip(sound.events, sound.events[1:], strict=False):
        assert after.start - before.end > 0.05


def test_high_is_higher_than_low_and_rising_ends_higher() -> None:
    high, low = (hold(Random(1), high=yes, seconds=1.2) for yes in (True, False))
    assert strongest(high, high.events[0].start, high.events[0].end)[0] > 1000
    assert strongest(low, low.events[0].start, low.events[0].end)[0] < 500
    for rising in (True, False):
        event = (sound := glide(Random(3), rising=rising, seconds=1.5)).events[0]
        middle = (event.start + event.end) / 2
        first, last = strongest(sound, event.start, middle)[0], strongest(sound, middle, event.end)[0]
        assert (last > first) == rising


def test_a_wav_file_holds_the_same_samples() -> None:
    sound = dial(Random(9), digits="7", seconds=1.0)
    with wave.open(io.BytesIO(sound.wav())) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32767
    assert np.abs(samples - sound.samples).max() < 1e-3
