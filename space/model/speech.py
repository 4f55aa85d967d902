"""Words said aloud for the pocket's ears: digits and colours, in the many voices of espeak-ng.

It knows how to have a word spoken and which voices are never trained on; nothing about questions or models.
"""

import io
import shutil
import subprocess
import wave
from functools import cache
from random import Random

import numpy as np
from scipy.signal import resample_poly

from space.errors import CheckpointError
from space.model.pictures import COLOURS
from space.model.sounds import RATE, Sound, spoken
from space.model.words import DIGIT_WORDS, Half

# Not en-gb, an alias under which espeak-ng 1.51 ignores the voice after the plus.
ACCENTS = ("en", "en-us", "en-gb-scotland", "en-gb-x-rp")
# Voices that come with espeak-ng 1.50 and later. A voice of one half is never heard in the other, in no accent.
VOICES: dict[Half, tuple[str, ...]] = {
    "train": (
        "m1", "m2", "m3", "m5", "m6", "m7", "f1", "f2", "f4", "f5", "Alex", "Alicia", "Andrea", "Andy", "Denis",
        "Diogo", "Gene", "Jacky", "Lee", "Mario", "Mike", "adam", "belinda", "benjamin", "boris", "caleb", "ed",
        "max", "michel", "norbert", "pablo", "quincy", "rob", "robert", "sandro", "steph", "travis", "victor", "zac",
    ),
    "held_out": ("m4", "m8", "f3", "Annie", "Michael", "david", "linda", "paul"),
}  # fmt: skip
# Words a minute and pitch (0 to 99) of a speaker; every voice in every accent is heard both ways.
MANNERS = ((130, 40), (165, 60))
VOCABULARY = (*DIGIT_WORDS, *COLOURS)
WAV_HEADER = 44  # bytes
PAUSE = 0.15  # seconds; inside a word none is half as long
MISSING = "espeak-ng speaks the words the pocket learns from, and is missing here: install Debian's espeak-ng."


def refuse_silence() -> None:
    """Raises CheckpointError where espeak-ng is not installed."""
    if shutil.which("espeak-ng") is None:
        raise CheckpointError(MISSING)


def say(random: Random, half: Half, words: list[str], seconds: float) -> Sound:
    """As many of `words`, all of them in `VOCABULARY`, as `seconds` can hold, in one voice; the events say which."""
    said = _vocabulary(random.choice(ACCENTS), random.choice(VOICES[half]), *random.choice(MANNERS))
    stretch = random.uniform(0.93, 1.08)
    clips = [_stretched(said[word], stretch) for word in words]
    return spoken(random, clips=clips, labels=words, seconds=seconds)


def _stretched(clip: np.ndarray, stretch: float) -> np.ndarray:
    """Played a little slower and lower, or faster and higher, as 16-bit samples turn into [-1, 1]."""
    times = np.arange(0, len(clip) - 1, stretch)
    played: np.ndarray = np.interp(times, np.arange(len(clip)), clip).astype(np.float32) / 32768
    return played


@cache
def _vocabulary(accent: str, voice: str, speed: int, pitch: int) -> dict[str, np.ndarray]:
    """Every word of the vocabulary in one voice, 16-bit samples at 16 kHz without the silence around them.

    One call speaks them all, a paragraph each: the call costs more than the speaking. Raises CheckpointError when the
    paragraphs cannot be told apart.
    """
    command = ["espeak-ng", "-v", f"{accent}+{voice}", "-s", str(speed), "-p", str(pitch), "--stdout"]
    said = subprocess.run(command, input="\n\n".join(VOCABULARY).encode(), capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(said)) as sound:
        recorded_at = sound.getframerate()
    # espeak-ng cannot know how long a stream will be when it writes the header, so the length there is wrong.
    samples = np.frombuffer(said[WAV_HEADER : len(said) // 2 * 2], dtype="<i2").astype(np.float32)
    clips = _paragraphs(resample_poly(samples, RATE, recorded_at))
    if len(clips) != len(VOCABULARY):
        raise CheckpointError(f"espeak-ng said {len(clips)} words instead of {len(VOCABULARY)} as {accent}+{voice}.")
    return dict(zip(VOCABULARY, clips, strict=True))


def _paragraphs(samples: np.ndarray) -> list[np.ndarray]:
    """What lies between pauses of at least `PAUSE` seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    ends = np.flatnonzero(np.diff(loud) > PAUSE * RATE)
    first, last = loud[[0, *(ends + 1)]], loud[[*ends, -1]]
    return [samples[start : end + 1].astype(np.int16) for start, end in zip(first, last, strict=True)]
