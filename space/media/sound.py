"""Bytes of a sound → WAV the model can hear: 16 kHz, mono, 16 bits, at most 30 s. Knows no container and no codec."""

import wave
from io import BytesIO

import numpy as np
import soxr

from space.conversation import Attachment
from space.errors import AttachmentRefused, SoundTooLong
from space.media.file_name import subject, tidy
from space.media.limits import LOSSY_PADDING_SECONDS, MAX_SECONDS, MIN_SECONDS, SAMPLE_RATE
from space.media.recognise import FileType
from space.media.waveform import Samples, Waveform, read_waveform

FULL_SCALE = 32768


def load_sound(data: bytes, name: str, file_type: FileType, *, use_beginning: bool) -> Attachment:
    """The whole sound, or the first 30 s of it. Raises SoundTooLong and AttachmentRefused."""
    # One second more than is kept, so that the resampler has something to look ahead to.
    waveform = read_waveform(data, name, file_type, up_to_seconds=MAX_SECONDS + 1)
    _check_length(waveform, name, use_beginning)
    if not np.isfinite(waveform.samples).all():
        raise AttachmentRefused(f"{subject(name)} holds samples that are not numbers. Save it again and attach that.")
    samples = _sixteen_bit(_resampled(waveform)[: MAX_SECONDS * SAMPLE_RATE])
    if not samples.any():
        raise AttachmentRefused(f"{subject(name)} is silent throughout. Check the microphone and record again.")
    return Attachment(
        kind="audio",
        media_type="audio/wav",
        data=_wav(samples.tobytes()),
        name=tidy(name),
        seconds=len(samples) / SAMPLE_RATE,
    )


def _check_length(waveform: Waveform, name: str, use_beginning: bool) -> None:
    seconds = len(waveform.samples) / waveform.rate
    if seconds < MIN_SECONDS:
        raise AttachmentRefused(
            f"{subject(name)} lasts {seconds * 1000:.0f} milliseconds, too short to hear anything. "
            f"Attach at least {MIN_SECONDS} seconds."
        )
    allowed = MAX_SECONDS + (LOSSY_PADDING_SECONDS if waveform.lossy else 0)
    if seconds > allowed and not use_beginning:
        raise SoundTooLong(max(seconds, waveform.seconds), MAX_SECONDS)


def _resampled(waveform: Waveform) -> Samples:
    if waveform.rate == SAMPLE_RATE:
        return waveform.samples
    resampled: Samples = soxr.resample(waveform.samples, waveform.rate, SAMPLE_RATE, quality="VHQ")
    return resampled


def _sixteen_bit(samples: Samples) -> np.ndarray:
    """Little-endian 16-bit integers. What is louder than full scale is turned down as a whole, not clipped."""
    peak = float(np.abs(samples).max())
    scaled = samples.astype(np.float64) * (FULL_SCALE / max(peak, 1.0))
    return np.clip(scaled.round(), -FULL_SCALE, FULL_SCALE - 1).astype("<i2")


def _wav(frames: bytes) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(frames)
    return file.getvalue()
