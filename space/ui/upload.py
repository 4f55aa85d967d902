"""From an uploaded file to a checked attachment. The only place where a path from outside is opened.

It must lie in Gradio's own upload folder; everything else about it is `space.media`'s to judge.
"""

import asyncio
from pathlib import Path

from gradio.utils import get_upload_folder

from space.conversation import Attachment
from space.errors import AttachmentRefused
from space.media import load


async def load_upload(path: str, name: str, *, use_beginning: bool) -> Attachment:
    """Read one uploaded file and check it, in a thread. Raises `AttachmentRefused`."""
    return await asyncio.to_thread(_load_upload, path, name, use_beginning)


def _load_upload(path: str, name: str, use_beginning: bool) -> Attachment:
    upload = Path(path).resolve()
    if not upload.is_relative_to(Path(get_upload_folder()).resolve()) or not upload.is_file():
        raise AttachmentRefused("An attached file is no longer here. Please attach it again.")
    return load(upload.read_bytes(), name, use_beginning=use_beginning)
