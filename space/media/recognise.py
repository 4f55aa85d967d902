"""What a file is, from its first bytes and never from its name. Decodes nothing.

The result also says which decoder opens it, under that decoder's own name for the format. Naming the format matters for
safety: FFmpeg left to guess would follow a playlist to other files or hosts, Pillow would hand EPS to Ghostscript.
"""

import codecs
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class FileType:
    """`name` reads after "is"; `format` is Pillow's or FFmpeg's name; `advice` is a sentence where neither opens it."""

    name: str
    decoder: Literal["picture", "sound"] | None = None
    format: str = ""
    advice: str = "Attach a picture (PNG, JPEG, WebP …) or a sound (WAV, MP3, FLAC …)."


def _picture(name: str, pillow_format: str) -> FileType:
    return FileType(name=name, decoder="picture", format=pillow_format)


def _sound(name: str, demuxer: str) -> FileType:
    return FileType(name=name, decoder="sound", format=demuxer)


VIDEO_ADVICE = "The model takes no video here: attach a frame as a picture, or the sound track as an audio file."

TEXT = FileType(name="a text file", advice="Paste the text into the message, or attach a picture or a sound.")
SVG = FileType(name="an SVG drawing", advice="Export it as PNG and attach that.")
HTML = FileType(name="a web page", advice="Attach a screenshot of it, or paste its text into the message.")
UNKNOWN = FileType(name="in a format that is not recognised")
VIDEO = FileType(name="a video", advice=VIDEO_ADVICE)
HEIC = FileType(name="a HEIC picture, which cannot be read here", advice="Export it as JPEG or PNG and attach that.")
AVIF = _picture("an AVIF picture", "AVIF")
# Sound and video share these containers: the decoder looks for a video stream.
MP4 = _sound("an MP4 file", "mov")
MP3 = _sound("an MP3 sound", "mp3")
AAC = _sound("an AAC sound", "aac")

SIGNATURES: tuple[tuple[bytes, FileType], ...] = (
    (b"\x89PNG\r\n\x1a\n", _picture("a PNG picture", "PNG")),
    (b"\xff\xd8\xff", _picture("a JPEG picture", "JPEG")),
    (b"GIF87a", _picture("a GIF picture", "GIF")),
    (b"GIF89a", _picture("a GIF picture", "GIF")),
    (b"II*\x00", _picture("a TIFF picture", "TIFF")),
    (b"MM\x00*", _picture("a TIFF picture", "TIFF")),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", _picture("a JPEG 2000 picture", "JPEG2000")),
    (b"\xff\x4f\xff\x51", _picture("a JPEG 2000 picture", "JPEG2000")),
    (b"fLaC", _sound("a FLAC sound", "flac")),
    (b"OggS", _sound("an Ogg file", "ogg")),
    (b"\x1aE\xdf\xa3", _sound("a WebM file", "matroska")),
    (b"ID3", MP3),
    (b".snd", _sound("an AU sound", "au")),
    (b"#!AMR", _sound("an AMR sound", "amr")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _sound("a Windows Media file", "asf")),
    (b"FLV\x01", VIDEO),
    (b"\x00\x00\x01\xba", VIDEO),
    (b"\x00\x00\x01\xb3", VIDEO),
    (b"%PDF", FileType(name="a PDF document", advice="Attach a picture of the page you mean.")),
    (b"%!PS", FileType(name="a PostScript document", advice="Attach a picture of the page you mean.")),
    (b"PK\x03\x04", FileType(name="a ZIP archive or an office document", advice="Attach the picture or sound itself.")),
    (b"PK\x05\x06", FileType(name="an empty ZIP archive", advice="Attach the picture or sound itself.")),
    (b"\x1f\x8b", FileType(name="a gzip archive", advice="Attach the picture or sound itself.")),
    (b"7z\xbc\xaf\x27\x1c", FileType(name="a 7-Zip archive", advice="Attach the picture or sound itself.")),
    (b"Rar!\x1a\x07", FileType(name="a RAR archive", advice="Attach the picture or sound itself.")),
    (b"MThd", FileType(name="a MIDI score", advice="It holds notes and no sound: export it as MP3 and attach that.")),
    (b"8BPS", FileType(name="a Photoshop document", advice="Export it as PNG and attach that.")),
    (b"\x7fELF", FileType(name="a program")),
)

RIFF_FORMS = {
    b"WAVE": _sound("a WAV sound", "wav"),
    b"WEBP": _picture("a WebP picture", "WEBP"),
    b"AVI ": VIDEO,
}
AIFF = _sound("an AIFF sound", "aiff")
# Atoms a QuickTime file without `ftyp` may begin with.
QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip")
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


def recognise(data: bytes) -> FileType:
    """The type of these bytes; `UNKNOWN` where nothing fits."""
    for magic, file_type in SIGNATURES:
        if data.startswith(magic):
            return file_type
    if data[:4] in (b"RIFF", b"RF64"):
        return RIFF_FORMS.get(data[8:12], UNKNOWN)
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return AIFF
    if data[:2] == b"BM" and data[6:10] == b"\x00\x00\x00\x00":
        return _picture("a BMP picture", "BMP")
    if data[4:8] == b"ftyp":
        return _by_brand(data)
    if data[4:8] in QUICKTIME_ATOMS:
        return MP4
    return _by_frame_sync(data) or _by_text(data) or UNKNOWN


def _by_brand(data: bytes) -> FileType:
    """The ISO base media family names itself by four-letter brands (ISO/IEC 14496-12, section 4.3)."""
    size = min(int.from_bytes(data[:4]), 256)
    brands = {data[8:12], *(data[start : start + 4] for start in range(16, size, 4))}
    if brands & {b"avif", b"avis"}:
        return AVIF
    return HEIC if data[8:12] in HEIC_BRANDS else MP4


def _by_frame_sync(data: bytes) -> FileType | None:
    """MPEG audio has no header, only frames that begin with eleven set bits (ISO/IEC 11172-3, 2.4.1.3), ADTS twelve."""
    if len(data) < 2 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    layer = data[1] >> 1 & 0b11
    if layer == 0:
        return AAC if data[1] & 0xF0 == 0xF0 else None
    # Layer I is extinct, and FF FE is how UTF-16 text begins.
    return MP3 if layer in (0b01, 0b10) else None


def _by_text(data: bytes) -> FileType | None:
    start = data[:4096]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return TEXT
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(start)
    except UnicodeDecodeError:
        return None
    if any(ord(character) < 32 and not character.isspace() and character != "\x1b" for character in text):
        return None
    lowered = text.lower().lstrip()
    if "<svg" in lowered:
        return SVG
    return HTML if lowered.startswith(("<!doctype html", "<html")) else TEXT
