"""`/chat` for programs: one question and its history in, the growing text out. No session, no page.

client.predict({"text": "What is this?", "files": [handle_file("cat.png")]}, temperature=0, api_name="/chat")
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import gradio as gr

from space.answer import Answer
from space.chat import Chat
from space.conversation import Message
from space.errors import VisitorError
from space.media import arrange
from space.ui.knobs import program_knobs, read_knobs
from space.ui.translate import Said, read_history
from space.ui.upload import load_upload


def add_chat_endpoint(chat: Chat, message: gr.MultimodalTextbox) -> None:
    """Add `/chat` to the page being built. What a program leaves out is the served checkpoint's own choice."""

    async def answer(
        message: dict[str, Any],
        history: object,
        request: gr.Request,
        *,
        use_beginning: bool,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        max_new_tokens: int | None = None,
        seed: int | None = None,
        image_budget: int | None = None,
        look_up: bool | None = None,
        **others: object,
    ) -> AsyncGenerator[str, None]:
        """Answer one message with text and files; a sound over 30 s is refused unless use_beginning is set.

        Temperature, top-p, top-k and the image budget (70, 140, 280, 560 or 1120 soft tokens) are the served model's
        own where none are given, and so is look_up: whether it may ask the registry first. An answer that was cut off
        at max_new_tokens (512 unless given) ends by saying so.
        """
        numbers = {"temperature": temperature, "top_p": top_p, "top_k": top_k, "image_budget": image_budget}
        rest = {"max_new_tokens": max_new_tokens, "seed": seed, "look_up": look_up}
        try:
            knobs = read_knobs({**others, **numbers, **rest})
            said = [*read_history(history or []), Said(role="user", text=message["text"], paths=(*message["files"],))]
            conversation = [await load_message(side, use_beginning=use_beginning) for side in said]
            client = address(request)
            async with aclosing(chat.respond(conversation, knobs, client=client)) as answers:
                async for growing in answers:
                    yield spoken(growing, knobs.max_new_tokens)
        except VisitorError as error:
            raise gr.Error(str(error), print_exception=False) from error

    history = gr.JSON([], label="Messages before this one", visible=False)
    use_beginning = gr.Checkbox(label="Use the first 30 seconds of a longer sound", visible=False)
    text = gr.Textbox(label="Answer", visible=False)
    gr.Button(visible=False).click(
        answer,
        [message, history],
        [text],
        inputs_kwargs={**program_knobs(), "use_beginning": use_beginning},
        api_name="chat",
    )


def spoken(answer: Answer, limit: int) -> str:
    """An answer as one text. A program sees nothing but this: that it was cut off has to stand in it."""
    if answer.finished is None or answer.finished.reason != "length":
        return answer.text
    return f"{answer.text}\n\n[Cut off at the limit of {limit} new tokens.]".lstrip()


async def load_message(side: Said, *, use_beginning: bool) -> Message:
    """One side as a message, its files read from where this server has put them. Raises `AttachmentRefused`."""
    loaded = [await load_upload(path, Path(path).name, use_beginning=use_beginning) for path in side.paths]
    return Message(role=side.role, text=side.text, attachments=arrange(loaded))


def address(request: gr.Request) -> str:
    """Who asks, as far as Gradio tells; one name for all of whom it tells nothing."""
    return str(request.client.host) if request.client else ""
