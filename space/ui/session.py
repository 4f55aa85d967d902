"""What the server remembers of one visitor between two clicks. It never leaves the server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from space.answer import Answer, Lookup
from space.chat import Knobs
from space.conversation import Attachment, Message
from space.engine.state import EngineState, Failed, Ready
from space.media import arrange
from space.ui.shelf import Shelf
from space.ui.translate import View, kept
from space.ui.upload import load_upload

MOST_LOOKUPS = 200  # of one session


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A turn that was taken and waits to be answered.

    `unsent` is what the conversation and the input go back to when it fails before its first word; None where the
    turn stays in the conversation.
    """

    views: list[View]
    messages: list[Message]
    knobs: Knobs
    unsent: tuple[list[View], dict[str, Any]] | None = None


@dataclass(kw_only=True)
class Session:
    """Changed in place by the steps of a turn.

    `lookups` are the model's calls with their results, by the call's id: a conversation that comes back from a browser
    names them, and only what stands here goes into a prompt. `unsent` is what comes back to the input when a turn
    ends, `notice` the sentence that stands above it and `notice_of` the engine's state it tells of, if any; `busy`
    while an answer streams.
    """

    shelf: Shelf = field(default_factory=Shelf)
    lookups: dict[str, Lookup] = field(default_factory=dict)
    pending: Pending | None = None
    unsent: dict[str, Any] | None = None
    notice: str = ""
    notice_of: EngineState | None = None
    busy: bool = False

    def tell(self, notice: str, of: EngineState | None = None) -> None:
        """Let a sentence stand above the input, in place of any other."""
        self.notice, self.notice_of = notice, of

    def told(self, state: EngineState) -> str:
        """The sentence to show. One that tells of the engine ends when the engine has left that state and rests."""
        if self.notice_of is not None and state is not self.notice_of and isinstance(state, Ready | Failed):
            self.tell("")
        return self.notice

    def forget_turn(self) -> None:
        """Nothing waits to be answered or to come back to the input, and nothing is left to be said."""
        self.pending = self.unsent = None
        self.tell("")

    def kept(self, history: object) -> list[View]:
        """A history that a browser sent, as it may be shown again."""
        return kept(history, self.shelf.shown, self.lookups.get)

    def keep(self, answer: Answer) -> None:
        """Remember what has been looked up; the oldest are forgotten first."""
        for lookup in (found for reply in answer.replies for found in reply.lookups if found.result is not None):
            self.lookups[lookup.call.id] = lookup
        while len(self.lookups) > MOST_LOOKUPS:
            del self.lookups[next(iter(self.lookups))]


async def load_files(files: Sequence[dict[str, Any]], *, use_beginning: bool) -> tuple[Attachment, ...]:
    """Read and check the files of the input. Raises `AttachmentRefused` and `TurnRefused`."""
    return arrange(
        [
            await load_upload(str(file["path"]), str(file.get("orig_name") or ""), use_beginning=use_beginning)
            for file in files
        ]
    )
