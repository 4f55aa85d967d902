"""Real files for the tests of media, encoded on the spot: tones and patterns whose content can be checked."""

import struct
import zlib
from io import BytesIO

import av
import numpy as np
import soundfile
from av.container import OutputContainer
from PIL import Image

TONE_HZ = 440


def tone(seconds: float, rate: int, hertz: float = TONE_HZ) -> np.ndarray:
    """A sine at a third of full scale, float32."""
    time = np.arange(round(seconds * rate)) / rate
    return (0.33 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def sound_file(samples: np.ndarray, rate: int = 16_000, file_format: str = "WAV", subtype: str | None = None) -> bytes:
    """Written by libsndfile; `samples` has the shape (frames,) or (frames, channels)."""
    file = BytesIO()
    soundfile.write(file, samples, rate, format=file_format, subtype=subtype)
    return file.getvalue()


def encoded_sound(container: str, codec: str, seconds: float = 1.0, rate: int = 48_000, **options: str) -> bytes:
    """A stereo tone written by FFmpeg."""
    file = BytesIO()
    with av.open(file, "w", format=container, options=options) as output:
        stream = _sound_stream(output, codec, rate)
        stream.bit_rate = 128_000
        _write_tone(output, stream, seconds, rate)
    return file.getvalue()


def encoded_video(container: str, codec: str, *, sound_codec: str | None = None) -> bytes:
    """A fifth of a second of moving grey, with a tone or without."""
    file = BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        sound = _sound_stream(output, sound_codec, 48_000) if sound_codec else None
        for number in range(5):
            pixels = np.full((48, 64, 3), 40 * number, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                output.mux(packet)
        for packet in stream.encode(None):
            output.mux(packet)
        if sound is not None:
            _write_tone(output, sound, 0.5, 48_000)
    return file.getvalue()


def _sound_stream(output: OutputContainer, codec: str, rate: int) -> av.AudioStream:
    stream = output.add_stream(codec, rate=rate, layout="stereo")
    assert isinstance(stream, av.AudioStream)
    return stream


def _write_tone(output: OutputContainer, stream: av.AudioStream, seconds: float, rate: int) -> None:
    frame = av.AudioFrame.from_ndarray(np.stack([tone(seconds, rate)] * 2), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts = rate, 0
    cutter = av.AudioResampler(
        format=stream.format, layout="stereo", rate=rate, frame_size=stream.codec_context.frame_size or 1024
    )
    for piece in [*cutter.resample(frame), *cutter.resample(None), None]:
        for packet in stream.encode(piece):
            output.mux(packet)


def with_cover_art(mp3: bytes) -> bytes:
    """An ID3 tag with a picture in front, as music shops write it."""
    picture = picture_file(Image.new("RGB", (64, 64), "red"), "JPEG")
    body = b"\x00image/jpeg\x00\x03\x00" + picture
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\x00\x00" + body
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frame + mp3


def picture_file(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def quarters(width: int = 96, height: int = 64) -> Image.Image:
    """Red, green, blue and white quarters, clockwise from the top left: any turn or mirror image shows."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("green", (width // 2, 0, width, height // 2))
    image.paste("blue", (width // 2, height // 2, width, height))
    image.paste("white", (0, height // 2, width // 2, height))
    return image


def photograph(width: int, height: int) -> Image.Image:
    """Smooth colours with noise: compresses like a photograph."""
    random = np.random.default_rng(0)
    x, y = np.linspace(0, 200, width), np.linspace(0, 200, height)[:, None]
    pixels = np.stack([x + 0 * y, y + 0 * x, (x + y) / 2], axis=-1) + random.normal(0, 8, (height, width, 1))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds no pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
