"""Pictures: what every format becomes, and which are refused with which sentence."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from space.conversation import Attachment
from space.errors import AttachmentRefused
from space.media import load
from space.media.limits import MAX_ASPECT_RATIO, MAX_PIXELS, MIN_SIDE, USEFUL_PIXELS
from tests.space.media.files import photograph, picture_file, png_header, quarters


def pixels(attachment: Attachment) -> Image.Image:
    """What the engine will decode; also holds that the attachment's own account of it is true."""
    image = Image.open(BytesIO(attachment.data))
    image.load()
    assert image.size == (attachment.width, attachment.height)
    assert attachment.kind == "image"
    assert attachment.media_type == f"image/{(image.format or '').lower()}"
    assert attachment.seconds is None
    return image.convert("RGB")


Colour = tuple[int, ...]


def corner_colours(image: Image.Image) -> list[Colour]:
    """Clockwise from the top left, a little inside."""
    width, height = image.size
    places = [(8, 8), (width - 9, 8), (width - 9, height - 9), (8, height - 9)]
    return [tuple(np.asarray(image)[y, x]) for x, y in places]


def assert_close(seen: Sequence[Colour], expected: Sequence[Colour], tolerance: int = 40) -> None:
    for one, other in zip(seen, expected, strict=True):
        assert np.abs(np.array(one, int) - np.array(other, int)).max() <= tolerance, f"{seen} is not {expected}"


QUARTERS = [(255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)]


@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"quality": 90}),
        ("GIF", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "jpeg"}),
        ("AVIF", {}),
        ("JPEG2000", {}),
        ("MPO", {"save_all": True, "append_images": [quarters()]}),
    ],
)
def test_every_common_format_shows_the_same_picture(file_format: str, options: dict[str, Any]) -> None:
    attachment = load(picture_file(quarters(), file_format, **options), "p")
    assert_close(corner_colours(pixels(attachment)), QUARTERS)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    file_format = "TIFF" if mode == "CMYK" else "PNG"
    attachment = load(picture_file(quarters().convert(mode), file_format), "p")
    expected = quarters().convert(mode).convert("RGB")
    assert_close(corner_colours(pixels(attachment)), corner_colours(expected))


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    attachment = load(picture_file(quarters().convert("CMYK"), "JPEG", quality=95), "print.jpg")
    assert attachment.media_type == "image/png"
    assert_close(corner_colours(pixels(attachment)), QUARTERS)


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped() -> None:
    grey = Image.fromarray(np.full((32, 32), 32768, np.uint16))
    assert np.asarray(pixels(load(picture_file(grey, "PNG"), "scan.png"))).mean() == pytest.approx(127.5, abs=1)


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_measurements_without_a_range_run_from_black_to_white(kind: type) -> None:
    values: np.ndarray = np.linspace(-1000, 5000, 64 * 64).reshape(64, 64).astype(kind)
    seen = np.asarray(pixels(load(picture_file(Image.fromarray(values), "TIFF"), "map.tif")))
    assert (seen.min(), seen.max()) == (0, 255)


def test_not_a_number_in_a_float_picture_does_no_harm() -> None:
    values = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    values[0, 0], values[0, 1] = np.nan, np.inf
    assert np.asarray(pixels(load(picture_file(Image.fromarray(values), "TIFF"), "map.tif"))).max() == 255


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "TIFF"])
def test_transparency_lies_on_white(file_format: str) -> None:
    image = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    image.paste((0, 0, 0, 128), (0, 0, 16, 32))
    seen = pixels(load(picture_file(image, file_format), "logo"))
    assert_close([tuple(np.asarray(seen)[16, 24]), tuple(np.asarray(seen)[16, 8])], [(255,) * 3, (127,) * 3], 2)


@pytest.mark.parametrize("mode", ["LA", "P"])
def test_transparency_of_grey_and_of_palettes_lies_on_white(mode: str) -> None:
    if mode == "LA":
        data = picture_file(Image.new("LA", (16, 16), (0, 0)), "PNG")
    else:
        data = picture_file(Image.new("P", (16, 16), 0), "PNG", transparency=0)
    assert np.asarray(pixels(load(data, "p.png"))).min() == 255


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_a_turned_picture_stands_upright(orientation: int, file_format: str) -> None:
    # How each orientation is stored: the inverse of the turn that a viewer makes.
    stored = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    image = quarters() if stored is None else quarters().transpose(stored)
    exif = Image.Exif()
    exif[0x0112] = orientation
    attachment = load(picture_file(image, file_format, exif=exif), "telephone")
    assert (attachment.width, attachment.height) == (96, 64)
    assert_close(corner_colours(pixels(attachment)), QUARTERS)


