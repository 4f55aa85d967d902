"""Makes the sounds the pocket learns from: dialled digits, beeps, high and low, rising and falling tones, words.

Everything follows from the random source it is given. It knows nothing about questions or models.
"""

import io
import math
import wave
from dataclasses import dataclass
from random import Random

import numpy as np
from scipy.signal import resample_poly

RATE = 16_000  # samples a second, what Gemma 4 hears
# DTMF: the row and the column tone of each key, in hertz (ITU-T Q.23).
KEYS = {
    "1": (697, 1209), "2": (697, 1336), "3": (697, 1477), "4": (770, 1209), "5": (770, 1336), "6": (770, 1477),
    "7": (852, 1209), "8": (852, 1336), "9": (852, 1477), "0": (941, 1336),
}  # fmt: skip
MOST_BEEPS = 6
LOW, HIGH = (130.0, 420.0), (1100.0, 3400.0)  # hertz
RECORDED_AT = (16_000, 44_100, 48_000)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One tone or word in a sound: `label` is a key, "tone", "rising", "falling" or the word.

    Times in seconds, a tone's first and last pitch in hertz.
    """

    start: float
    end: float
    label: str
    pitches: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Sound:
    """Samples in [-1, 1] at 16 kHz and the truth about them."""

    samples: np.ndarray
    events: tuple[Event, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    def wav(self) -> bytes:
        """The sound as a mono 16-bit WAV file."""
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setparams((1, 2, RATE, len(self.samples), "NONE", ""))
            out.writeframes((np.clip(self.samples, -1, 1) * 32767).astype("<i2").tobytes())
        return file.getvalue()


def dial(random: Random, *, digits: str, seconds: float) -> Sound:
    """Keys pressed one after the other."""
    twist = random.uniform(0.6, 1.6)
    tones = [[(float(KEYS[digit][0]), 1.0), (float(KEYS[digit][1]), twist)] for digit in digits]
    return _sequence(random, tones, list(digits), seconds, random.uniform(0.09, 0.25))


def beep(random: Random, *, count: int, seconds: float) -> Sound:
    """`count` equal beeps."""
    pitch = math.exp(random.uniform(math.log(250), math.log(3200)))
    return _sequence(random, [_timbre(random, pitch)] * count, ["tone"] * count, seconds, random.uniform(0.07, 0.25))


def hold(random: Random, *, high: bool, seconds: float) -> Sound:
    """One high or low tone."""
    low, top = HIGH if high else LOW
    pitch = math.exp(random.uniform(math.log(low), math.log(top)))
    return _sequence(random, [_timbre(random, pitch)], ["tone"], seconds, random.uniform(0.25, 0.8))


def glide(random: Random, *, rising: bool, seconds: float) -> Sound:
    """One tone whose pitch rises or falls by at least half an octave."""
    octaves = random.uniform(0.6, 2.2)
    base = math.exp(random.uniform(math.log(220), math.log(3000 / 2**octaves)))
    length = random.uniform(min(0.4, seconds - 0.2), seconds - 0.15)
    time = np.arange(round(length * RATE)) / RATE
    bend = octaves * math.log(2) / length
    # A constant rate in octaves a second: phase is the integral of base * exp(bend * t).
    phase = 2 * math.pi * base * (np.exp(bend * time) - 1) / bend
    tone = np.sin(phase if rising else phase[::-1])
    start = random.uniform(0.05, seconds - length - 0.05)
    clip = np.zeros(round(seconds * RATE), dtype=np.float32)
    _place(clip, start, tone * _envelope(len(tone)))
    ends = (base, base * 2**octaves)
    label, pitches = ("rising", ends) if rising else ("falling", ends[::-1])
    events = (Event(start=start, end=start + length, label=label, pitches=pitches),)
    return Sound(samples=_recorded(random, clip), events=events)


def _sequence(
    random: Random, tones: list[list[tuple[float, float]]], labels: list[str], seconds: float, length: float
) -> Sound:
    """Tones of one length with even gaps, as many as `seconds` can hold without haste."""
    count = len(tones)
    length = min(length, (seconds - 0.15) / (count + 0.8 * (count - 1)))
    widest = (seconds - 0.15 - count * length) / max(1, count - 1)
    gap = random.uniform(min(0.06, widest), min(0.35, widest))
    start = random.uniform(0.05, max(0.05, seconds - 0.05 - count * length - (count - 1) * gap))
    clip = np.zeros(round(seconds * RATE), dtype=np.float32)
    events = []
    for number, (tone, label) in enumerate(zip(tones, labels, strict=True)):
        at = start + number * (length + gap)
        time = np.arange(round(length * RATE)) / RATE
        wave_form = sum(level * np.sin(2 * math.pi * (pitch * time + random.random())) for pitch, level in tone)
        _place(clip, at, wave_form * _envelope(len(time)))
        pitches = (tone[0][0], tone[0][0]) if label == "tone" else None
        events.append(Event(start=at, end=at + length, label=label, pitches=pitches))
    return Sound(samples=_recorded(random, clip), events=tuple(events))


def spoken(random: Random, *, clips: list[np.ndarray], labels: list[str], seconds: float) -> Sound:
    """Recorded words one after the other, a pause between them; those at the end that do not fit are left out."""
    pauses = [random.uniform(0.06, 0.3) for _ in clips]
    while len(clips) > 1 and sum(map(len, clips)) / RATE + sum(pauses[1 : len(clips)]) > seconds - 0.1:
        clips = clips[:-1]
    length = sum(map(len, clips)) / RATE + sum(pauses[1 : len(clips)])
    at = random.uniform(0.05, max(0.05, seconds - 0.05 - length))
    sound = np.zeros(round(seconds * RATE), dtype=np.float32)
    events = []
    for clip, label, pause in zip(clips, labels, [*pauses[1:], 0.0], strict=False):
        _place(sound, at, clip)
        events.append(Event(start=at, end=at + len(clip) / RATE, label=label))
        at += len(clip) / RATE + pause
    return Sound(samples=_recorded(random, sound), events=tuple(events))


def _timbre(random: Random, pitch: float) -> list[tuple[float, float]]:
    """A pure tone, or one with two overtones."""
    if random.random() < 0.5:
        return [(pitch, 1.0)]
    return [(pitch, 1.0), (2 * pitch, random.uniform(0.05, 0.4)), (3 * pitch, random.uniform(0.0, 0.2))]


def _envelope(length: int) -> np.ndarray:
    """Ten milliseconds up, ten down: no clicks."""
    edge = min(160, length // 2)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    return np.concatenate([ramp, np.ones(length - 2 * edge, dtype=np.float32), ramp[::-1]])


def _place(clip: np.ndarray, start: float, tone: np.ndarray) -> None:
    at = round(start * RATE)
    tone = tone[: len(clip) - at]
    clip[at : at + len(tone)] += tone


def _recorded(random: Random, clip: np.ndarray) -> np.ndarray:
    """Loudness, hiss, and on some sounds the round trip through another sampling rate."""
    clip = clip / max(1e-6, float(np.abs(clip).max())) * math.exp(random.uniform(math.log(0.04), math.log(0.9)))
    loudness = float(np.abs(clip).max())
    if random.random() < 0.6:
        hiss = np.random.default_rng(random.getrandbits(32)).standard_normal(len(clip), dtype=np.float32)
        clip = clip + hiss * loudness * math.exp(random.uniform(math.log(0.001), math.log(0.06)))
    rate = random.choice(RECORDED_AT) if random.random() < 0.3 else RATE
    if rate != RATE:
        divisor = math.gcd(rate, RATE)
        there = resample_poly(clip, rate // divisor, RATE // divisor)
        clip = resample_poly(there, RATE // divisor, rate // divisor)[: len(clip)]
    return clip.astype(np.float32)
