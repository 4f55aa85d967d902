"""Every picture and sound that vLLM loads passes our limits first, whichever route it came by."""

import base64
import http.server
import threading
from collections.abc import Iterator

import pytest
from vllm.exceptions import VLLMClientError
from vllm.multimodal.media import MEDIA_CONNECTOR_REGISTRY

from space.engine.media_connector import CheckedMedia, check_all_media
from space.engine.options import NO_DOMAIN
from space.engine.warmup import warm_up_request

pytestmark = pytest.mark.engine

PICTURE, SOUND = (attachment.data for attachment in warm_up_request().messages[0].attachments)


def data_url(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


@pytest.fixture
def connector() -> CheckedMedia:
    """As an engine makes it where its owner has listed no host."""
    check_all_media()
    made = MEDIA_CONNECTOR_REGISTRY.load("http", allowed_media_domains=[NO_DOMAIN])
    assert isinstance(made, CheckedMedia)
    return made


async def test_a_picture_and_a_sound_come_through(connector: CheckedMedia) -> None:
    assert (await connector.fetch_image_async(data_url(PICTURE))).size == (96, 96)
    samples, rate = await connector.fetch_audio_async(data_url(SOUND, "audio/wav"))
    assert (len(samples), rate) == (8000, 16000)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("file:///etc/hostname", "data URL"),
        ("http://127.0.0.1/x.png", "data URL"),
        ("http://169.254.169.254/latest/meta-data", "data URL"),
        (f"http://{NO_DOMAIN}/x.png", "data URL"),
        ("https://example.org/x.png", "data URL"),
        ("ht!tp://[x", "data URL"),
        ("/etc/hostname", "data URL"),
        ("data:image/png,plain", "base64"),
        ("data:image/png", "base64"),
        ("data:image/png;base64,!!!", "base64"),
        (data_url(b""), "empty"),
        (data_url(b"a letter"), "text"),
        (data_url(PICTURE[:60]), "breaks off"),
        (data_url(SOUND), "takes one image"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_a_sentence(connector: CheckedMedia, url: str, word: str) -> None:
    with pytest.raises(VLLMClientError, match=word):
        await connector.fetch_image_async(url)


async def test_a_video_is_refused(connector: CheckedMedia) -> None:
    with pytest.raises(VLLMClientError, match="no video"):
        await connector.fetch_video_async(data_url(PICTURE))


class OnePicture(http.server.BaseHTTPRequestHandler):
    """Serves the picture at /x.png and sends everybody else there."""

    def do_GET(self) -> None:
        """Answer one request."""
        self.send_response(200 if self.path == "/x.png" else 302)
        self.send_header("Location", "/x.png")
        self.end_headers()
        if self.path == "/x.png":
            self.wfile.write(PICTURE)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def listed_host() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), OnePicture) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def test_a_host_its_owner_has_listed_is_asked_and_no_other(listed_host: str) -> None:
    check_all_media()
    connector = CheckedMedia(allowed_media_domains=["127.0.0.1"])
    assert (await connector.fetch_image_async(f"{listed_host}/x.png")).size == (96, 96)
    with pytest.raises(VLLMClientError, match="data URL"):
        await connector.fetch_image_async(listed_host.replace("127.0.0.1", "localhost") + "/x.png")
    with pytest.raises(VLLMClientError, match="empty"):  # a redirect is not followed
        await connector.fetch_image_async(f"{listed_host}/elsewhere")
