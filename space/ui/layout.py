"""Where things stand on the page. Components only: no event, no engine; `page` wires them."""

from dataclasses import dataclass

import gradio as gr
from gradio.blocks import Block

from space.checkpoint.defaults import Defaults
from space.engine.state import Idle
from space.ui import markup
from space.ui.knobs import knob_controls
from space.ui.session import Session

# Attachments of a session that is left alone are forgotten after two hours.
ATTACHMENT_SECONDS = 7200
# Sent to every browser: these keep the conversation readable across restarts of the server, and guard no secret.
MEMORY_KEY = "conversation"
WATCH_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The page's components by what they are to a visitor, and three it never sees."""

    masthead: gr.HTML
    status: gr.HTML
    pocket_line: gr.HTML
    chatbot: gr.Chatbot
    notice: gr.HTML
    use_beginning: gr.Checkbox
    draft: gr.MultimodalTextbox
    picker: gr.Radio
    passport: gr.HTML
    knobs: dict[str, Block]
    session: gr.State
    memory: gr.BrowserState
    timer: gr.Timer


def lay_out(model: str) -> Layout:
    """Draw the page. `model` is the name shown until a checkpoint is at hand."""
    session = gr.State(Session(), time_to_live=ATTACHMENT_SECONDS)
    memory = gr.BrowserState([], storage_key=MEMORY_KEY, secret=MEMORY_KEY)
    with gr.Row(elem_id="head"):
        masthead = gr.HTML(markup.masthead(model), elem_id="masthead")
        status = gr.HTML(markup.status(Idle()), elem_id="status")
    pocket_line = gr.HTML("", elem_id="pocket")
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=7, min_width=320, elem_id="talk"):
            chatbot = _chatbot()
            notice = gr.HTML("", elem_id="notice")
            use_beginning = gr.Checkbox(label="Use the first 30 seconds", visible=False, elem_id="use-beginning")
            draft = _draft()
        with gr.Column(scale=4, min_width=320, elem_id="side"):
            picker = gr.Radio(
                [],
                label="Checkpoint",
                info="Switching loads another one, for everybody here.",
                visible=False,
                elem_id="picker",
            )
            with gr.Accordion("Passport", open=True, elem_id="passport"):
                passport = gr.HTML(markup.no_passport(), elem_id="passport-page")
            with gr.Accordion("Settings", open=False, elem_id="settings"):
                knobs = knob_controls(Defaults())
    return Layout(
        masthead=masthead,
        status=status,
        pocket_line=pocket_line,
        chatbot=chatbot,
        notice=notice,
        use_beginning=use_beginning,
        draft=draft,
        picker=picker,
        passport=passport,
        knobs=knobs,
        session=session,
        memory=memory,
        timer=gr.Timer(WATCH_SECONDS),
    )


def _chatbot() -> gr.Chatbot:
    # Ungrouped messages: each is copied and edited alone, so copying an answer leaves the thoughts out, and editing
    # a turn with a picture works (Gradio 6.31.0 edits a group's file as if it were text, and raises).
    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        container=False,
        height="60vh",
        min_height=300,
        editable="user",
        buttons=["copy"],
        group_consecutive_messages=False,
        allow_file_downloads=False,
        placeholder="Ask about a picture or a sound.",
        elem_id="chat",
    )


def _draft() -> gr.MultimodalTextbox:
    # No `file_types`: what a file is, its bytes say, and the refusal should be our sentence.
    return gr.MultimodalTextbox(
        label="Message",
        show_label=False,
        placeholder="Write, attach pictures, record a sound",
        sources=["upload", "microphone"],
        file_count="multiple",
        max_plain_text_length=100_000,
        autofocus=True,
        elem_id="draft",
    )
