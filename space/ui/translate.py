"""Gradio's payloads into our values and back. Pure: no component, no file, no engine.

A history arrives by two doors: the page sends each content as a list of `{"type": "text" | "file"}` blocks, the
API as bare strings and `{"path": …}`. `read_history` makes one shape of both. A path is only ever a name here:
whoever looks an attachment up decides whether it may be used.
"""

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from space.answer import Answer, Lookup, Reply
from space.conversation import Attachment, Message
from space.errors import TurnRefused
from space.events import Finished
from space.ui.lookups import MARK, call_id, forgotten, lookup_view

View = dict[str, Any]  # one message of gr.Chatbot

# Marks of messages that are the page's own words. They are shown and never reach a prompt.
NOTE = "note"
WAITING = "waiting"
EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one side said in one turn: text, the paths of the files that came with it, and the ids of calls after it."""

    role: Literal["user", "assistant"]
    text: str = ""
    paths: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


def read_history(history: object) -> list[Said]:
    """One shape for both doors. Neighbours of one role become one, thoughts and notes are left out.

    Raises `TurnRefused` for something that is no history.
    """
    if not isinstance(history, list | tuple):
        raise TurnRefused("The history must be a list of messages.")
    sides: list[Said] = []
    for message in history:
        side = _read_message(message)
        if side is None:
            continue
        # A reply ends with its calls: what follows them has read their results.
        if sides and sides[-1].role == side.role and not sides[-1].calls:
            side = _joined(sides.pop(), side)
        sides.append(side)
    return sides


def _read_message(message: object) -> Said | None:
    if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
        raise TurnRefused("Each message of the history needs a role, user or assistant, and a content.")
    metadata = message.get("metadata") or {}
    if (call := call_id(metadata)) is not None:
        return Said(role="assistant", calls=(call,))
    if metadata.get("title") or metadata.get("id") in (NOTE, WAITING, EXPIRED):
        return None
    blocks = list(_blocks(message.get("content")))
    return Said(
        role=message["role"],
        text="\n".join(text for kind, text in blocks if kind == "text"),
        paths=tuple(path for kind, path in blocks if kind == "path"),
    )


def _blocks(content: object) -> Iterator[tuple[Literal["text", "path"], str]]:
    match content:
        case str():
            yield "text", content
        case {"text": str(text)}:
            yield "text", text
        case {"file": {"path": str(path)}} | {"path": str(path)}:
            yield "path", path
        case list() | tuple():
            for block in content:
                yield from _blocks(block)


def _joined(first: Said, second: Said) -> Said:
    text = "\n".join(part for part in (first.text, second.text) if part)
    return replace(first, text=text, paths=(*first.paths, *second.paths), calls=second.calls)


def messages(
    sides: Iterable[Said],
    find: Callable[[str], Attachment | None],
    find_lookup: Callable[[str], Lookup | None] = lambda call: None,
) -> list[Message]:
    """The conversation as values. What `find` and `find_lookup` do not know has expired, or never was: left out."""
    said: list[Message] = []
    for side in sides:
        lookups = tuple(found for call in side.calls if (found := find_lookup(call)) is not None)
        attachments = tuple(each for path in side.paths if (each := find(path)) is not None)
        if lookups:
            said.extend(Reply(text=side.text, lookups=lookups).messages())
        elif side.text or attachments or not side.calls:
            said.append(Message(role=side.role, text=side.text, attachments=attachments))
    return _without_gaps(said)


def _without_gaps(said: list[Message]) -> list[Message]:
    """What stood on both sides of a call that is left out is one reply."""
    whole: list[Message] = []
    for message in said:
        last = whole[-1] if whole else None
        if last is not None and last.role == message.role == "assistant" and not last.tool_calls:
            whole[-1] = replace(message, text=f"{last.text}\n{message.text}".strip())
        else:
            whole.append(message)
    return whole


def user_view(text: str, files: Iterable[View]) -> View:
    """A visitor's turn: its files, then its text."""
    blocks: list[View] = [
        {"type": "file", "file": file, "alt_text": f"Attached file {file['orig_name']}"} for file in files
    ]
    if text.strip() or not blocks:
        blocks.append({"type": "text", "text": text})
    return {"role": "user", "content": blocks}


def answer_views(answer: Answer, thinking_seconds: Sequence[float | None]) -> list[View]:
    """The answer so far: thoughts and calls as collapsible messages of their own, so that copying takes the answer
    alone. `thinking_seconds` has one entry a reply, None while it thinks or when it did not.
    """
    views = [
        view
        for reply, seconds in zip(answer.replies, thinking_seconds, strict=True)
        for view in _reply_views(reply, seconds, over=answer.finished is not None)
    ]
    if answer.finished is not None:
        line = usage_line(answer.finished, replies=len(answer.replies), empty=not answer.text)
        views.append(note_view(line))
    return views


def _reply_views(reply: Reply, thinking_seconds: float | None, *, over: bool) -> list[View]:
    views: list[View] = []
    if reply.thoughts.strip():
        done = bool(reply.text or reply.lookups or reply.ended or over)
        metadata: View = {"title": "Thoughts", "status": "done" if done else "pending"}
        if done and thinking_seconds is not None:
            metadata["duration"] = round(thinking_seconds, 1)
        views.append(_view("assistant", reply.thoughts, metadata))
    if reply.text:
        views.append(_view("assistant", reply.text))
    return [*views, *map(lookup_view, reply.lookups)]


