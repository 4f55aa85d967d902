"""An answer as it grows: one reply of the model, or several where it looked things up in between. Values and folds."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from space.conversation import Message, ToolCall
from space.events import Event, Finished, ReasoningDelta, TextDelta, Timings, Usage


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A call and what it returned; None until it has."""

    call: ToolCall
    result: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the model gave for one request so far; `ended` is set in the last one."""

    thoughts: str = ""
    text: str = ""
    lookups: tuple[Lookup, ...] = ()
    ended: Finished | None = None

    def returned(self, number: int, result: str) -> "Reply":
        """The same reply, with what its call `number` returned."""
        found = replace(self.lookups[number], result=result)
        return replace(self, lookups=(*self.lookups[:number], found, *self.lookups[number + 1 :]))

    def messages(self) -> tuple[Message, ...]:
        """The reply and what its calls returned, as the conversation goes on. Thoughts are left behind."""
        calls = tuple(replace(lookup.call, arguments=_json(lookup.call.arguments)) for lookup in self.lookups)
        return (
            Message(role="assistant", text=self.text, tool_calls=calls),
            *(Message(role="tool", text=each.result or "", tool_call_id=each.call.id) for each in self.lookups),
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What has been answered so far. Every reply but the last ended in calls; `finished` is set once all is over."""

    replies: tuple[Reply, ...] = (Reply(),)
    finished: Finished | None = None

    @property
    def text(self) -> str:
        """What was said, without thoughts and calls."""
        return "\n\n".join(reply.text for reply in self.replies if reply.text.strip())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not any(reply.thoughts or reply.text or reply.lookups for reply in self.replies)


def fold(reply: Reply, event: Event) -> Reply:
    """The reply after one more event."""
    match event:
        case TextDelta():
            return replace(reply, text=reply.text + event.text)
        case ReasoningDelta():
            return replace(reply, thoughts=reply.thoughts + event.text)
        case ToolCall():
            return replace(reply, lookups=(*reply.lookups, Lookup(call=event)))
        case Finished():
            return replace(reply, ended=event)
        case _:
            assert_never(event)


def summed(replies: tuple[Reply, ...]) -> Finished:
    """The end of a turn: the last reply's reason, all tokens, the wait for the first one, all seconds of decoding."""
    ends = [reply.ended for reply in replies if reply.ended is not None]
    usages = [end.usage for end in ends]
    return Finished(
        reason=ends[-1].reason,
        usage=Usage(
            prompt_tokens=_sum(usage.prompt_tokens for usage in usages),
            text_tokens=_sum(usage.text_tokens for usage in usages),
            image_tokens=_sum(usage.image_tokens for usage in usages),
            audio_tokens=_sum(usage.audio_tokens for usage in usages),
            output_tokens=_sum(usage.output_tokens for usage in usages),
        ),
        timings=Timings(
            time_to_first_token=ends[0].timings.time_to_first_token,
            decode=sum(end.timings.decode for end in ends),
            decoded=_sum(end.timings.decoded for end in ends),
        ),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    """Unknown where one of them is."""
    known = list(counts)
    return None if None in known else sum(count or 0 for count in known)


def _json(arguments: str) -> str:
    """Arguments that are no JSON object would stop the chat template: they go back as none."""
    try:
        return arguments if isinstance(json.loads(arguments), dict) else "{}"
    except ValueError:
        return "{}"
