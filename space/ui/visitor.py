"""Who sent a request to the page, for whatever is rationed by visitor."""

import gradio as gr

from space.whose import address


def visitor(request: gr.Request) -> str:
    """The address that the nearest proxy saw; one name for all of whom Gradio tells nothing."""
    return address(request.headers, str(request.client.host) if request.client else None)
