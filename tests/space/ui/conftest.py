"""One page on the stand-in engine, served for all tests of this folder that need a server."""

import gc
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from space.api.application import build_application
from space.api.exports import exports_router
from space.chat import Chat
from space.checkpoint.checkpoint import Checkpoint
from space.engine.supervisor import OnReady, Supervisor
from space.errors import RegistryAway
from space.registrar import Registrar
from space.temporary import TemporaryPassports
from space.ui.mount import mount
from space.ui.page import build_page
from tests.checkpoint_files import CARD, checkpoint_files, write_checkpoint
from tests.chromium import launch
from tests.hub_server import HubServer, Repository, running_hub
from tests.space.ui.echo import ECHO_TOOLS, EchoEngine


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module's tests; each opens pages of its own."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def upload_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gradio's upload folder, away from that of any page this machine really serves."""
    folder = tmp_path_factory.mktemp("uploads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        yield folder


UNRECORDED = "someone/small"
"""A repository of the local Hub that the page reads: no test of it asks the real one."""


@dataclass(frozen=True, kw_only=True)
class ServedPage:
    """Where the page is, and what stands behind it."""

    url: str
    engine: EchoEngine
    supervisor: Supervisor
    registrar: Registrar


def echo_supervisor(engine: EchoEngine, folder: Path, on_ready: OnReady | None = None) -> Supervisor:
    checkpoint = Checkpoint(folder=folder, repo_id="someone/echo-W4A16", revision="0" * 40)

    async def build(checkpoint: Checkpoint) -> EchoEngine:
        engine.checkpoint = checkpoint
        return engine

    return Supervisor(model=checkpoint.repo_id, fetch=lambda *_: checkpoint, build=build, on_ready=on_ready)


@contextmanager
def unclosed_loops_collected() -> Iterator[None]:
    """Gradio 6.31.0 and its client leave event loops unclosed: collect them here, not in some later test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@pytest.fixture(scope="session")
def hub() -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[UNRECORDED] = Repository(files=checkpoint_files())
        yield hub


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, upload_folder: Path, hub: HubServer) -> Iterator[ServedPage]:
    folder = tmp_path_factory.mktemp("checkpoint")
    # Made from a model of its own: what is served here must not turn up among the variants that tests search for.
    write_checkpoint(folder, README__md=CARD.replace("google/gemma-4-E2B-it", "someone/echo").encode())
    engine = EchoEngine()
    registrar = Registrar(tmp_path_factory.mktemp("registry") / "registry.db")
    supervisor = echo_supervisor(engine, folder, registrar.serving)
    with unclosed_loops_collected():
        chat = Chat(supervisor, lambda: ECHO_TOOLS)
        temporary = TemporaryPassports(registrar, hub.endpoint, seconds=300)
        page = build_page(chat=chat, supervisor=supervisor, registrar=registrar, temporary=temporary, model="echo")
        application = build_application(supervisor, registrar.run)
        application.include_router(exports_router(registrar.store, temporary.find))
        app = mount(application, page, registrar.store)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    yield ServedPage(url=url, engine=engine, supervisor=supervisor, registrar=registrar)
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "circle.png"
    image = Image.new("RGB", (96, 96), "white")
    ImageDraw.Draw(image).ellipse((20, 20, 70, 70), fill="red")
    image.save(path)
    return path


@pytest.fixture
def upload(picture: Path, upload_folder: Path) -> Path:
    """The picture where a browser's upload puts it."""
    path = upload_folder / picture.name
    path.write_bytes(picture.read_bytes())
    return path


@pytest.fixture(scope="session")
def recorded(served: ServedPage) -> ServedPage:
    """The same page, once its registry knows what is served."""
    deadline = time.monotonic() + 300
    while not _is_recorded(served.registrar):
        assert time.monotonic() < deadline, "the registry never learned what is served"
        time.sleep(0.05)
    return served


def _is_recorded(registrar: Registrar) -> bool:
    try:
        return any(alias.name == "served" for alias in registrar.store().aliases())
    except RegistryAway:
        return False
