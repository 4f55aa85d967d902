"""The attachments one visitor has sent, and the files under which the chat shows them.

A path that comes back from a browser inside a conversation is never opened: it is only a key to what this session
has put here itself.
"""

from pathlib import Path
from typing import Any

from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from gradio_client.utils import strip_invalid_filename_characters

from space.conversation import Attachment

MOST_BYTES = 64 * 2**20  # of one session, in memory; the oldest attachments expire first
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "audio/wav": ".wav"}


class Shelf:
    """Attachments by the hash that names their folder in Gradio's cache. Lives in the session's state."""

    def __init__(self) -> None:
        self._attachments: dict[str, Attachment] = {}

    def put(self, attachment: Attachment) -> dict[str, Any]:
        """Keep an attachment and return the file the chat shows: the checked bytes, not the ones uploaded."""
        name = Path(strip_invalid_filename_characters(attachment.name) or attachment.kind)
        shown = name.stem + SUFFIXES[attachment.media_type]
        path = save_bytes_to_cache(attachment.data, shown, cache_dir=get_upload_folder())
        self._attachments[_key(path)] = attachment
        while len(self._attachments) > 1 and sum(len(each.data) for each in self._attachments.values()) > MOST_BYTES:
            del self._attachments[next(iter(self._attachments))]
        return _file(path, attachment)

    def find(self, path: str) -> Attachment | None:
        """The attachment shown under `path`, if this session put it here and still has it."""
        return self._attachments.get(_key(path))

    def shown(self, path: str) -> dict[str, Any] | None:
        """The file of an attachment that is still here, rebuilt: nothing of the payload but the key is used."""
        attachment = self.find(path)
        if attachment is None:
            return None
        return self.put(attachment)


def _key(path: str) -> str:
    """Gradio's cache puts a file into a folder named by the hash of its bytes."""
    return Path(path).parent.name


def _file(path: str, attachment: Attachment) -> dict[str, Any]:
    return {
        "path": path,
        "orig_name": attachment.name or Path(path).name,
        "mime_type": attachment.media_type,
        "meta": {"_type": "gradio.FileData"},
    }
