"""Bytes of a sound → samples, by FFmpeg (PyAV), no further than asked. Knows no limit of the model and no WAV.

What a file says about itself may be false: rate and channels are taken from decoded frames, the length is counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any, Final

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.stream import Disposition

from space.errors import AttachmentRefused
from space.media.file_name import subject
from space.media.limits import MAX_CHANNELS, MAX_PACKETS, MAX_SOURCE_RATE, MIN_SOURCE_RATE, TRUNCATION_SECONDS
from space.media.recognise import VIDEO_ADVICE, FileType

Samples = npt.NDArray[np.float32]

# FFmpegError is PyAV's own; the others come out of it on damaged files and unknown codecs.
FFMPEG_FAILURES: Final = (av.FFmpegError, ValueError, IndexError, OverflowError, MemoryError, RuntimeError)
# Formats whose headers hold a length worth believing: the others' is a guess from the bit rate, or absent.
DECLARE_LENGTH: Final = ("aiff", "au", "flac", "matroska", "mov")
# What recorders that cannot seek back write instead of a size.
UNKNOWN_RIFF_SIZES: Final = (0, 0x7FFFFFFF, 0xFFFFFFFF)
# The longest frame (MPEG-1 layer III, 320 kbit/s at 32 kHz).
MP3_FRAME_BYTES: Final = 1440


@dataclass(frozen=True, kw_only=True)
class Waveform:
    """Mono samples at the file's own rate. `seconds` is the length of the whole file as far as it is known.

    `complete` is False where reading stopped at the asked length; `lossy` says what kind of codec it was.
    """

    samples: Samples = field(repr=False)
    rate: int
    seconds: float
    complete: bool
    lossy: bool


def read_waveform(data: bytes, name: str, file_type: FileType, *, up_to_seconds: float) -> Waveform:
    """Decode until the end or just past `up_to_seconds`. Raises AttachmentRefused."""
    try:
        # A format named by us: FFmpeg's own guess could be a playlist that reaches for other files.
        with av.open(BytesIO(data), "r", format=file_type.format, metadata_errors="replace") as container:
            stream = _sound_stream(container, name, file_type)
            waveform = _decode(container, stream, name, up_to_seconds)
            declared = _declared_seconds(container, stream, file_type)
    except FFMPEG_FAILURES as error:
        raise _damaged(name, file_type) from error
    if waveform.complete:
        _check_whole(waveform.seconds, declared, data, name, file_type)
    return waveform


def _damaged(name: str, file_type: FileType) -> AttachmentRefused:
    return AttachmentRefused(
        f"{subject(name)} is {file_type.name}, but it is damaged or breaks off before its end. Attach a whole file."
    )


def _sound_stream(container: InputContainer, name: str, file_type: FileType) -> av.AudioStream:
    """The first sound; cover art is a video stream to FFmpeg, but no video."""
    if any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video):
        raise AttachmentRefused(f"{subject(name)} is a video. {VIDEO_ADVICE}")
    if not container.streams.audio:
        raise AttachmentRefused(f"{subject(name)} is {file_type.name} without any sound in it. Attach another one.")
    stream = container.streams.audio[0]
    # None for a codec FFmpeg does not know, whatever PyAV's annotations say.
    if stream.codec_context is None:
        raise AttachmentRefused(
            f"{subject(name)} is encoded in a way that cannot be read. Convert it to WAV or MP3 first."
        )
    return stream


def _decode(container: InputContainer, stream: av.AudioStream, name: str, up_to_seconds: float) -> Waveform:
    pieces: list[Samples] = []
    rate, count = 0, 0
    packets = islice(container.demux(stream), MAX_PACKETS)
    for frame in _frames(packets, forgive_tail=stream.codec_context.name.startswith("mp3")):
        if not pieces:
            rate = frame.sample_rate
            _check_source(rate, frame.layout.nb_channels, name)
        if frame.sample_rate != rate:
            raise AttachmentRefused(f"{subject(name)} changes its sampling rate on the way. Convert it to WAV first.")
        pieces.append(_mono(frame))
        count += frame.samples
        if count > up_to_seconds * rate:
            break
    if count == 0:
        raise AttachmentRefused(f"{subject(name)} holds no sound: it is empty. Attach another one.")
    return Waveform(
        samples=np.concatenate(pieces),
        rate=rate,
        seconds=max(count / rate, _end(packets)),
        complete=count <= up_to_seconds * rate,
        lossy=stream.codec_context.codec.lossy,
    )


def _frames(packets: Iterator["av.Packet[av.AudioStream]"], *, forgive_tail: bool) -> Iterator[av.AudioFrame]:
    """`forgive_tail` is for MP3: programs append padding and tags to it that FFmpeg takes for packets."""
    failure: av.FFmpegError | None = None
    for packet in packets:
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            if not forgive_tail:
                raise
            failure = error
            continue
        for frame in frames:
            if isinstance(frame, av.AudioFrame) and frame.samples:
                if failure is not None:
                    raise failure
                yield frame


def _end(packets: "Iterator[av.Packet[av.AudioStream]]") -> float:
    """Where the packets that were not decoded end, in seconds: how long the sound would have been."""
    end = 0.0
    for packet in packets:
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return end


def _check_source(rate: int, channels: int, name: str) -> None:
    if not MIN_SOURCE_RATE <= rate <= MAX_SOURCE_RATE:
        raise AttachmentRefused(
            f"{subject(name)} is sampled at {rate:,} Hz; {MIN_SOURCE_RATE:,} to {MAX_SOURCE_RATE:,} Hz can be read. "
            "Convert it to 16,000 Hz first."
        )
    if channels > MAX_CHANNELS:
        raise AttachmentRefused(f"{subject(name)} has {channels} channels. Mix it down to mono or stereo first.")


def _mono(frame: av.AudioFrame) -> Samples:
    """The mean of the channels, full scale ±1."""
    values: npt.NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    mean = values.mean(axis=0, dtype=np.float64)
    if values.dtype == np.uint8:
        mean = (mean - 128) / 128
    elif values.dtype.kind == "i":
        mean = mean / 2.0 ** (8 * values.dtype.itemsize - 1)
    with np.errstate(over="ignore"):
        return np.asarray(mean, dtype=np.float32)


def _declared_seconds(container: InputContainer, stream: av.AudioStream, file_type: FileType) -> float | None:
    """The length the file claims, None where it claims none that can be believed."""
    if file_type.format not in DECLARE_LENGTH:
        return None
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None


def _check_whole(seconds: float, declared: float | None, data: bytes, name: str, file_type: FileType) -> None:
    """Refuses a file that ends before it says it does: half a sentence would be answered as if it were all."""
    if declared is not None and seconds < declared - TRUNCATION_SECONDS:
        raise AttachmentRefused(
            f"{subject(name)} breaks off after {seconds:.1f} of {declared:.1f} seconds. Attach the whole file."
        )
    breaks_off = BREAKS_OFF.get(file_type.format)
    if breaks_off is not None and breaks_off(data):
        raise AttachmentRefused(f"{subject(name)} breaks off after {seconds:.1f} seconds. Attach the whole file.")


def _riff_breaks_off(data: bytes) -> bool:
    """Whether a WAV has fewer bytes than its first chunk promises (RF64: EBU Tech 3306, chunk `ds64`)."""
    size = int.from_bytes(data[20:28] if data[:4] == b"RF64" else data[4:8], "little")
    # Some writers count the padding byte at the end and do not write it.
    return size not in UNKNOWN_RIFF_SIZES and size + 8 > len(data) + 1


def _mp3_breaks_off(data: bytes) -> bool:
    """Whether an MP3 has fewer bytes than its encoder noted in the first frame (the "Xing" or "Info" tag)."""
    start = 0
    if data.startswith(b"ID3") and len(data) >= 10:
        # The tag's size has seven bits a byte (ID3v2.4, section 3.1).
        start = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    tag = re.search(rb"(?:Xing|Info)\x00\x00\x00(.)(.{4})(.{4})", data[start : start + MP3_FRAME_BYTES], re.DOTALL)
    frames_and_bytes = 0b11
    if tag is None or tag[1][0] & frames_and_bytes != frames_and_bytes:
        return False
    return int.from_bytes(tag[3]) > len(data) - start + MP3_FRAME_BYTES


def _page_breaks_off(data: bytes) -> bool:
    """Whether the last Ogg page is shorter than its segment table says (RFC 3533, section 6)."""
    start = data.rfind(b"OggS")
    if start < 0 or len(data) < start + 27:
        return True
    table = data[start + 27 : start + 27 + data[start + 26]]
    return len(data) < start + 27 + data[start + 26] + sum(table)


BREAKS_OFF: Final = {"wav": _riff_breaks_off, "mp3": _mp3_breaks_off, "ogg": _page_breaks_off}
