"""`/chat` for programs: one question and its history in, the growing text out. No session, no page.

client.predict({"text": "What is this?", "files": [handle_file("cat.png")]}, temperature=0, api_name="/chat")
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block

from space.chat import Chat
from space.conversation import Message
from space.errors import VisitorError
from space.media import arrange
from space.ui.knobs import read_knobs
from space.ui.translate import Said, read_history
from space.ui.upload import load_upload


def add_chat_endpoint(chat: Chat, message: gr.MultimodalTextbox, knobs: dict[str, Block]) -> None:
    """Add `/chat` to the page being built. Its parameters are the page's own controls, by name."""

    async def answer(
        message: dict[str, Any], history: object, *, use_beginning: bool, seed: int | None = None, **values: object
    ) -> AsyncGenerator[str, None]:
        """Answer one message with text and files; a sound over 30 s is refused unless use_beginning is set."""
        try:
            knobs_given = read_knobs({**values, "seed": seed})
            said = [*read_history(history or []), Said(role="user", text=message["text"], paths=(*message["files"],))]
            conversation = [await load_message(side, use_beginning=use_beginning) for side in said]
            async with aclosing(chat.respond(conversation, knobs_given)) as answers:
                async for growing in answers:
                    yield growing.text
        except VisitorError as error:
            raise gr.Error(str(error), print_exception=False) from error

    history = gr.JSON([], label="Messages before this one", visible=False)
    use_beginning = gr.Checkbox(label="Use the first 30 seconds of a longer sound", visible=False)
    text = gr.Textbox(label="Answer", visible=False)
    gr.Button(visible=False).click(
        answer,
        [message, history],
        [text],
        inputs_kwargs={**knobs, "use_beginning": use_beginning},
        api_name="chat",
    )


async def load_message(side: Said, *, use_beginning: bool) -> Message:
    """One side as a message, its files read from where this server has put them. Raises `AttachmentRefused`."""
    loaded = [await load_upload(path, Path(path).name, use_beginning=use_beginning) for path in side.paths]
    return Message(role=side.role, text=side.text, attachments=arrange(loaded))
