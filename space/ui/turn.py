"""One turn on the page: take what was typed, show it, stream the answer, and lose nothing when something fails.

A turn has three steps, each an event of its own: `take` (or `retake`, `reword`, `take_example`) checks it and shows
it, `answer` streams, `settle` gives the input back. What went wrong is left in the session, where the page's watch
finds it. This module knows neither the layout nor the engine, only `Chat`.
"""

import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

import gradio as gr

from space.answer import Answer
from space.chat import Chat
from space.engine.state import Ready
from space.engine.supervisor import Supervisor, sentence
from space.errors import EngineDied, EngineNotReady, SoundTooLong, TurnRefused, VisitorError
from space.examples import Example
from space.ui.knobs import read_knobs
from space.ui.session import Pending, Session, load_files
from space.ui.translate import (
    WAITING,
    View,
    answer_views,
    last_turn,
    messages,
    note_view,
    read_history,
    remembered,
    user_part,
    user_view,
    waiting_view,
)

log = logging.getLogger(__name__)

SKIP: Any = gr.skip()
EMPTY_DRAFT: dict[str, Any] = {"text": "", "files": []}
UNEXPECTED = "Something unexpected went wrong, and it has been logged. Please send the message again."


class Taken(NamedTuple):
    """What taking a turn changes on the page; whatever is not named stays."""

    chatbot: Any = SKIP
    draft: Any = SKIP
    use_beginning: Any = SKIP
    session: Any = SKIP


class Progress(NamedTuple):
    """What a growing answer changes."""

    chatbot: Any = SKIP
    memory: Any = SKIP


class Undone(NamedTuple):
    """What taking a turn back changes."""

    chatbot: Any = SKIP
    draft: Any = SKIP
    memory: Any = SKIP


