"""A `Request` as the JSON body of OpenAI's chat completions. Knows the wire format, not vLLM's classes.

The same body serves an engine in this process and one behind a URL.
"""

import base64
import json
from dataclasses import replace
from typing import Any

from space.conversation import Attachment, Message, Request, Sampling
from space.special_tokens import as_plain_text


def attachment_part(attachment: Attachment) -> dict[str, Any]:
    """One picture or sound as a content part; bytes travel inside, never as a link."""
    data = base64.b64encode(attachment.data).decode()
    if attachment.kind == "image":
        return {"type": "image_url", "image_url": {"url": f"data:{attachment.media_type};base64,{data}"}}
    return {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}


def message_content(message: Message) -> str | list[dict[str, Any]]:
    """Pictures before the text and the sound after it, as the model was trained."""
    if not message.attachments:
        return message.text
    pictures = [attachment_part(item) for item in message.attachments if item.kind == "image"]
    sounds = [attachment_part(item) for item in message.attachments if item.kind == "audio"]
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [*pictures, *text, *sounds]


def message_body(message: Message) -> dict[str, Any]:
    """One message of the conversation."""
    body: dict[str, Any] = {"role": message.role, "content": message_content(message)}
    if message.tool_calls:
        body["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        body["tool_call_id"] = message.tool_call_id
    return body


def sampling_body(sampling: Sampling) -> dict[str, Any]:
    """Only what was chosen: an absent key is the checkpoint's own default."""
    chosen = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "seed": sampling.seed,
        "max_completion_tokens": sampling.max_tokens,
    }
    return {key: value for key, value in chosen.items() if value is not None}


def request_body(request: Request, model: str, control_tokens: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The whole request, streamed and with usage. `control_tokens` that stand in what was said become text."""
    messages = [_without_control_tokens(message, control_tokens) for message in request.messages]
    body: dict[str, Any] = {
        "model": model,
        "messages": [message_body(message) for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "chat_template_kwargs": {"enable_thinking": request.thinking},
        **sampling_body(request.sampling),
    }
    if request.image_budget is not None:
        body["mm_processor_kwargs"] = {"max_soft_tokens": request.image_budget}
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": json.loads(tool.parameters),
                },
            }
            for tool in request.tools
        ]
    return body


def _without_control_tokens(message: Message, tokens: frozenset[str]) -> Message:
    """Texts and arguments of calls as they read, with no token in them that steers the model."""
    calls = tuple(replace(call, arguments=as_plain_text(call.arguments, tokens)) for call in message.tool_calls)
    return replace(message, text=as_plain_text(message.text, tokens), tool_calls=calls)
