from pathlib import Path

import pytest

from space.conversation import Attachment
from space.errors import AttachmentRefused
from space.ui.shelf import MOST_BYTES, Shelf
from space.ui.upload import load_upload

PICTURE = Attachment(kind="image", media_type="image/png", data=b"bytes of a picture", name="cat.png")


async def test_a_file_outside_the_upload_folder_is_not_opened(picture: Path) -> None:
    with pytest.raises(AttachmentRefused, match="no longer here"):
        await load_upload(str(picture), "circle.png", use_beginning=False)


async def test_a_path_that_climbs_out_is_not_followed(picture: Path, upload_folder: Path) -> None:
    climbing = f"{upload_folder}/../{picture.parent.name}/{picture.name}"
    with pytest.raises(AttachmentRefused, match="no longer here"):
        await load_upload(climbing, "circle.png", use_beginning=False)


async def test_an_uploaded_file_is_checked_and_named(upload: Path) -> None:
    attachment = await load_upload(str(upload), "circle.png", use_beginning=False)
    assert (attachment.kind, attachment.name, attachment.width) == ("image", "circle.png", 96)


def test_a_shelf_knows_only_what_was_put_there() -> None:
    shelf = Shelf()
    path = shelf.put(PICTURE)["path"]
    assert shelf.find(path) == PICTURE
    assert Shelf().find(path) is None
    assert shelf.find("/etc/passwd") is None


def test_what_is_shown_are_the_checked_bytes() -> None:
    assert Path(Shelf().put(PICTURE)["path"]).read_bytes() == PICTURE.data


def test_the_oldest_attachments_expire_first() -> None:
    shelf = Shelf()
    half = [
        Attachment(kind="image", media_type="image/png", data=bytes([number]) * (MOST_BYTES // 2), name=f"{number}.png")
        for number in range(3)
    ]
    paths = [shelf.put(each)["path"] for each in half]
    assert [shelf.find(path) is not None for path in paths] == [False, True, True]
