"""`/chat` for programs: one question and its history in, the growing text out. No session, no page.

client.predict({"text": "What is this?", "files": [handle_file("cat.png")]}, temperature=0, api_name="/chat")
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import gradio as gr

from space.answer import Answer
from space.chat import Chat
from space.conversation import Message
from space.errors import TurnRefused, VisitorError
from space.media import arrange
from space.media.limits import MAX_PICTURES_PER_CONVERSATION, MAX_SOUNDS_PER_CONVERSATION
from space.ui.knobs import program_knobs, read_knobs
from space.ui.translate import Said, read_history
from space.ui.upload import load_upload
from space.ui.visitor import visitor

MOST_FILES = MAX_PICTURES_PER_CONVERSATION + MAX_SOUNDS_PER_CONVERSATION
AT_ONCE = 64
"""Calls that may hold decoded files; more wait in Gradio's queue. How many are answered, the admission decides."""


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
            check_files(said)
            conversation = [await load_message(side, use_beginning=use_beginning) for side in said]
            async with aclosing(chat.respond(conversation, knobs, client=visitor(request))) as answers:
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
        concurrency_limit=AT_ONCE,
    )


def check_files(said: Sequence[Said]) -> None:
    """Before any of them is decoded. Raises `TurnRefused` for more than the engine would take."""
    named = sum(len(side.paths) for side in said)
    if named > MOST_FILES:
        raise TurnRefused(f"This conversation names {named} files; {MOST_FILES} are the most that one can hold.")


def spoken(answer: Answer, limit: int) -> str:
    """An answer as one text. A program sees nothing but this: that it was cut off has to stand in it."""
    if answer.finished is None or answer.finished.reason != "length":
        return answer.text
    return f"{answer.text}\n\n[Cut off at the limit of {limit} new tokens.]".lstrip()


async def load_message(side: Said, *, use_beginning: bool) -> Message:
    """One side as a message, its files read from where this server has put them. Raises `AttachmentRefused`."""
    loaded = [await load_upload(path, Path(path).name, use_beginning=use_beginning) for path in side.paths]
    return Message(role=side.role, text=side.text, attachments=arrange(loaded))
