"""What the engine answers, as a stream of small values.

A closed union: readers match it to the end with `assert_never`. Every normal stream ends in exactly one
`Finished`; a failure is an exception, and abandoning the stream aborts the request.
"""

from dataclasses import dataclass
from typing import Literal

from space.conversation import ToolCall


@dataclass(frozen=True, kw_only=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, kw_only=True)
class ReasoningDelta:
    """The next piece of the model's thoughts."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of one request. None is unknown: a server elsewhere need not count, nor say what it counted.

    Where all are known, `text_tokens + image_tokens + audio_tokens == prompt_tokens`; those three are known together.
    """

    prompt_tokens: int | None
    text_tokens: int | None
    image_tokens: int | None
    audio_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True, kw_only=True)
class Timings:
    """Seconds on the server's clock: until the first token (TTFT), and from there to the last one."""

    time_to_first_token: float
    decode: float

    def tokens_per_second(self, output_tokens: int | None) -> float | None:
        """Decode speed: the first token belongs to the prefill, so a single token has none."""
        if output_tokens is None or output_tokens < 2 or self.decode <= 0:
            return None
        return (output_tokens - 1) / self.decode


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The end of a normal stream."""

    reason: Literal["stop", "length", "tool_calls"]
    usage: Usage
    timings: Timings


Event = TextDelta | ReasoningDelta | ToolCall | Finished
