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
    """Seconds on the server's clock: until the first token that is shown (TTFT), and from there to the last one.

    `decoded` tokens came between these two; None is unknown.
    """

    time_to_first_token: float
    decode: float
    decoded: int | None

    @property
    def tokens_per_second(self) -> float | None:
        """Decode speed. What was there with the first token belongs to the prefill: a single token has no speed."""
        return self.decoded / self.decode if self.decoded and self.decode > 0 else None


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The end of a normal stream."""

    reason: Literal["stop", "length", "tool_calls"]
    usage: Usage
    timings: Timings


Event = TextDelta | ReasoningDelta | ToolCall | Finished
