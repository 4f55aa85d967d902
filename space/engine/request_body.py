"""The body of a program's request, made safe for the engine before vLLM reads it. JSON in, JSON out; knows no vLLM.

What is wrong with a body otherwise, vLLM says itself.
"""

import json
from typing import Any, Final

from space.errors import TurnRefused
from space.media.limits import IMAGE_BUDGETS
from space.special_tokens import as_plain_text

MOST_ANSWERS: Final = 8
"""Answers one request may ask for: `n`, times its prompts."""

# Where a prompt is written by a chat template, control tokens are the template's alone. `/v1/completions` takes prompts
# that are written by hand, control tokens included.
BY_TEMPLATE: Final = frozenset(
    {"/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/messages/count_tokens", "/tokenize"}
)
TEXTS: Final = (
    "messages",
    "input",
    "instructions",
    "system",
    "tools",
    "functions",
    "documents",
    "chat_template_kwargs",
)
ITEMS: Final = ("message", "reasoning", "function_call", "function_call_output")
TRANSFERS: Final = ("ec_transfer_params", "kv_transfer_params")
MEDIA: Final = frozenset({"image_url", "audio_url", "video_url", "input_audio", "image_embeds", "audio_embeds"})


def prepared(data: bytes, path: str, control_tokens: frozenset[str]) -> bytes:
    """The body for the route at `path`; what is no JSON object stays as it is. Raises `TurnRefused`."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return data
    if not isinstance(body, dict):
        return data
    try:
        return json.dumps(_checked(body, path, control_tokens)).encode()
    except RecursionError as error:
        raise TurnRefused("This request is nested too deeply to be read.") from error


def _checked(body: dict[str, Any], path: str, control_tokens: frozenset[str]) -> dict[str, Any]:
    _check_answers(body)
    _check_beams(body)
    _check_processor(body.get("mm_processor_kwargs"))
    _check_transfers(body)
    if path == "/v1/responses":
        _check_items(body.get("input"))
    if path in BY_TEMPLATE:
        body |= {key: _plain(body[key], control_tokens) for key in TEXTS if key in body}
    return body


def _check_answers(body: dict[str, Any]) -> None:
    prompts, each = body.get("prompt"), body.get("n")
    several = len(prompts) if isinstance(prompts, list) and not all(isinstance(item, int) for item in prompts) else 1
    if each is not None and type(each) is not int:
        raise TurnRefused(f"n must be a whole number from 1 to {MOST_ANSWERS}.")  # vLLM would read "+8" and 8.0 as 8
    answers = several * max(each or 1, 1)
    if answers > MOST_ANSWERS:
        raise TurnRefused(f"This asks for {answers} answers, and one request may ask for {MOST_ANSWERS}.")


def _check_beams(body: dict[str, Any]) -> None:
    """vLLM searches with beams outside the engine, token by token: a minute of a whole engine for one request."""
    if body.get("use_beam_search"):
        raise TurnRefused("Beam search is not offered here: one request would take the place of many.")


def _check_transfers(body: dict[str, Any]) -> None:
    """2026-11-30, vLLM 0.29.0: what servers of a cluster tell each other fails the request in the engine (a 500) where
    there is no other server, and is nobody's to say from outside where there is."""
    for key in TRANSFERS:
        if body.get(key) is not None:
            raise TurnRefused(f"{key} is between the servers of a cluster, and cannot be sent here.")


def _check_items(items: object) -> None:
    """2026-11-30, vLLM 0.29.0: an item of another kind is a 500 (`object has no attribute 'get'`), and so are a message
    of nobody (`'role'`) and an answer that begins with no text (`'ResponseOutputRefusal' object has no attribute
    'text'`)."""
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        kind = item.get("type")
        if isinstance(kind, str) and kind not in ITEMS:
            raise TurnRefused(f"An input item may be of type {', '.join(ITEMS)}; others cannot be read here.")
        if kind in (None, "message") and not isinstance(item.get("role"), str):
            raise TurnRefused("A message in the input needs a role.")
        said = item.get("content")
        if item.get("role") == "assistant" and isinstance(said, list) and not _begins_with_text(said):
            raise TurnRefused(
                "An answer in the input must begin with a text; a refusal or nothing cannot be read here."
            )


def _begins_with_text(parts: list[Any]) -> bool:
    return bool(parts) and isinstance(parts[0], dict) and isinstance(parts[0].get("text"), str)


def _check_file(part: object) -> None:
    """2026-11-30, vLLM 0.29.0: a picture or sound without bytes is a 500 (`Expected code to be unreachable`)."""
    if not isinstance(part, dict):
        return
    for key in MEDIA & part.keys():
        file = part[key]
        if not (file.get("data") or file.get("url") if isinstance(file, dict) else file):
            raise TurnRefused("A picture or a sound in this message is empty: it has no bytes.")


def _check_processor(arguments: object) -> None:
    """Nothing but a budget the model has: other arguments can give a picture another size than its place in the prompt,
    which ends the engine."""
    if not arguments:
        return
    if not isinstance(arguments, dict) or set(arguments) != {"max_soft_tokens"}:
        raise TurnRefused("mm_processor_kwargs may hold max_soft_tokens, the image budget, and nothing else.")
    budget = arguments["max_soft_tokens"]
    if isinstance(budget, bool) or budget not in IMAGE_BUDGETS:
        raise TurnRefused(f"max_soft_tokens must be one of {', '.join(map(str, IMAGE_BUDGETS))}.")


def _plain(value: Any, control_tokens: frozenset[str]) -> Any:  # noqa: ANN401
    """Every text in `value` without control tokens, and its pictures and sounds without a `uuid`: vLLM keeps them under
    that name, and a name chosen by one program would bring another's picture."""
    match value:
        case str():
            return as_plain_text(value, control_tokens)
        case list():
            for item in value:
                _check_file(item)
            return [_plain(item, control_tokens) for item in value]
        case dict():
            return {
                as_plain_text(key, control_tokens): _plain(item, control_tokens)
                for key, item in value.items()
                if key != "uuid" or MEDIA.isdisjoint(value)
            }
    return value
