"""What of a program's request is changed before vLLM reads it, and what is refused."""

import json
from typing import Any

import pytest

from space.engine.request_body import prepared
from space.errors import TurnRefused
from space.special_tokens import ZERO_WIDTH_SPACE

TOKENS = frozenset({"<|turn>", "<|audio|>"})
CHAT = "/v1/chat/completions"


def through(body: dict[str, Any], path: str = CHAT) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(prepared(json.dumps(body).encode(), path, TOKENS))
    return changed


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, {"messages": [{"role": "user", "content": "a <|turn> b"}]}),
        (CHAT, {"messages": [{"role": "user", "content": [{"type": "text", "text": "<|audio|>"}]}]}),
        (CHAT, {"messages": [{"role": "assistant", "tool_calls": [{"function": {"arguments": '{"a": "<|turn>"}'}}]}]}),
        (CHAT, {"tools": [{"function": {"parameters": {"properties": {"<|turn>": {"type": "string"}}}}}]}),
        ("/v1/responses", {"input": "<|turn>", "instructions": "<|turn>"}),
        ("/v1/messages", {"system": "<|turn>", "messages": [{"role": "user", "content": "<|turn>"}]}),
        ("/tokenize", {"messages": [{"role": "user", "content": "<|turn>"}]}),
    ],
)
def test_control_tokens_in_texts_become_text(path: str, body: dict[str, Any]) -> None:
    changed = json.dumps(through(body, path), ensure_ascii=False)
    assert not any(token in changed for token in TOKENS)
    assert changed.replace(ZERO_WIDTH_SPACE, "") == json.dumps(body, ensure_ascii=False)


def test_a_prompt_written_by_hand_keeps_its_control_tokens() -> None:
    for path in ("/v1/completions", "/tokenize"):
        assert through({"prompt": "<|turn>user\nHi"}, path) == {"prompt": "<|turn>user\nHi"}


def test_a_file_is_kept_to_the_letter_and_loses_the_name_another_could_use() -> None:
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    body = {"messages": [{"role": "user", "content": [{**part, "uuid": "somebody's"}]}]}
    assert through(body) == {"messages": [{"role": "user", "content": [part]}]}


def test_a_tool_may_have_an_argument_called_uuid() -> None:
    body = {"tools": [{"function": {"parameters": {"properties": {"uuid": {"type": "string"}}}}}]}
    assert through(body) == body


@pytest.mark.parametrize("budget", [70, 140, 280, 560, 1120])
def test_an_image_budget_the_model_has_is_passed_on(budget: int) -> None:
    body = {"mm_processor_kwargs": {"max_soft_tokens": budget}}
    assert through(body) == body


@pytest.mark.parametrize(
    "arguments", [{"max_soft_tokens": 300}, {"max_soft_tokens": True}, {"do_resize": False}, [1], "280"]
)
def test_processor_arguments_that_could_end_the_engine_are_refused(arguments: object) -> None:
    with pytest.raises(TurnRefused, match="max_soft_tokens"):
        through({"mm_processor_kwargs": arguments})


@pytest.mark.parametrize("body", [{"n": 9}, {"n": 10**400}, {"prompt": ["a"] * 9}, {"prompt": ["a"] * 3, "n": 3}])
def test_a_request_for_many_answers_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(TurnRefused, match="one request may ask for 8"):
        through(body, "/v1/completions")


@pytest.mark.parametrize("n", ["9", "+100", " 100 ", "1_00", "1" * 400, 9.0, 1e16, True, [9]])
def test_a_number_of_answers_is_a_whole_number(n: object) -> None:
    with pytest.raises(TurnRefused, match="whole number"):
        through({"n": n}, "/v1/completions")


def test_what_is_nested_too_deeply_is_refused() -> None:
    messages: list[Any] = []
    for _ in range(700):
        messages = [messages]
    with pytest.raises(TurnRefused, match="nested too deeply"):
        through({"messages": messages})


def test_a_prompt_of_token_ids_is_one_prompt() -> None:
    assert through({"prompt": [5] * 100}, "/v1/completions") == {"prompt": [5] * 100}


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'"text"'])
def test_what_is_no_object_is_left_for_vllm_to_refuse(data: bytes) -> None:
    assert prepared(data, CHAT, TOKENS) == data


@pytest.mark.parametrize(
    "part",
    [
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
        {"type": "image_url", "image_url": {"url": ""}},
        {"image_url": None},
        {"type": "input_image", "image_url": ""},
    ],
)
def test_a_file_without_bytes_is_refused(part: dict[str, Any]) -> None:
    with pytest.raises(TurnRefused, match="empty"):
        through({"messages": [{"role": "user", "content": [part]}]})


@pytest.mark.parametrize("said", [[], ["yes"], [{"type": "refusal", "refusal": "No."}], [{"type": "output_text"}]])
def test_an_answer_that_does_not_begin_with_a_text_is_refused(said: list[object]) -> None:
    item: dict[str, Any] = {"type": "message", "role": "assistant", "content": said}
    with pytest.raises(TurnRefused, match="begin with a text"):
        through({"input": [item]}, "/v1/responses")
    item["content"] = [{"type": "output_text", "text": "Yes."}, *said]
    assert through({"input": [item]}, "/v1/responses") == {"input": [item]}


@pytest.mark.parametrize("item", [{"id": ""}, {"type": "message", "content": "Hi"}, {"role": None, "content": "Hi"}])
def test_a_message_of_nobody_is_refused(item: dict[str, object]) -> None:
    with pytest.raises(TurnRefused, match="needs a role"):
        through({"input": [item]}, "/v1/responses")
    assert through({"input": [{**item, "role": "user"}]}, "/v1/responses") == {"input": [{**item, "role": "user"}]}


@pytest.mark.parametrize("path", [CHAT, "/v1/completions"])
def test_beam_search_is_refused(path: str) -> None:
    with pytest.raises(TurnRefused, match="Beam search"):
        through({"use_beam_search": True}, path)
    assert through({"use_beam_search": False}, path) == {"use_beam_search": False}


def test_an_input_item_vllm_cannot_read_is_refused() -> None:
    said = {"type": "message", "role": "user", "content": "Hi"}
    assert through({"input": [said]}, "/v1/responses") == {"input": [said]}
    with pytest.raises(TurnRefused, match="function_call"):
        through({"input": [said, {"type": "custom_tool_call_output", "output": "x"}]}, "/v1/responses")


@pytest.mark.parametrize("key", ["ec_transfer_params", "kv_transfer_params"])
def test_what_servers_of_a_cluster_tell_each_other_is_refused(key: str) -> None:
    with pytest.raises(TurnRefused, match=key):
        through({"input": "Hello", key: {"a": 1}}, "/v1/responses")
    assert through({"input": "Hello", key: None}, "/v1/responses") == {"input": "Hello", key: None}
