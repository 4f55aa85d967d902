"""What the page shows of the engine, and of the checkpoint behind it, as both change. Wiring is `page`'s."""

import asyncio
from typing import Any, NamedTuple

import gradio as gr

from registry.errors import RegistryError
from registry.summary import summary
from space.chat import Chat
from space.checkpoint.checkpoint import Checkpoint
from space.checkpoint.choose import variants
from space.checkpoint.defaults import read_defaults
from space.engine.state import Ready
from space.engine.supervisor import Supervisor
from space.examples import Example, examples_for
from space.registrar import Registrar
from space.ui import markup
from space.ui.knobs import knob_defaults
from space.ui.layout import WATCH_SECONDS
from space.ui.pages.beside import Beside
from space.ui.session import Session
from space.ui.shelf import Shelf

GLANCE_SECONDS = 10.0  # while the engine is ready, only a death or another visitor's switch changes anything
SKIP: Any = gr.skip()
NO_FILES = "Unknown: another machine serves this model, and its files are not here to be read."


class Seen(NamedTuple):
    """What a look changes on the page. `served` names the checkpoint; a change of it calls `Watch.show`."""

    status: str
    timer: gr.Timer
    served: str
    notice: str
    masthead: str
    pocket_line: str
    passport: str


class Watch:
    """Looks at the supervisor for a page."""

    def __init__(
        self, chat: Chat, supervisor: Supervisor, registrar: Registrar, model: str, knob_names: list[str]
    ) -> None:
        """`model` is the name shown until a checkpoint is at hand."""
        self._chat = chat
        self._supervisor = supervisor
        self._registrar = registrar
        self._beside = Beside(store=registrar.store)
        self._model = model
        self._knob_names = knob_names

    async def look(self, session: Session) -> Seen:
        """The engine's state, what is served, and what there is to say to this visitor.

        All of it is sent every time, because Gradio 6.31.0 now and then loses a value: the next look mends it.
        """
        state, checkpoint = self._supervisor.state, self._supervisor.checkpoint
        name = checkpoint.repo_id if checkpoint else ""
        return Seen(
            status=markup.status(state),
            timer=gr.Timer(GLANCE_SECONDS if isinstance(state, Ready) else WATCH_SECONDS),
            served=name,
            notice=markup.notice(session.told(state)),
            masthead=markup.masthead(name or self._model),
            pocket_line=markup.pocket_line(name) if checkpoint and checkpoint.is_pocket else "",
            passport=await asyncio.to_thread(self._passport, checkpoint) if checkpoint else markup.no_passport(),
        )

    def _passport(self, checkpoint: Checkpoint) -> str:
        """The data page: from the registry where this very checkpoint is recorded, otherwise from its files."""
        try:
            if short := self._beside.passport(checkpoint):
                return short
            passport = self._registrar.passport(checkpoint)
        except RegistryError as error:
            return markup.notice(f"The passport cannot be read: {error}")
        return markup.notice(NO_FILES) if passport is None else markup.passport(summary(passport))

    def show(self) -> list[Any]:
        """What a new checkpoint brings for the visitor to use: examples, variants, and its own sampling values."""
        checkpoint = self._supervisor.checkpoint
        if checkpoint is None:
            return [SKIP] * (2 + len(self._knob_names))
        defaults = knob_defaults(read_defaults(checkpoint.folder), self._chat.toolbox())
        return [
            gr.update(examples=[_example_button(each) for each in examples_of(checkpoint)]),
            _picker(checkpoint),
            *[defaults.get(name, SKIP) for name in self._knob_names],
        ]

    def switch(self, name: str, session: Session) -> gr.Timer:
        """Serve the variant of that name, say so, and look often from now on."""
        served = self._supervisor.checkpoint
        chosen = next((each for each in variants(served) if each.name == name), None) if served else None
        if chosen is None:
            session.tell("This checkpoint is not at hand.")
        elif chosen.checkpoint != served or not isinstance(self._supervisor.state, Ready):
            self._supervisor.switch(chosen.checkpoint)
            session.tell(
                f"Switching to {name}. It takes about as long as a start, and answers under way stop.",
                self._supervisor.state,
            )
        return gr.Timer(WATCH_SECONDS)


def examples_of(checkpoint: Checkpoint | None) -> tuple[Example, ...]:
    """The examples the page offers for a checkpoint, in its order."""
    return examples_for(is_pocket=checkpoint.is_pocket) if checkpoint else ()


def _example_button(example: Example) -> dict[str, Any]:
    shelf = Shelf()  # only for the files to show; a click puts them on the visitor's own
    return {"text": example.question, "files": [shelf.put(attachment) for attachment in example.attachments]}


def _picker(served: Checkpoint) -> dict[str, Any]:
    choices = variants(served)
    name = next((each.name for each in choices if each.checkpoint == served), None)
    return gr.update(choices=[each.name for each in choices], value=name, visible=len(choices) > 1)
