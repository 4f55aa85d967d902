"""Files that are neither, names that lie, and turns with too much in them."""

import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from space.conversation import Attachment
from space.errors import AttachmentRefused, TurnRefused
from space.media import arrange, load
from space.media.file_name import subject, tidy
from space.media.limits import MAX_FILE_BYTES, MAX_PICTURES_PER_TURN
from tests.space.media.files import picture_file, sound_file, tone


def archive(member: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as writer:
        writer.writestr(member, "content")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "photo.png", "“photo.png” is empty: it has no bytes"),
        (b"Just some words.\n", "photo.png", "“photo.png” is a text file. Paste the text"),
        ("Grüße, 你好".encode(), "notes.txt", "is a text file"),
        ("words".encode("utf-16"), "notes.txt", "is a text file"),
        (b'{"key": 1}', "data.json", "is a text file"),
        (b"#EXTM3U\nhttp://127.0.0.1/secret\n", "list.m3u8", "is a text file"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "list.wav", "is a text file"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "logo.svg", "is an SVG drawing. Export"),
        (b"<!DOCTYPE html><html></html>", "page.html", "is a web page. Attach a screenshot"),
        (b"%PDF-1.7\n\x00\x01", "paper.pdf", "is a PDF document. Attach a picture of the page"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "figure.eps", "is a PostScript document"),
        (archive("word/document.xml"), "letter.docx", "is a ZIP archive or an office document"),
        (b"\x1f\x8b\x08" + b"\x00" * 20, "a.tar.gz", "is a gzip archive"),
        (b"MThd\x00\x00\x00\x06", "tune.mid", "is a MIDI score"),
        (b"\x7fELF\x02\x01", "program", "is a program"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "IMG_1.HEIC", "is a HEIC picture.*Export it as JPEG"),
        (b"\x00\x01\x02\x03" * 10, "blob", "in a format that is not recognised. Attach a picture"),
        (b"\x00", "zero", "not recognised"),
        (b"\xff", "byte", "not recognised"),
        (b"\x89PNG\r\n\x1a\n", "stub.png", "is a PNG picture, but it is damaged"),
        (b"\xff\xd8\xff", "stub.jpg", "is a JPEG picture, but it is damaged"),
        (b"GIF89a", "stub.gif", "is a GIF picture, but it is damaged"),
        (b"RIFF\x00\x00\x00\x00WEBP", "stub.webp", "is a WebP picture, but it is damaged"),
        (b"RIFF\x00\x00\x00\x00WAVE", "stub.wav", "is a WAV sound, but it is damaged"),
        (b"fLaC", "stub.flac", "is a FLAC sound, but it is damaged"),
        (b"OggS", "stub.ogg", "is an Ogg file, but it is damaged"),
        (b"\x1aE\xdf\xa3", "stub.webm", "is a WebM file, but it is damaged"),
        (b"\x00\x00\x00\x18ftypM4A ", "stub.m4a", "is an MP4 file, but it is damaged"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00", "stub.mp3", "is an MP3 sound, but it is damaged"),
    ],
)
def test_each_bad_file_has_its_own_sentence(data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(AttachmentRefused, match=sentence):
        load(data, name)


def test_a_file_over_the_size_limit_is_refused_with_both_sizes() -> None:
    with pytest.raises(AttachmentRefused, match="has 33 MiB and 32 MiB is the limit"):
        load(bytes(MAX_FILE_BYTES + 2**20), "huge.png")


@pytest.mark.parametrize("name", ["sound.wav", "text.txt", "", "no-extension"])
def test_the_kind_comes_from_the_bytes_and_not_from_the_name(name: str) -> None:
    assert load(picture_file(Image.new("RGB", (8, 8)), "PNG"), name).kind == "image"
    assert load(sound_file(tone(0.2, 16_000)), name.replace("wav", "png")).kind == "audio"


def test_many_visitors_load_at_once_and_each_gets_their_own() -> None:
    files = [sound_file(tone(0.5, 44_100, 200 + 50 * number), 44_100) for number in range(8)]
    files += [picture_file(Image.new("RGB", (64, 64), (30 * number, 0, 0)), "WEBP") for number in range(8)]
    alone = [load(data, str(number)) for number, data in enumerate(files)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(load, files * 4, [str(number) for number in range(16)] * 4))
    assert together == alone * 4


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("photo.png", "photo.png"),
        ("C:\\Users\\me\\Été (1).jpg", "Été (1).jpg"),
        ("../../etc/passwd", "passwd"),
        ("<script>alert(1)</script>.png", "script .png"),
        ("[a](javascript:x)`*.png", "a (javascript x) .png"),
        ("line\nbreak\x00\x1b[31m.png", "line break 31m.png"),
        ("x" * 100 + ".png", "…" + "x" * 55 + ".png"),
        ("", ""),
    ],
)
def test_a_name_is_shown_without_paths_or_markup(name: str, tidied: str) -> None:
    assert tidy(name) == tidied
    assert load(picture_file(Image.new("RGB", (8, 8)), "PNG"), name).name == tidied


def test_a_file_without_a_name_is_called_this_file() -> None:
    assert subject("///") == "This file"


def attachment(kind: str, mark: str) -> Attachment:
    if kind == "image":
        return Attachment(kind="image", media_type="image/png", data=mark.encode(), width=1, height=1)
    return Attachment(kind="audio", media_type="audio/wav", data=mark.encode(), seconds=1.0)


def test_pictures_come_first_in_their_order_and_the_sound_last() -> None:
    one, two, sound = attachment("image", "1"), attachment("image", "2"), attachment("audio", "s")
    assert arrange([one, sound, two]) == (one, two, sound)
    assert arrange([]) == ()


def test_as_many_pictures_as_allowed_are_taken_and_one_more_is_not() -> None:
    pictures = [attachment("image", str(number)) for number in range(MAX_PICTURES_PER_TURN)]
    assert arrange(pictures) == tuple(pictures)
    with pytest.raises(TurnRefused, match=r"5 pictures are attached and one message may have 4\. Remove some"):
        arrange([*pictures, attachment("image", "more")])


def test_two_sounds_in_one_message_are_refused() -> None:
    with pytest.raises(TurnRefused, match="2 sounds are attached and one message may have one"):
        arrange([attachment("audio", "a"), attachment("audio", "b")])
