"""Bytes of a picture → PNG or JPEG the model can look at. Knows Pillow, and nothing of sounds or of the page.

Of an animation the first frame is used, of several pages the first. Colour profiles are not applied.
"""

import math
import struct
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image

from space.conversation import Attachment
from space.errors import AttachmentRefused
from space.media.file_name import subject, tidy
from space.media.limits import MAX_ASPECT_RATIO, MAX_JPEG_SCANS, MAX_PIXELS, MIN_SIDE, USEFUL_PIXELS
from space.media.recognise import FileType

# What Pillow's decoders raise on damaged files; its own documentation promises only OSError.
PILLOW_FAILURES: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    RuntimeError,
    ZeroDivisionError,
)
BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
ORIENTATION_TAG: Final = 0x0112
UPRIGHT: Final = 1
# Exif 2.3, table 6: how the stored picture is turned to stand upright.
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
JPEG_SCAN: Final = b"\xff\xda"


def load_picture(data: bytes, name: str, file_type: FileType) -> Attachment:
    """The picture upright, opaque on white, 8 bits a channel, no larger than the largest image budget can use.

    A JPEG that is all that already keeps its bytes. Raises AttachmentRefused.
    """
    image = _open(data, name, file_type)
    _check_size(image, name)
    if image.format == "JPEG" and data.count(JPEG_SCAN) > MAX_JPEG_SCANS:
        raise AttachmentRefused(f"{subject(name)} is a JPEG of more than {MAX_JPEG_SCANS} scans. Save it again as PNG.")
    try:
        orientation = _orientation(image)
        size = _useful_size(image.width, image.height)
        fits = size == image.size and orientation == UPRIGHT and image.mode in ("RGB", "L")
        # Lets the JPEG decoder leave out detail nobody will see; other formats ignore it.
        image.draft(image.mode, (2 * size[0], 2 * size[1]))
        image.load()
        if fits and image.format == "JPEG":
            return _attachment(data, "image/jpeg", name, image.size)
        finished = _upright(_opaque(_resized(_eight_bit(image), size)), orientation)
    except BOMBS:
        raise _too_many_pixels(name) from None
    except PILLOW_FAILURES as error:
        raise _damaged(name, file_type) from error
    png = BytesIO()
    # Level 1 is three times as fast as the default and costs a few per cent of bytes that never leave this machine.
    finished.save(png, "PNG", compress_level=1)
    return _attachment(png.getvalue(), "image/png", name, finished.size)


def _attachment(data: bytes, media_type: str, name: str, size: tuple[int, int]) -> Attachment:
    width, height = size
    return Attachment(kind="image", media_type=media_type, data=data, name=tidy(name), width=width, height=height)


def _damaged(name: str, file_type: FileType) -> AttachmentRefused:
    return AttachmentRefused(
        f"{subject(name)} is {file_type.name}, but it is damaged or breaks off before its end. Attach a whole file."
    )


def _too_many_pixels(name: str) -> AttachmentRefused:
    limit = MAX_PIXELS // 1_000_000
    return AttachmentRefused(f"{subject(name)} has more than {limit} megapixels. Attach a smaller version.")


def _open(data: bytes, name: str, file_type: FileType) -> Image.Image:
    """Reads the header only."""
    # Telephones write MPO, a JPEG with further pictures behind it.
    formats = ["JPEG", "MPO"] if file_type.format == "JPEG" else [file_type.format]
    try:
        return Image.open(BytesIO(data), formats=formats)
    except BOMBS:
        raise _too_many_pixels(name) from None
    except PILLOW_FAILURES as error:
        raise _damaged(name, file_type) from error


def _check_size(image: Image.Image, name: str) -> None:
    """Before anything is decoded: what the image processor can do something sensible with."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(name)
    if min(width, height) < MIN_SIDE:
        raise AttachmentRefused(
            f"{subject(name)} measures {width} x {height} pixels, too small to see anything. "
            f"Attach a picture of at least {MIN_SIDE} x {MIN_SIDE}."
        )
    if max(width, height) > MAX_ASPECT_RATIO * min(width, height):
        raise AttachmentRefused(
            f"{subject(name)} measures {width} x {height} pixels: one side is more than {MAX_ASPECT_RATIO} times the "
            f"other, and the model would see it squashed. Attach a part of it."
        )


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 0 where the block is unreadable: such a JPEG must be written anew, without it."""
    try:
        value = image.getexif().get(ORIENTATION_TAG, UPRIGHT)
    except PILLOW_FAILURES:
        return 0
    return value if value in TURNS else UPRIGHT


def _useful_size(width: int, height: int) -> tuple[int, int]:
    """The same shape with at most the pixels of the largest image budget."""
    factor = min(1.0, math.sqrt(USEFUL_PIXELS / (width * height)))
    return max(1, round(width * factor)), max(1, round(height * factor))


def _eight_bit(image: Image.Image) -> Image.Image:
    """RGB or RGBA. Pillow would clip deeper grey values at 255, so those are scaled here."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) / 257).round().astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F"):
        return _stretched(np.asarray(image, dtype=np.float64)).convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _stretched(values: np.ndarray) -> Image.Image:
    """Measurements without a known range (32-bit integers, floats): darkest to black, brightest to white."""
    finite = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    span = high - low if high > low else 1.0
    return Image.fromarray(((finite - low) * (255.0 / span)).round().astype(np.uint8))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Bicubic, as the image processor itself resizes."""
    return image if image.size == size else image.resize(size, Image.Resampling.BICUBIC)


def _opaque(image: Image.Image) -> Image.Image:
    """On white, the paper most drawings with transparency are made for."""
    if image.mode == "RGB":
        return image
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)
