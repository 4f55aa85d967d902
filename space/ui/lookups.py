"""A call of the model and what it returned, as a collapsible block of the page, and what of it comes back. Pure.

The block is only shown: a call and its result are the session's to know, and what a browser sends in their place is
never believed.
"""

import html
import json
import re
from typing import Any

from registry.one_line import one_line
from space.answer import Lookup
from space.conversation import ToolCall

MARK = "lookup:"
"""Before the call's id in the mark of its block; alone in a block whose call nobody knows any more."""

LONGEST_TITLE = 120  # characters


def lookup_view(lookup: Lookup) -> dict[str, Any]:
    """The block. Title and text come from others and stay text."""
    status = "pending" if lookup.result is None else "done"
    metadata = {"title": title(lookup.call), "id": f"{MARK}{lookup.call.id}", "status": status}
    text = f'<pre class="lookup">{html.escape(lookup.result or "…")}</pre>'
    return {"role": "assistant", "content": [{"type": "text", "text": text}], "metadata": metadata}


def title(call: ToolCall) -> str:
    """The tool's name and its arguments: get_passport, field: licence. Gradio reads titles as Markdown: escaped."""
    try:
        given = json.loads(call.arguments)
    except ValueError:
        given = call.arguments
    pairs = [f"{name}: {_plain(value)}" for name, value in given.items()] if isinstance(given, dict) else [str(given)]
    line = one_line(", ".join([call.name, *pairs]), LONGEST_TITLE)
    return re.sub(r"([\\`*\[\]()#!|~$])", r"\\\1", html.escape(line, quote=False))


def call_id(metadata: dict[str, Any]) -> str | None:
    """The id of the call a message of the page shows, empty where it is no longer known; None for other messages."""
    mark = metadata.get("id")
    return mark.removeprefix(MARK) if isinstance(mark, str) and mark.startswith(MARK) else None


def forgotten(metadata: dict[str, Any]) -> dict[str, Any]:
    """The same block with no call behind it: words that no prompt will hold."""
    return {"title": str(metadata.get("title") or "Looked up"), "id": MARK, "status": "done"}


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
