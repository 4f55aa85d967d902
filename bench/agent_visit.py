"""An agent's visit over MCP, printed as it goes: `python -m bench.agent_visit [URL] > docs/agent-visit.md`.

It follows the Space's own prompt, which variant fits my card, with the MCP SDK's client: what is on offer, a search,
an estimate, a comparison, the evidence on a licence, a citation, and a slip with the sentence it gets back. Nothing in
the transcript depends on the hour or the machine, so that the same visit prints the same text.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent, TextResourceContents, Tool
from pydantic import AnyUrl

URL = "http://127.0.0.1:7860"
CARD, CONTEXT = "RTX 4070", 32_768
MODEL, OTHER = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound", "google/gemma-4-E2B-it-qat-w4a16-ct"

CALLS: tuple[tuple[str, dict[str, object]], ...] = (
    ("search", {"words": "e2b", "scheme": "W4A16", "fits": CARD, "order": "size"}),
    ("estimate_vram", {"model": MODEL, "context": CONTEXT, "card": CARD}),
    ("compare", {"models": [MODEL, OTHER]}),
    ("get_passport", {"model": MODEL, "field": "licence"}),
    ("cite", {"model": MODEL, "format": "apa"}),
    ("estimate_vram", {"model": "gemma-4-E2B", "card": CARD}),
)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[ClientSession]:
    """A session with the Space at `url`."""
    async with (
        streamable_http_client(f"{url.rstrip('/')}/gradio_api/mcp/") as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        yield session


async def visit(url: str) -> str:
    """The transcript in Markdown."""
    async with connected(url) as session:
        server = (await session.initialize()).serverInfo
        parts = [
            "# An agent's visit over MCP\n\nPrinted by `python -m bench.agent_visit`; a test compares it with a visit.",
            f"The server calls itself `{server.name}`.",
            await _offer(session),
            await _prompt(session),
            *[await _call(session, name, arguments) for name, arguments in CALLS],
            await _resource(session, f"registry://citations/{MODEL.replace('/', '%2F')}"),
        ]
    return "\n\n".join(parts) + "\n"


async def _offer(session: ClientSession) -> str:
    tools = (await session.list_tools()).tools
    templates = (await session.list_resource_templates()).resourceTemplates
    prompts = (await session.list_prompts()).prompts
    return "\n".join(
        [
            "## What is on offer\n",
            *[
                f"- tool `{tool.name}`({', '.join(tool.inputSchema['properties'])}): {tool.description}"
                for tool in tools
            ],
            *[f"- resource `{template.uriTemplate}`: {template.description}" for template in templates],
            *[f"- prompt `{prompt.name}`: {prompt.description}" for prompt in prompts],
        ]
    )


def _signature(tool: Tool) -> str:
    return f"{tool.name}({', '.join(tool.inputSchema['properties'])})"


async def _prompt(session: ClientSession) -> str:
    arguments = {"card": CARD, "context": str(CONTEXT)}
    got = await session.get_prompt("which_variant_fits_my_card", arguments)
    (text,) = [message.content.text for message in got.messages if isinstance(message.content, TextContent)]
    return f"## which_variant_fits_my_card {json.dumps(arguments)}\n\n{_quoted(text)}"


async def _call(session: ClientSession, name: str, arguments: dict[str, object]) -> str:
    answer = await session.call_tool(name, arguments)
    (text,) = [content.text for content in answer.content if isinstance(content, TextContent)]
    told = "\n\nAn error, in a sentence:" if answer.isError else ""
    return f"## {name} {json.dumps(arguments)}{told}\n\n{_quoted(text)}"


async def _resource(session: ClientSession, uri: str) -> str:
    contents = (await session.read_resource(AnyUrl(uri))).contents
    (text,) = [content.text for content in contents if isinstance(content, TextResourceContents)]
    return f"## {uri}\n\n{_quoted(text)}"


def _quoted(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


if __name__ == "__main__":
    print(asyncio.run(visit(sys.argv[1] if len(sys.argv) > 1 else URL)), end="")
