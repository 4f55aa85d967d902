"""What the pages share: the bar that leads from one to the other, and how their events are wired."""

from typing import Any

from gradio.components.navbar import Navbar

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def navigation() -> Navbar:
    """The bar, on the page being built. The other pages put themselves into it."""
    return Navbar(main_page_name="Chat")
