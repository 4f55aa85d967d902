"""The page on a web server: everything Gradio is told outside the layout, in one place."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from space.media.limits import MAX_FILE_BYTES
from space.tools.arguments import Registry
from space.tools.box import FUNCTIONS
from space.ui.mcp import complete
from space.ui.theme import Paper

STATIC = Path(__file__).parent / "static"
PAGES = Path(__file__).parent / "pages" / "static"

# Each session keeps its attachments; the least recently used one loses them first.
MOST_SESSIONS = 200


def mount_options() -> dict[str, Any]:
    """What `gr.mount_gradio_app` is told: the looks, and no recording, no tracebacks, no node server."""
    return {
        "theme": Paper(),
        "css_paths": [STATIC / "page.css", PAGES / "pages.css"],
        "js": _each_called(STATIC / "page.js", PAGES / "pages.js"),
        "footer_links": ["api", "settings"],
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "max_file_size": MAX_FILE_BYTES,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": True,
    }


def mount(app: FastAPI, page: gr.Blocks, registry: Callable[[], Registry]) -> FastAPI:
    """Put the page at the root of `app`, with MCP at /gradio_api/mcp; routes `app` already has win.

    `registry` is asked for the models whose passports agents may read; it may block.
    """
    page.state_session_capacity = MOST_SESSIONS
    # Gradio 6.31.0, 2026-11: `_check_allowed` refuses paths outside the upload folder only for pages that were
    # `launch()`ed. A mounted page would copy any file the server can read into its cache, at a browser's word.
    page.has_launched = True
    with warnings.catch_warnings():
        # Gradio 6.31.0, 2026-11: it warns that several pages rule out its node server, asked for or not.
        warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        gr.mount_gradio_app(app, page, path="/", **mount_options())
    if page.mcp_server_obj is None:
        raise RuntimeError(page.mcp_error or "Gradio has started no MCP server.")
    complete(page.mcp_server_obj, [tool.__name__ for tool in FUNCTIONS], lambda: registry().subjects())
    return app


def _each_called(*scripts: Path) -> str:
    """One function, as Gradio takes it, out of several files that are a function each."""
    calls = "\n".join(f"({script.read_text().strip()})();" for script in scripts)
    return f"() => {{\n{calls}\n}}"
