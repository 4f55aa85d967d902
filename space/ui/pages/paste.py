"""A model that is not recorded: a visitor names its repository, and gets a passport that is kept for a while."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from space.errors import VisitorError
from space.temporary import EACH, WHILE_SECONDS, TemporaryPassports
from space.ui.pages.navigation import QUIET
from space.ui.pages.templates import render
from space.ui.visitor import visitor

LIMIT = f"{EACH} repositories in {WHILE_SECONDS / 60:.0f} minutes; what was read is kept for half an hour."


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads repositories for the form."""

    temporary: TemporaryPassports

    async def read(self, repository: str, request: gr.Request) -> str:
        """The way to the passport, or a sentence why there is none."""
        try:
            found = await self.temporary.read(repository, visitor(request))
        except VisitorError as error:
            return render("sentence.html", sentence=str(error))
        return render("read.html", key=found.key)


def add_paste_form(reader: Reader) -> None:
    """Add the form to the page being built."""
    with gr.Accordion("A model that is not listed", open=False, elem_id="paste"):
        repository = gr.Textbox(
            label="Repository", placeholder="owner/name", info=f"Read from the Hub now. {LIMIT}", max_length=300
        )
        button = gr.Button("Read it", size="sm")
        answer = gr.HTML("", elem_id="paste-answer")
    reading: dict[str, Any] = {
        "inputs": [repository],
        "outputs": [answer],
        "concurrency_limit": None,
        **QUIET,
        "show_progress": "minimal",
    }
    gr.on([repository.submit, button.click], reader.read, **reading)
