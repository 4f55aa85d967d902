"""What Gradio's MCP server leaves to do: which endpoints agents see, the list of resources, and reading them.

Tools are Gradio's own work. Knows the protocol and the marks that `gr.mcp` leaves on functions; no tool in particular.
"""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, unquote

import gradio as gr
from gradio.mcp import GradioMCPServer
from mcp import McpError, types
from mcp.server.lowlevel.helper_types import ReadResourceContents
from pydantic import AnyUrl

NAME = "model-passports"  # what the server calls itself to an agent
PAGE = 50  # resources of one page of the list
NOT_FOUND = -32002  # the protocol's code for a resource that is not there

Answers = Callable[..., Awaitable[str]]


def complete(server: GradioMCPServer, tools: Sequence[str], subjects: Callable[[], Sequence[str]]) -> None:
    """Offer the endpoints named in `tools` and those marked by `gr.mcp`, and nothing else of the page.

    `subjects` gives the models whose resources are listed; it may block.

    2026-11-30, Gradio 6.31.0: reading a resource and getting a prompt go through an HTTP client of the server to
    itself, at an address that the first caller's Host header names; a failure there arrives as "'data'"; and on a
    Space, where names get a prefix, `get_prompt` runs some other endpoint. So both call the function here. The list
    of resources has none of a template's.
    """
    marked = {function.__name__ for kind in ("resource", "prompt") for function in _marked(server, kind)}
    shown = {*tools, *marked}
    server.tool_to_endpoint = {
        name: endpoint for name, endpoint in server.tool_to_endpoint.items() if endpoint.lstrip("/") in shown
    }
    protocol = server.mcp_server
    protocol.name = NAME

    @protocol.list_resources()  # type: ignore[no-untyped-call]
    async def list_resources(request: types.ListResourcesRequest) -> types.ListResourcesResult:
        cursor = request.params.cursor if request.params else None
        return _page([*_marked(server, "resource")], await asyncio.to_thread(subjects), cursor)

    @protocol.read_resource()  # type: ignore[no-untyped-call]
    async def read_resource(uri: AnyUrl) -> list[ReadResourceContents]:
        for function in _marked(server, "resource"):
            template: str = function._mcp_uri_template  # type: ignore[attr-defined]
            if found := re.fullmatch(_pattern(template), str(uri)):
                given = {name: unquote(value) for name, value in found.groupdict().items()}
                text = await _answer(function, given, NOT_FOUND)
                return [ReadResourceContents(content=text, mime_type=function._mcp_mime_type)]  # type: ignore[attr-defined]
        raise McpError(types.ErrorData(code=NOT_FOUND, message=f"There is no resource {str(uri)[:200]}."))

    @protocol.get_prompt()  # type: ignore[no-untyped-call]
    async def get_prompt(name: str, arguments: dict[str, str] | None) -> types.GetPromptResult:
        for function in _marked(server, "prompt"):
            if name == server.tool_prefix + function.__name__:
                text = await _answer(function, arguments or {}, types.INVALID_PARAMS)
                said = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
                return types.GetPromptResult(messages=[said])
        raise McpError(types.ErrorData(code=types.INVALID_PARAMS, message=f"There is no prompt {name[:80]}."))


def _marked(server: GradioMCPServer, kind: str) -> Iterator[Answers]:
    """The functions of the page that `gr.mcp` marked."""
    for block in server.blocks.fns.values():
        if getattr(block.fn, "_mcp_type", None) == kind:
            yield block.fn  # type: ignore[misc]


async def _answer(function: Answers, given: dict[str, Any], code: int) -> str:
    """What the function returns, or its sentence as the protocol's error."""
    try:
        inspect.signature(function).bind(**given)
        return await function(**given)
    except (gr.Error, TypeError) as error:
        raise McpError(types.ErrorData(code=code, message=str(error))) from error


def _pattern(template: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))


def _page(functions: Sequence[Answers], subjects: Sequence[str], cursor: str | None) -> types.ListResourcesResult:
    """One page: every model's resources stand together. A cursor is the number of models before it."""
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise McpError(types.ErrorData(code=types.INVALID_PARAMS, message="This cursor was not given out here."))
    start = int(cursor or 0)
    models = PAGE // max(1, len(functions))
    resources = [
        types.Resource(
            uri=AnyUrl(re.sub(r"\{\w+\}", quote(subject, safe=""), function._mcp_uri_template)),  # type: ignore[attr-defined]
            name=f"{function.__name__} of {subject}",
            mimeType=function._mcp_mime_type,  # type: ignore[attr-defined]
        )
        for subject in subjects[start : start + models]
        for function in functions
    ]
    more = start + models < len(subjects)
    return types.ListResourcesResult(resources=resources, nextCursor=str(start + models) if more else None)