def test_a_jpeg_that_needs_no_change_keeps_its_bytes() -> None:
    data = picture_file(quarters(), "JPEG")
    attachment = load(data, "a.jpg")
    assert (attachment.data, attachment.media_type) == (data, "image/jpeg")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_a_jpeg_with_an_unreadable_exif_block_is_written_anew() -> None:
    data = picture_file(quarters(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12")
    assert_close(corner_colours(pixels(load(data, "a.jpg"))), QUARTERS)


def test_loading_a_loaded_picture_changes_nothing() -> None:
    once = load(picture_file(photograph(2400, 1200), "JPEG"), "a.jpg")
    assert load(once.data, once.name) == once


@pytest.mark.parametrize(
    ("file_format", "options"), [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("AVIF", {})]
)
def test_of_an_animation_the_first_frame_is_shown(file_format: str, options: dict[str, Any]) -> None:
    frames = [quarters(), Image.new("RGB", (96, 64), "black")]
    data = picture_file(frames[0], file_format, save_all=True, append_images=frames[1:], duration=100, **options)
    assert_close(corner_colours(pixels(load(data, "moving"))), QUARTERS)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_a_large_photograph_shrinks_to_what_the_largest_budget_can_use(file_format: str) -> None:
    attachment = load(picture_file(photograph(2400, 1800), file_format), "big")
    assert attachment.width is not None
    assert attachment.height is not None
    assert USEFUL_PIXELS * 0.99 < attachment.width * attachment.height < USEFUL_PIXELS * 1.01
    assert attachment.width / attachment.height == pytest.approx(4 / 3, rel=0.01)
    pixels(attachment)


def test_a_picture_at_the_useful_size_is_not_touched() -> None:
    # 1120 soft tokens of 48 x 48 pixels are 2,580,480: 1680 x 1536.
    image = photograph(1680, 1536)
    seen = pixels(load(picture_file(image, "PNG", compress_level=1), "exact.png"))
    assert np.array_equal(np.asarray(seen), np.asarray(image))


def test_more_megapixels_than_the_limit_are_refused_before_decoding() -> None:
    with pytest.raises(AttachmentRefused, match=f"has more than {MAX_PIXELS // 1_000_000} megapixels"):
        load(png_header(MAX_PIXELS // 1000 + 1, 1000), "bomb.png")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_000, 20_000, 2**31 - 1])
def test_a_decompression_bomb_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(AttachmentRefused, match="megapixels"):
        load(png_header(side, side), "bomb.png")


@pytest.mark.parametrize("size", [(1, 1), (MIN_SIDE - 1, 100), (100, MIN_SIDE - 1)])
def test_a_picture_of_a_few_pixels_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(AttachmentRefused, match=f"{size[0]} x {size[1]} pixels, too small to see anything"):
        load(picture_file(Image.new("RGB", size), "PNG"), "dot.png")


@pytest.mark.parametrize("size", [(MIN_SIDE * MAX_ASPECT_RATIO + 1, MIN_SIDE), (20, 20_000)])
def test_a_strip_the_model_would_see_squashed_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(AttachmentRefused, match=f"one side is more than {MAX_ASPECT_RATIO} times the other"):
        load(picture_file(Image.new("RGB", size), "PNG"), "strip.png")


@pytest.mark.parametrize("size", [(MIN_SIDE, MIN_SIDE), (MIN_SIDE * MAX_ASPECT_RATIO, MIN_SIDE), (50, 3500)])
def test_the_smallest_and_the_longest_allowed_pictures_are_taken(size: tuple[int, int]) -> None:
    attachment = load(picture_file(Image.new("RGB", size, "red"), "PNG"), "edge.png")
    assert (attachment.width, attachment.height) == size


def test_a_jpeg_of_thousands_of_scans_is_refused() -> None:
    data = picture_file(quarters(), "JPEG", progressive=True)
    scan = data.index(b"\xff\xda")
    with pytest.raises(AttachmentRefused, match="is a JPEG of more than 100 scans"):
        load(data[:scan] + data[scan:-2] * 500 + data[-2:], "slow.jpg")


@pytest.mark.parametrize("budget", [70, 140, 280, 560, 1120])
def test_gemmas_image_processor_takes_every_size_that_is_let_in(budget: int) -> None:
    from transformers.models.gemma4.image_processing_gemma4 import get_aspect_ratio_preserving_size

    sides = [MIN_SIDE, 5, 7, 16, 47, 48, 49, 100, 333, 719, 1000, 1605, 3361, 8000, 13_441]
    for width in sides:
        for height in sides:
            if max(width, height) <= MAX_ASPECT_RATIO * min(width, height):
                tall, wide = get_aspect_ratio_preserving_size(height, width, 16, budget * 9, 3)
                assert 0 < (tall // 48) * (wide // 48) <= budget