class Turns:
    """The steps a visitor can take in a conversation, answered by one `Chat`."""

    def __init__(self, chat: Chat, supervisor: Supervisor, examples: Callable[[], Sequence[Example]]) -> None:
        """`examples` gives those the page offers at the moment, in its order."""
        self._chat = chat
        self._supervisor = supervisor
        self._examples = examples

    async def take(
        self, draft: dict[str, Any], history: list[View], session: Session, *, use_beginning: bool, **knobs: object
    ) -> Taken:
        """Take what was typed and attached. What cannot be sent stays in the input, with a sentence."""
        before = session.kept(history)
        try:
            self._check_free(session)
            attachments = await load_files(draft.get("files") or [], use_beginning=use_beginning)
            said = user_view(str(draft.get("text") or ""), [session.shelf.put(each) for each in attachments])
            taken = self._begin([*before, said], session, knobs, unsent=(before, draft))
        except VisitorError as error:
            self._tell(error, session)
            offer = gr.update(visible=True) if isinstance(error, SoundTooLong) else SKIP
            return Taken(use_beginning=offer, session=session)
        return taken._replace(
            draft={**answering(), "value": EMPTY_DRAFT}, use_beginning=gr.update(value=False, visible=False)
        )

    def retake(self, history: list[View], session: Session, **knobs: object) -> Taken:
        """The last turn again."""
        views = session.kept(history)
        start = last_turn(views)
        return self._begin_or_say([*views[:start], *user_part(views[start:])], session, knobs)

    def reword(self, history: list[View], session: Session, edited: gr.EditData, **knobs: object) -> Taken:
        """A reworded turn: its attachments stay, what followed it goes."""
        index = edited.index if isinstance(edited.index, int) else edited.index[0]
        turn = history[index]
        files = [block for block in turn["content"] if block["type"] == "file"]
        reworded = {**turn, "content": [*files, {"type": "text", "text": str(edited.value)}]}
        return self._begin_or_say(session.kept([*history[:index], reworded]), session, knobs)

    def take_example(self, history: list[View], session: Session, chosen: gr.SelectData, **knobs: object) -> Taken:
        """One of the examples: the click says which, its question and files are ours."""
        examples = self._examples()
        if not isinstance(chosen.index, int) or not 0 <= chosen.index < len(examples):
            session.tell("This example is no longer offered. Please reload the page.")
            return Taken(session=session)
        example = examples[chosen.index]
        said = user_view(example.question, [session.shelf.put(each) for each in example.attachments])
        return self._begin_or_say([*session.kept(history), said], session, knobs)

    async def answer(self, session: Session) -> AsyncGenerator[Progress, None]:
        """Stream the answer to the turn that was taken, if one was."""
        pending, session.pending = session.pending, None
        if pending is None:
            return
        session.busy = True
        try:
            async with aclosing(self._answered(pending, session)) as steps:
                async for step in steps:
                    yield step
        finally:
            session.busy = False

    async def _answered(self, pending: Pending, session: Session) -> AsyncGenerator[Progress, None]:
        answer, thinking, complaint = Answer(), Stopwatch(), False
        try:
            async with aclosing(
                self._chat.respond(pending.messages, pending.knobs, client=str(id(session)))
            ) as answers:
                async for answer in answers:
                    thinking.follow(answer)
                    session.keep(answer)
                    views = SKIP if answer.is_empty else [*pending.views, *answer_views(answer, thinking.seconds)]
                    yield Progress(chatbot=views)
            session.tell("")
        except VisitorError as error:
            complaint = True
            self._tell(error, session)
        except Exception:
            # The visitor's edge: whatever happened, the page stays usable, and the traceback is the owner's.
            log.exception("a turn failed unexpectedly")
            complaint = True
            session.tell(UNEXPECTED)
        if complaint and pending.unsent and not answer.text:
            before, session.unsent = pending.unsent
            yield Progress(chatbot=before)
            return
        ended = [*pending.views, *answer_views(answer, thinking.seconds)]
        if complaint:
            ended.append(note_view("This answer is not complete. Retry sends the same turn again."))
        yield Progress(chatbot=ended, memory=remembered(ended))

    def settle(self, session: Session) -> dict[str, Any]:
        """Stop becomes Send, and a turn that failed before its first word comes back to the input."""
        unsent, session.unsent = session.unsent, None
        return {**resting(), "value": unsent} if unsent else resting()

    def undo(self, history: list[View], session: Session) -> Undone:
        """Take the last turn back into the input; an answer on its way ends."""
        session.forget_turn()
        views = session.kept(history)
        start = last_turn(views)
        blocks = [block for view in user_part(views[start:]) if not view["metadata"] for block in view["content"]]
        draft = {
            "text": "\n".join(block["text"] for block in blocks if block["type"] == "text"),
            "files": [block["file"] for block in blocks if block["type"] == "file"],
        }
        return Undone(chatbot=views[:start], draft={**resting(), "value": draft}, memory=remembered(views[:start]))

    def stop(self, history: list[View], session: Session) -> Progress:
        """What a stopped answer leaves: its text so far, and a word that it was stopped."""
        views = [view for view in session.kept(history) if view["metadata"].get("id") != WAITING]
        for view in views:
            if view["metadata"].get("status") == "pending":
                view["metadata"]["status"] = "done"
        views.append(note_view("Stopped."))
        return Progress(chatbot=views, memory=remembered(views))

    def _check_free(self, session: Session) -> None:
        """Before anything is taken from the input: one answer at a time, from an engine that is there."""
        if session.busy:
            raise TurnRefused("One answer at a time: wait for it, or stop it.")
        state = self._supervisor.state
        if not isinstance(state, Ready):
            raise EngineNotReady(sentence(state))

    def _begin(
        self,
        views: list[View],
        session: Session,
        knobs: dict[str, object],
        unsent: tuple[list[View], dict[str, Any]] | None = None,
    ) -> Taken:
        """Check a turn as a whole and set it aside for `answer`. Raises `VisitorError`."""
        checked = read_knobs(knobs)
        conversation = messages(read_history(views), session.shelf.find, session.lookups.get)
        self._chat.request(conversation, checked)
        session.tell("")
        session.pending = Pending(views=views, messages=conversation, knobs=checked, unsent=unsent)
        return Taken(chatbot=[*views, waiting_view()], draft=answering(), session=session)

    def _begin_or_say(self, views: list[View], session: Session, knobs: dict[str, object]) -> Taken:
        try:
            self._check_free(session)
            return self._begin(views, session, knobs)
        except VisitorError as error:
            self._tell(error, session)
            return Taken(session=session)

    def _tell(self, error: VisitorError, session: Session) -> None:
        of_engine = isinstance(error, EngineNotReady | EngineDied)
        session.tell(str(error), self._supervisor.state if of_engine else None)


def answering() -> dict[str, Any]:
    """The input while an answer streams: Send becomes Stop."""
    return gr.update(submit_btn=False, stop_btn=True)


def resting() -> dict[str, Any]:
    """The input while nothing streams."""
    update: dict[str, Any] = gr.update(submit_btn=True, stop_btn=False)
    return update


def cleared(session: Session) -> Undone:
    """An empty conversation, also in the browser's memory; an answer on its way ends."""
    session.forget_turn()
    return Undone(chatbot=[], draft=resting(), memory=[])


class Stopwatch:
    """Measures how long the model thought before each reply: from the first thought to the first word or call."""

    def __init__(self) -> None:
        self.seconds: list[float | None] = [None]
        self._started: list[float | None] = [None]

    def follow(self, answer: Answer) -> None:
        """Look at one more snapshot."""
        new = len(answer.replies) - len(self.seconds)
        self.seconds += [None] * new
        self._started += [None] * new
        for number, reply in enumerate(answer.replies):
            if reply.thoughts and self._started[number] is None:
                self._started[number] = time.monotonic()
            started = self._started[number]
            if started is not None and self.seconds[number] is None and (reply.text or reply.lookups or reply.ended):
                self.seconds[number] = time.monotonic() - started
