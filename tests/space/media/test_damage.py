"""Whatever bytes arrive: an attachment or a sentence, nothing else, and soon."""

import random
import re
import time
from collections.abc import Callable

import pytest

from space.conversation import Attachment
from space.errors import AttachmentRefused
from space.media import load
from tests.space.media.files import encoded_sound, photograph, picture_file, sound_file, tone

PICTURE = photograph(120, 80)
WHOLE: dict[str, bytes] = {
    "png": picture_file(PICTURE, "PNG"),
    "palette": picture_file(PICTURE.convert("P"), "PNG"),
    "jpeg": picture_file(PICTURE, "JPEG", progressive=True),
    "webp": picture_file(PICTURE, "WEBP"),
    "gif": picture_file(PICTURE, "GIF"),
    "bmp": picture_file(PICTURE, "BMP"),
    "tiff": picture_file(PICTURE, "TIFF", compression="tiff_lzw"),
    "avif": picture_file(PICTURE, "AVIF"),
    "jpeg2000": picture_file(PICTURE, "JPEG2000"),
    "wav": sound_file(tone(0.3, 48_000), 48_000),
    "adpcm": sound_file(tone(0.3, 48_000), 48_000, subtype="IMA_ADPCM"),
    "aiff": sound_file(tone(0.3, 48_000), 48_000, "AIFF"),
    "flac": sound_file(tone(0.3, 48_000), 48_000, "FLAC"),
    "vorbis": sound_file(tone(0.3, 48_000), 48_000, "OGG"),
    "mp3": encoded_sound("mp3", "libmp3lame", seconds=0.3),
    "webm": encoded_sound("webm", "libopus", seconds=0.3),
    "m4a": encoded_sound("ipod", "aac", seconds=0.3),
    "alac": encoded_sound("ipod", "alac", seconds=0.3),
    "adts": encoded_sound("adts", "aac", seconds=0.3),
}
CASES_PER_FILE = 12
# Of processor time, so that a busy machine does not fail the test.
SECONDS_PER_FILE = 2.0

# Pillow warns about what it can read past, and these files are full of it.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")


def assert_attachment_or_sentence(data: bytes) -> None:
    started = time.process_time()
    outcome = attempt(data)
    assert time.process_time() - started < SECONDS_PER_FILE
    if isinstance(outcome, Attachment):
        assert attempt(outcome.data) == outcome, "what was let in must be whole"
    else:
        assert re.fullmatch(r"“damaged” .+\.", outcome)


def attempt(data: bytes) -> Attachment | str:
    try:
        return load(data, "damaged", use_beginning=True)
    except AttachmentRefused as refusal:
        return str(refusal)


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """One to eight bits turned, half of the time in the header."""
    changed = bytearray(data)
    reach = chance.choice([min(len(data), 128), len(data)])
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(reach)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwritten(data: bytes, chance: random.Random) -> bytes:
    """A field of four bytes set to an extreme."""
    place = chance.randrange(min(len(data), 256) - 4)
    return data[:place] + chance.choice([b"\x00" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff"]) + data[place + 4 :]


def cut_out(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:start] + data[end:]


def doubled(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:]


@pytest.mark.parametrize("damage", [truncated, flipped, overwritten, cut_out, doubled])
@pytest.mark.parametrize("kind", WHOLE)
def test_a_damaged_file_is_an_attachment_or_a_sentence(
    kind: str, damage: Callable[[bytes, random.Random], bytes]
) -> None:
    chance = random.Random(f"{kind} {damage.__name__}")
    for _ in range(CASES_PER_FILE):
        assert_attachment_or_sentence(damage(WHOLE[kind], chance))


@pytest.mark.parametrize("kind", WHOLE)
def test_random_bytes_behind_a_true_signature_are_an_attachment_or_a_sentence(kind: str) -> None:
    chance = random.Random(kind)
    for length in (1, 10, 100, 1000, 10_000):
        assert_attachment_or_sentence(WHOLE[kind][: chance.choice([8, 12, 48])] + chance.randbytes(length))


def test_random_bytes_are_an_attachment_or_a_sentence() -> None:
    chance = random.Random(0)
    for _ in range(300):
        assert_attachment_or_sentence(chance.randbytes(chance.randint(1, 2000)))


@pytest.mark.parametrize("kind", WHOLE)
def test_the_undamaged_files_of_this_test_are_all_taken(kind: str) -> None:
    assert isinstance(load(WHOLE[kind], kind), Attachment)
