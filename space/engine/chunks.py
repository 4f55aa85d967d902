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
    """Reads the chunks of one answer. `started` and the `now` of each chunk are seconds on one clock.

    `has_media` says whether the request holds a picture or a sound: without one, all of its prompt is text.
    """

    started: float
    has_media: bool = False
    first: float | None = None
    last: float | None = None
    reason: str | None = None
    usage: dict[str, Any] | None = None
    at_first: int | None = None  # tokens that had come with the first one shown, and with the last
    at_last: int | None = None
    calls: dict[int, ToolCallPieces] = field(default_factory=dict)

    def read(self, chunk: dict[str, Any], now: float) -> Iterator[Event]:
        """Yield the events of one chunk."""
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta") or {}
            thoughts = delta.get("reasoning") or delta.get("reasoning_content")  # the second is older servers' name
            if thoughts or delta.get("content") or delta.get("tool_calls"):
                counted = (chunk.get("usage") or {}).get("completion_tokens")
                if self.first is None:
                    self.first, self.at_first = now, counted
                self.last, self.at_last = now, counted
            if thoughts:
                yield ReasoningDelta(text=thoughts)
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
            usage=token_usage(self.usage or {}, has_media=self.has_media),
            timings=Timings(
                time_to_first_token=first - self.started,
                decode=(first if self.last is None else self.last) - first,
                decoded=self._decoded(),
            ),
        )

    def _decoded(self) -> int | None:
        """Tokens after the first one shown. A server that does not count as it goes tells all tokens at the end."""
        if self.at_first is not None and self.at_last is not None:
            return self.at_last - self.at_first
        output = (self.usage or {}).get("completion_tokens")
        return None if output is None else max(output - 1, 0)


def token_usage(usage: dict[str, Any], *, has_media: bool) -> Usage:
    """Split prompt tokens by what they stand for; placeholders' begin and end tokens count with their medium.

    vLLM tells the split only where it was started with `--enable-prompt-tokens-details`.
    """
    prompt, output = usage.get("prompt_tokens"), usage.get("completion_tokens")
    media = (usage.get("prompt_tokens_details") or {}).get("multimodal_tokens")
    if prompt is None or (has_media and media is None):
        return Usage(prompt_tokens=prompt, text_tokens=None, image_tokens=None, audio_tokens=None, output_tokens=output)
    image, audio = ((media or {}).get(kind) or 0 for kind in ("image", "audio"))
    return Usage(
        prompt_tokens=prompt,
        text_tokens=prompt - image - audio,
        image_tokens=image,
        audio_tokens=audio,
        output_tokens=output,
    )
