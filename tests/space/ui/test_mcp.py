"""The registry for agents, by the MCP SDK's own client over streamable HTTP. On the stand-in engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent, TextResourceContents
from pydantic import AnyUrl

from bench import agent_visit
from space.tools.box import FUNCTIONS
from space.ui import mcp
from tests.space.ui.conftest import ServedPage

ROOT = Path(__file__).resolve().parents[3]
CARD = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
BASE_URI = AnyUrl("registry://passports/google%2Fgemma-4-E2B-it")


@asynccontextmanager
async def visit(recorded: ServedPage) -> AsyncIterator[ClientSession]:
    async with (
        streamable_http_client(f"{recorded.url}/gradio_api/mcp/") as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        yield session


async def call(recorded: ServedPage, name: str, **arguments: object) -> tuple[str, bool]:
    """The text of a tool's answer, and whether it is an error."""
    async with visit(recorded) as session:
        answer = await session.call_tool(name, arguments)
    (content,) = answer.content
    assert isinstance(content, TextContent)
    return content.text, answer.isError


async def read(recorded: ServedPage, uri: str) -> TextResourceContents:
    async with visit(recorded) as session:
        (content,) = (await session.read_resource(AnyUrl(uri))).contents
    assert isinstance(content, TextResourceContents)
    return content


async def test_agents_see_the_five_tools_and_nothing_else_of_the_page(recorded: ServedPage) -> None:
    async with visit(recorded) as session:
        tools = (await session.list_tools()).tools
    assert [tool.name for tool in tools] == [function.__name__ for function in FUNCTIONS]
    for tool in tools:
        assert tool.description
        assert "\n" not in tool.description
        for name, argument in tool.inputSchema["properties"].items():
            assert argument["description"], f"{tool.name}({name})"
            assert argument["type"], f"{tool.name}({name})"


async def test_types_ranges_and_defaults_are_in_the_schema(recorded: ServedPage) -> None:
    async with visit(recorded) as session:
        tools = {tool.name: tool.inputSchema for tool in (await session.list_tools()).tools}
    assert tools["estimate_vram"]["properties"]["context"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 10_000_000,
        "default": 8192,
        "description": "Tokens a request may reach, 1 to 10,000,000.",
    }
    assert tools["compare"]["required"] == ["models"]
    assert tools["cite"]["properties"]["format"]["enum"][0] == "bibtex"


async def test_each_tool_answers(recorded: ServedPage) -> None:
    asked: dict[str, tuple[dict[str, object], str]] = {
        "search": ({"words": "autoround", "limit": 1}, "found, 1 to 1:"),
        "get_passport": ({"model": CARD, "field": "licence"}, "its base: apache-2.0"),
        "estimate_vram": ({"model": CARD, "card": "L4"}, "7,450,398,662 bytes"),
        "compare": ({"models": [CARD, "google/gemma-4-E2B-it"]}, "They differ:"),
        "cite": ({"model": CARD}, "@misc{"),
    }
    assert list(asked) == [function.__name__ for function in FUNCTIONS]
    for name, (arguments, words) in asked.items():
        text, failed = await call(recorded, name, **arguments)
        assert not failed, text
        assert words in text


async def test_the_served_model_is_meant_where_none_is_named(recorded: ServedPage) -> None:
    text, failed = await call(recorded, "get_passport")
    assert not failed
    assert text.startswith("someone/echo-W4A16, revision 0000000")


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("get_passport", {"model": "no/such"}, "The registry has no model “no/such”."),
        ("search", {"fits": "abacus"}, "No one GPU is called “abacus”"),
        ("search", {"limit": 99}, "99 is greater than the maximum of 20"),
        ("compare", {}, "'models' is a required property"),
        ("chat", {"message": "hello"}, "Unknown tool"),
        ("look", {}, "Unknown tool"),
    ],
)
async def test_what_cannot_be_answered_is_an_error_in_a_sentence(
    recorded: ServedPage, name: str, arguments: dict[str, object], words: str
) -> None:
    text, failed = await call(recorded, name, **arguments)
    assert failed
    assert words in text
    assert "Traceback" not in text


async def test_passports_and_citations_are_resources_of_every_model(recorded: ServedPage) -> None:
    async with visit(recorded) as session:
        templates = (await session.list_resource_templates()).resourceTemplates
        listed = (await session.list_resources()).resources
    assert [template.uriTemplate for template in templates] == [
        "registry://passports/{model}",
        "registry://citations/{model}",
    ]
    assert BASE_URI in [resource.uri for resource in listed]
    about_the_base = [str(each.uri) for each in listed if str(each.uri).endswith("/google%2Fgemma-4-E2B-it")]
    passport, citation = [await read(recorded, uri) for uri in about_the_base]
    assert passport.text.startswith("google/gemma-4-E2B-it, revision")
    assert (citation.mimeType, citation.text[:6]) == ("text/x-bibtex", "@misc{")


