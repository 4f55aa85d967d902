"""The chunks of a streamed chat completion, folded into events. Pure: dictionaries and a clock's readings in.

Tool calls arrive in pieces and leave whole, before `Finished`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from space.conversation import ToolCall
from space.events import Event, Finished, ReasoningDelta, TextDelta, Timings, Usage


@dataclass
class ToolCallPieces:
    """One tool call while its pieces arrive."""

    id: str = ""
    name: str = ""
    arguments: str = ""

    def add(self, piece: dict[str, Any]) -> None:
        """Take the next piece of this call."""
        function = piece.get("function") or {}
        self.id = piece.get("id") or self.id
        self.name += function.get("name") or ""
        self.arguments += function.get("arguments") or ""


@dataclass
class ChunkReader:
    """Reads the chunks of one answer. `started` and the `now` of each chunk are seconds on one clock."""

    started: float
    first: float | None = None
    last: float | None = None
    reason: str | None = None
    usage: dict[str, Any] | None = None
    calls: dict[int, ToolCallPieces] = field(default_factory=dict)

    def read(self, chunk: dict[str, Any], now: float) -> Iterator[Event]:
        """Yield the events of one chunk."""
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta") or {}
            if delta.get("reasoning") or delta.get("content") or delta.get("tool_calls"):
                self.first = now if self.first is None else self.first
                self.last = now
            if delta.get("reasoning"):
                yield ReasoningDelta(text=delta["reasoning"])
            if delta.get("content"):
                yield TextDelta(text=delta["content"])
            for piece in delta.get("tool_calls") or ():
                self.calls.setdefault(piece["index"], ToolCallPieces()).add(piece)
            self.reason = choice.get("finish_reason") or self.reason

    def finish(self, now: float) -> Iterator[Event]:
        """Yield the tool calls, then the one `Finished`."""
        for call in self.calls.values():
            yield ToolCall(id=call.id, name=call.name, arguments=call.arguments or "{}")
        first = now if self.first is None else self.first
        yield Finished(
            reason=cast(Literal["stop", "length", "tool_calls"], self.reason),
            usage=token_usage(self.usage or {}),
            timings=Timings(
                time_to_first_token=first - self.started, decode=(first if self.last is None else self.last) - first
            ),
        )


def token_usage(usage: dict[str, Any]) -> Usage:
    """Split prompt tokens by what they stand for; placeholders' begin and end tokens count with their medium."""
    prompt = int(usage.get("prompt_tokens") or 0)
    details = usage.get("prompt_tokens_details") or {}
    media = details.get("multimodal_tokens") or {}
    image, audio = int(media.get("image") or 0), int(media.get("audio") or 0)
    return Usage(
        prompt_tokens=prompt,
        text_tokens=prompt - image - audio,
        image_tokens=image,
        audio_tokens=audio,
        output_tokens=int(usage.get("completion_tokens") or 0),
    )
