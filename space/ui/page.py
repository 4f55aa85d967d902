"""The page: what each control does. Where things stand is `layout`'s, what happens in a turn is `turn`'s."""

from typing import Any

import gradio as gr

from space.chat import Chat
from space.engine.supervisor import Supervisor
from space.registrar import Registrar
from space.temporary import TemporaryPassports
from space.tools.box import registry_tools
from space.ui.api import add_chat_endpoint
from space.ui.layout import Layout, lay_out
from space.ui.pages import add_pages
from space.ui.pages.navigation import navigation
from space.ui.tool_endpoints import add_tool_endpoints
from space.ui.translate import recalled
from space.ui.turn import Turns, cleared
from space.ui.watch import Watch, examples_of

# Gradio looks through its cache every ten minutes and deletes what has not been used for two hours.
CACHE_SECONDS = (600, 7200)
TITLE = "A quantized model and its passport"
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build_page(
    *, chat: Chat, supervisor: Supervisor, registrar: Registrar, temporary: TemporaryPassports, model: str
) -> gr.Blocks:
    """The page, ready to be mounted. `model` is the name shown until a checkpoint is at hand."""
    page = gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=CACHE_SECONDS, fill_width=True)
    with page:
        navigation()
        layout = lay_out(model)
        watching = wire_watch(page, layout, Watch(chat, supervisor, registrar, model, list(layout.knobs)))
        wire_turns(layout, Turns(chat, supervisor, lambda: examples_of(supervisor.checkpoint)), watching)
        page.load(recalled, [layout.memory], [layout.chatbot], queue=False, **QUIET)
        add_chat_endpoint(chat, layout.draft)
        add_tool_endpoints(registry_tools(registrar.store))
    add_pages(page, registrar.store, temporary)
    page.queue(default_concurrency_limit=None, max_size=256, api_open=False)
    return page


def wire_turns(layout: Layout, turns: Turns, watching: dict[str, Any]) -> None:
    """Send, retry, edit and examples, each taken, answered and settled; undo, clear, and Stop.

    Neighbours in such a chain set different components: Gradio 6.31.0 puts an old value back when an update, even of
    a loading status, follows within a few milliseconds. The conversation may be in two, as every step of an answer
    sets it again; so may the notice, which every look does.
    """
    talk = [layout.chatbot, layout.session]
    # Raw payloads: preprocessing would build whatever components a browser claims to be in the history.
    click: dict[str, Any] = {"preprocess": False, "queue": False, **QUIET}
    take: dict[str, Any] = {
        "outputs": [layout.chatbot, layout.draft, layout.use_beginning, layout.session],
        **click,
    }
    sending = {**layout.knobs, "use_beginning": layout.use_beginning}
    taken = [
        layout.draft.submit(turns.take, [layout.draft, *talk], inputs_kwargs=sending, **take),
        layout.chatbot.retry(turns.retake, talk, inputs_kwargs=layout.knobs, **take),
        layout.chatbot.edit(turns.reword, talk, inputs_kwargs=layout.knobs, **take),
        layout.chatbot.example_select(turns.take_example, talk, inputs_kwargs=layout.knobs, **take),
    ]
    streamed = [layout.chatbot, layout.memory]
    answered = [event.then(turns.answer, [layout.session], streamed, **QUIET) for event in taken]
    for event in answered:
        event.then(turns.settle, [layout.session], [layout.draft], **click).then(**watching)
    undone = [layout.chatbot, layout.draft, layout.memory]
    layout.chatbot.undo(turns.undo, talk, undone, cancels=answered, **click).then(**watching)
    layout.chatbot.clear(cleared, [layout.session], undone, cancels=answered, **click).then(**watching)
    layout.draft.stop(turns.stop, talk, streamed, cancels=answered, **click)


def wire_watch(page: gr.Blocks, layout: Layout, watch: Watch) -> dict[str, Any]:
    """Look at the engine when the page opens, on every tick, and whenever the returned arguments are used."""
    served = gr.State("")
    # Queued: only what comes through the queue tells the browser that a state has changed.
    watching: dict[str, Any] = {
        "fn": watch.look,
        "inputs": [layout.session],
        "outputs": [
            layout.status,
            layout.timer,
            served,
            layout.notice,
            layout.masthead,
            layout.pocket_line,
            layout.passport,
        ],
        **QUIET,
    }
    layout.timer.tick(**watching)
    page.load(**watching)
    served.change(watch.show, None, [layout.chatbot, layout.picker, *layout.knobs.values()], queue=False, **QUIET)
    layout.picker.input(watch.switch, [layout.picker, layout.session], [layout.timer], queue=False, **QUIET)
    return watching