def note_view(text: str) -> View:
    """A line of the page's own under an answer."""
    return _view("assistant", f'<small class="note">{html.escape(text)}</small>', {"id": NOTE})


def waiting_view() -> View:
    """What stands where the answer will be while the model reads."""
    return _view("assistant", '<small class="note waiting">Reading</small>', {"id": WAITING})


def expired_view(name: str) -> View:
    """What stands in for an attachment that is no longer at hand."""
    text = f"{name} has expired: attachments are not kept when the page is reloaded."
    return _view("user", f'<small class="expired">{html.escape(text)}</small>', {"id": EXPIRED})


def _view(role: str, text: str, metadata: View | None = None) -> View:
    return {"role": role, "content": [{"type": "text", "text": text}], "metadata": metadata or {}}


def usage_line(finished: Finished, *, replies: int = 1, empty: bool) -> str:
    """The line under an answer: tokens in by kind, tokens out, time to first token, decode speed.

    Over several `replies` tokens are added up; each of them read the conversation anew.
    """
    usage, timings = finished.usage, finished.timings
    kinds = (("text", usage.text_tokens), ("image", usage.image_tokens), ("audio", usage.audio_tokens))
    split = ", ".join(f"{count:,} {kind}" for kind, count in kinds if count) or "kinds unknown"
    parts = [
        "tokens in unknown" if usage.prompt_tokens is None else f"{usage.prompt_tokens:,} tokens in ({split})",
        "out unknown" if usage.output_tokens is None else f"{usage.output_tokens:,} out",
        f"first token after {timings.time_to_first_token:.2f} s",
    ]
    if timings.tokens_per_second is not None:
        parts.append(f"{timings.tokens_per_second:.1f} tokens/s")
    if replies > 1:
        parts.append(f"{replies} replies added up")
    if finished.reason == "length":
        parts.append("cut off at the limit of new tokens")
    elif empty:
        parts.append("the model ended its turn without an answer")
    return " · ".join(parts)


def last_turn(history: list[View]) -> int:
    """Index of the first message of the visitor's last turn; the length when there is none."""
    index = len(history)
    while index and history[index - 1]["role"] == "assistant":
        index -= 1
    if not index:
        return len(history)
    while index and history[index - 1]["role"] == "user":
        index -= 1
    return index


def user_part(turn: list[View]) -> list[View]:
    """What the visitor said in a turn, without what was answered."""
    return [view for view in turn if view["role"] == "user"]


def kept(
    history: object,
    known: Callable[[str], View | None],
    find_lookup: Callable[[str], Lookup | None] = lambda call: None,
) -> list[View]:
    """The history as it may be shown again: texts as they came, files only where `known` vouches for them.

    Calls are shown as `find_lookup` knows them; one it does not know stays as text, with nothing that could be taken
    for a result later. Everything else a browser may have put in (components, links, foreign paths) is dropped or
    shown as expired.
    """
    views: list[View] = []
    for view in history if isinstance(history, list) else []:
        call = call_id(view.get("metadata") or {})
        lookup = find_lookup(call) if call else None
        views.extend([lookup_view(lookup)] if lookup else _kept_view(view, known))
    return views


def _kept_view(view: View, known: Callable[[str], View | None]) -> list[View]:
    before: list[View] = []
    blocks: list[View] = []
    for block in view.get("content") or []:
        match block:
            case {"type": "text", "text": str(text)}:
                blocks.append({"type": "text", "text": text})
            case {"type": "file", "file": {"path": str(path)} as file}:
                shown = known(path)
                if shown is None:
                    before.append(expired_view(str(file.get("orig_name") or "An attachment")))
                else:
                    blocks.append({"type": "file", "file": shown, "alt_text": block.get("alt_text")})
    metadata = view.get("metadata") or {}
    metadata = metadata if call_id(metadata) is None else forgotten(metadata)
    here = [{"role": view["role"], "content": blocks, "metadata": metadata}] if blocks else []
    return before + here


def remembered(views: list[View]) -> list[dict[str, Any]]:
    """What a browser keeps of a conversation: texts, notes, calls with their results, and the names of attachments;
    no thoughts, no bytes, no paths."""
    memory: list[dict[str, Any]] = []
    for view in views:
        metadata = view.get("metadata") or {}
        is_call = call_id(metadata) is not None
        if metadata.get("title") and not is_call:
            continue
        memory.append(
            {
                "role": view["role"],
                "mark": MARK if is_call else metadata.get("id") or "",
                "title": str(metadata["title"]) if is_call else "",
                "text": "\n".join(block["text"] for block in view["content"] if block["type"] == "text"),
                "files": [str(block["file"]["orig_name"]) for block in view["content"] if block["type"] == "file"],
            }
        )
    return memory


def recalled(memory: object) -> list[View]:
    """The conversation after a reload: every attachment has expired, and calls are words that no prompt will hold.
    Damaged memory is an empty conversation."""
    views: list[View] = []
    for entry in memory if isinstance(memory, list) else []:
        match entry:
            case {"role": "user" | "assistant" as role, "mark": str(mark), "text": str(text), "files": list(files)}:
                views.extend(expired_view(str(name)) for name in files)
                metadata = {"id": mark, "title": entry.get("title")} if mark else {}
                if text:
                    views.append(_view(role, text, forgotten(metadata) if mark == MARK else metadata))
            case _:
                return []
    return views
