"""The registry's tools as typed endpoints of the API, which Gradio's MCP server offers to agents under the same names.

Names, descriptions and arguments are the tools' own. Beside them stand resources, a passport and a citation by their
address, and a prompt.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.components.api_component import Api

from space.tools.arguments import MODEL
from space.tools.tool import RegistryTool
from space.ui.desk import Desk

PASSPORTS = "registry://passports/{model}"
CITATIONS = "registry://citations/{model}"

QUESTION = """\
My GPU: {cards}. I want to serve a quantized multimodal model on it at a context of {context} tokens.
Which of the recorded variants fits it?

1. Call search with fits set to the card to see which models have room and are run there.
2. Call estimate_vram with that card and context for each candidate: weights, KV cache and overhead count, and what is
   not known stays unknown.
3. Call compare on the candidates that fit, and get_passport on the one you would take: say what is in doubt, and under
   which licence it may be used.
4. Answer with the exact repository id and revision, the memory it needs with its parts, and the citation from cite.

Figures from a listing and figures from the files are not the same thing: name the source of each one you use."""


def add_tool_endpoints(tools: Sequence[RegistryTool]) -> None:
    """Add the tools, two resources and a prompt to the page being built."""
    desk = Desk()
    by_name = {tool.name: tool for tool in tools}
    for tool in tools:
        add_endpoint(published(tool, desk), tool.schema["properties"])

    @gr.mcp.resource(PASSPORTS, mime_type="text/plain")
    async def passport(model: str) -> str:
        """The passport of a recorded model: each fact with who says so and how it is known.

        Args:
            model: Exact repository id, registry id or alias of a recorded model; served is the model this Space serves.
        """
        return await desk.ask(lambda: by_name["get_passport"].run({"model": model}))

    @gr.mcp.resource(CITATIONS, mime_type="text/x-bibtex")
    async def citation(model: str) -> str:
        """How to cite a recorded model, its base and the software it was made with, as BibTeX.

        Args:
            model: Exact repository id, registry id or alias of a recorded model; served is the model this Space serves.
        """
        return await desk.ask(lambda: by_name["cite"].run({"model": model}))

    @gr.mcp.prompt()
    async def which_variant_fits_my_card(card: str, context: str = "8192") -> str:
        """Ask which recorded variant fits a GPU, and have the answer rest on the registry's own figures.

        Args:
            card: Your GPU, such as L4.
            context: Tokens a request may reach, such as 8192.
        """
        return QUESTION.format(cards=card.strip()[:80] or "not named", context=context.strip()[:20] or "8192")

    name = {"model": {"type": "string", "description": MODEL}}
    add_endpoint(passport, name)
    add_endpoint(citation, name)
    text = {"type": "string"}
    add_endpoint(which_variant_fits_my_card, {"card": text, "context": {**text, "default": "8192"}})


def add_endpoint(answers: Callable[..., Awaitable[str]], arguments: Mapping[str, Mapping[str, Any]]) -> None:
    """An endpoint by the function's name. `arguments` are JSON schemas, which `gr.api` would make from types alone."""
    gr.Button(visible=False).click(
        answers,
        [Api(each.get("default"), _told(each), label=name) for name, each in arguments.items()],
        [Api(None, {"type": "string"}, label="answer")],
        preprocess=False,
        postprocess=False,
        queue=False,
        show_progress="hidden",
        api_name=answers.__name__,
    )


def _told(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Without what stands beside it in a description of the endpoint."""
    return {key: value for key, value in schema.items() if key not in ("title", "default")}


def published(tool: RegistryTool, desk: Desk) -> Callable[..., Awaitable[str]]:
    """The tool as Gradio reads functions: by name, signature, and a docstring with a line for each argument."""

    async def call(*values: object) -> str:
        given = dict(zip(tool.signature.parameters, values, strict=True))
        return await desk.ask(lambda: tool.run(given))

    arguments = [f"    {name}: {given['description']}" for name, given in tool.schema["properties"].items()]
    call.__name__ = tool.name
    call.__doc__ = "\n".join([tool.description, "", "Args:", *arguments])
    call.__signature__ = tool.signature  # type: ignore[attr-defined]
    return call
