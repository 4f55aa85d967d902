"""How vLLM gets at the pictures and sounds of a request: every one passes the limits of `space.media` first.

All of vLLM's routes load their media through one class; this one stands in its place, so that a program's picture is
checked as a visitor's is. What was checked is then decoded by vLLM itself.
"""

import asyncio
import base64
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError
from vllm.exceptions import VLLMClientError
from vllm.multimodal.media import MEDIA_CONNECTOR_REGISTRY, AudioMediaIO, ImageMediaIO, MediaConnector, MediaIO

from space.engine.environment import stay_with_listed_hosts
from space.engine.options import NO_DOMAIN
from space.errors import AttachmentRefused, SoundTooLong
from space.media import load
from space.media.limits import MAX_FILE_BYTES

SEND_DATA = "Send the file itself as a data URL: data:image/png;base64,… or, for a sound, as input_audio."
KINDS = {ImageMediaIO: "image", AudioMediaIO: "audio"}


class WholeFile(MediaIO[bytes]):
    """The bytes of a file as they are, for the checks."""

    def get_max_bytes(self) -> int:
        """The largest file that is fetched, in bytes."""
        return MAX_FILE_BYTES

    def load_bytes(self, data: bytes) -> bytes:
        """Nothing is decoded here."""
        return data

    def load_base64(self, media_type: str, data: str) -> bytes:
        """What a data URL or `input_audio` holds; the type it names is not believed."""
        return base64.b64decode(data, validate=True)

    def load_file(self, filepath: object) -> bytes:
        """Files of this machine are nobody's to read."""
        raise VLLMClientError(f"Files of this server cannot be read. {SEND_DATA}")


class CheckedMedia(MediaConnector):
    """vLLM's loader of media, with a look at each file before it is decoded."""

    @property
    def _listed(self) -> set[str]:
        return set(self.allowed_media_domains) - {NO_DOMAIN}

    async def load_from_url_async(
        self, url: str, media_io: MediaIO[Any], *, fetch_timeout: int | None = None
    ) -> object:
        """What `media_io` makes of the checked file. Raises `VLLMClientError` with a sentence for whoever asked."""
        kind = KINDS.get(type(media_io))
        if kind is None:
            raise VLLMClientError("The model takes pictures and sounds, and no video.")
        self._check_address(url)
        try:
            data = await super().load_from_url_async(url, WholeFile(), fetch_timeout=fetch_timeout)
            attachment = await asyncio.to_thread(load, data, "")
        except SoundTooLong as error:
            raise VLLMClientError(
                f"This sound lasts {error.seconds:.1f} seconds and the model hears {error.limit_seconds:.0f} at most. "
                "Send a shorter one."
            ) from error
        except AttachmentRefused as error:
            raise VLLMClientError(str(error)) from error
        except (ValueError, NotImplementedError) as error:
            raise VLLMClientError(f"A file that is sent must be written in base64. {SEND_DATA}") from error
        except (ClientError, TimeoutError, OSError) as error:
            raise VLLMClientError(f"The file could not be fetched from its address. {SEND_DATA}") from error
        if attachment.kind != kind:
            raise VLLMClientError(f"This part of the message takes one {kind}, and the file is one {attachment.kind}.")
        return await asyncio.to_thread(media_io.load_bytes, attachment.data)

    def load_from_url(self, url: str, media_io: MediaIO[Any], *, fetch_timeout: int | None = None) -> object:
        """Nothing of a server's comes here; refused, so that nothing can pass unchecked."""
        raise NotImplementedError("media are loaded on the event loop")

    def _check_address(self, url: str) -> None:
        """Refuse whatever would make this server reach out, but for hosts its owner has listed."""
        if url[:5].lower() == "data:":
            return
        try:
            parts = urlsplit(url)
            allowed = parts.scheme in ("http", "https") and parts.hostname in self._listed
        except ValueError:
            allowed = False
        if not allowed:
            raise VLLMClientError(f"This server fetches nothing from that address. {SEND_DATA}")


def check_all_media() -> None:
    """Put `CheckedMedia` where every engine of this process looks for its loader: under the name of vLLM's default."""
    stay_with_listed_hosts()
    MEDIA_CONNECTOR_REGISTRY.register("http")(CheckedMedia)