async def test_a_long_list_of_resources_is_read_in_pages(recorded: ServedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp, "PAGE", 6)
    uris: list[str] = []
    cursor: str | None = None
    async with visit(recorded) as session:
        while True:
            page = await session.list_resources(cursor)
            assert len(page.resources) <= 6
            uris += [str(resource.uri) for resource in page.resources]
            cursor = page.nextCursor
            if cursor is None:
                break
    assert len(uris) == len(set(uris)) == 2 * len(recorded.registrar.store().subjects())


@pytest.mark.parametrize(
    "uri", ["registry://passports/google/gemma-4-E2B-it", "registry://passports/hf-model--google--gemma-4-e2b-it"]
)
async def test_a_resource_goes_by_every_name_of_its_model(recorded: ServedPage, uri: str) -> None:
    assert (await read(recorded, uri)).text == (await read(recorded, str(BASE_URI))).text


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("registry://passports/no%2Fsuch", "The registry has no model “no/such”."),
        ("registry://secrets/all", "There is no resource registry://secrets/all."),
        ("file:///etc/passwd", "There is no resource"),
    ],
)
async def test_a_resource_that_is_not_there_is_a_sentence(recorded: ServedPage, uri: str, words: str) -> None:
    async with visit(recorded) as session:
        with pytest.raises(McpError) as failed:
            await session.read_resource(AnyUrl(uri))
    assert words in str(failed.value)


async def test_the_prompt_asks_which_variant_fits_a_card(recorded: ServedPage) -> None:
    async with visit(recorded) as session:
        (prompt,) = (await session.list_prompts()).prompts
        got = await session.get_prompt(prompt.name, {"card": "L4", "context": "32768"})
        with pytest.raises(McpError, match="missing a required argument: 'card'"):
            await session.get_prompt(prompt.name, {})
        with pytest.raises(McpError, match="no prompt nothing"):
            await session.get_prompt("nothing")
    assert prompt.name == "which_variant_fits_my_card"
    content = got.messages[0].content
    assert isinstance(content, TextContent)
    assert "My GPU: L4." in content.text
    assert "32768 tokens" in content.text
    for function in FUNCTIONS:
        assert function.__name__ in content.text


async def test_a_forged_host_makes_the_server_call_nobody(recorded: ServedPage) -> None:
    """Gradio's own server would answer resources through an HTTP client to whatever host the first caller named."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": str(BASE_URI)}}
    headers = {"Host": "elsewhere.invalid", "Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{recorded.url}/gradio_api/mcp/", json=body, headers=headers)
    assert "google/gemma-4-E2B-it, revision" in answer.text


def test_a_page_of_another_site_may_not_read_a_local_server(recorded: ServedPage) -> None:
    headers = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    asked = httpx.options(f"{recorded.url}/gradio_api/mcp/", headers=headers)
    assert "access-control-allow-origin" not in asked.headers
    plain = {"Origin": "https://elsewhere.example", "Content-Type": "text/plain", "Accept": "*/*, text/event-stream"}
    sent = httpx.post(f"{recorded.url}/gradio_api/mcp/", content='{"jsonrpc": "2.0"}', headers=plain)
    assert sent.status_code == 400, "without a preflight a browser sends no JSON"


def test_a_huge_request_is_refused(recorded: ServedPage) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    sent = httpx.post(f"{recorded.url}/gradio_api/mcp/", content=b" " * (5 * 2**20), headers=headers)
    assert sent.status_code == 413


def test_what_the_hub_tells_agents_reads_well(recorded: ServedPage) -> None:
    """A Space's /agents.md sends agents to /gradio_api/info and to /gradio_api/call/v2 with named arguments."""
    endpoints = httpx.get(f"{recorded.url}/gradio_api/info").json()["named_endpoints"]
    for name, endpoint in endpoints.items():
        assert endpoint["description"].endswith("."), name
    for function in FUNCTIONS:
        for parameter in endpoints[f"/{function.__name__}"]["parameters"]:
            assert parameter["type"]["description"], parameter
    asked = httpx.post(f"{recorded.url}/gradio_api/call/v2/cite", json={"model": CARD, "format": "apa"}).json()
    told = httpx.get(f"{recorded.url}/gradio_api/call/cite/{asked['event_id']}", timeout=30).text
    assert "event: complete" in told
    assert "gemma-4-E2B-it-W4A16-AutoRound" in told


async def test_the_transcript_of_a_visit_is_what_a_visit_prints(recorded: ServedPage) -> None:
    printed = await agent_visit.visit(recorded.url)
    committed = (ROOT / "docs" / "agent-visit.md").read_text()
    assert printed == committed, "print it anew: python -m bench.agent_visit URL > docs/agent-visit.md"
