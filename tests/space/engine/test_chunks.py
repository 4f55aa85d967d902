from typing import Any

import pytest

from space.conversation import ToolCall
from space.engine.chunks import ChunkReader
from space.events import Event, Finished, ReasoningDelta, TextDelta


def delta(now: float, reason: str | None = None, **content: object) -> tuple[dict[str, Any], float]:
    return {"choices": [{"index": 0, "delta": content, "finish_reason": reason}]}, now


def read(
    *chunks: tuple[dict[str, Any], float], started: float = 10.0, ended: float = 20.0, has_media: bool = True
) -> list[Event]:
    reader = ChunkReader(started=started, has_media=has_media)
    events = [event for chunk, now in chunks for event in reader.read(chunk, now)]
    return [*events, *reader.finish(ended)]


def test_text_and_thoughts_keep_their_order() -> None:
    events = read(delta(11, reasoning="hm"), delta(12, content="red"), delta(13, "stop", content="."))
    assert events[:-1] == [ReasoningDelta(text="hm"), TextDelta(text="red"), TextDelta(text=".")]


def test_a_stream_ends_in_exactly_one_finished() -> None:
    events = read(delta(11, content="a"), delta(12, "length", content="b"))
    assert [type(event) for event in events].count(Finished) == 1
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "length"


def test_ttft_runs_to_the_first_word_and_not_to_the_empty_role_chunk() -> None:
    finished = read(delta(10.5, role="assistant", content=""), delta(12, content="a"), delta(15, "stop", content="b"))[
        -1
    ]
    assert isinstance(finished, Finished)
    assert finished.timings.time_to_first_token == pytest.approx(2.0)
    assert finished.timings.decode == pytest.approx(3.0)


def test_a_tool_call_in_pieces_leaves_whole() -> None:
    events = read(
        delta(11, tool_calls=[{"index": 0, "id": "c1", "function": {"name": "get_passport", "arguments": ""}}]),
        delta(12, tool_calls=[{"index": 0, "function": {"arguments": '{"field": '}}]),
        delta(13, "tool_calls", tool_calls=[{"index": 0, "function": {"arguments": '"licence"}'}}]),
    )
    assert events[0] == ToolCall(id="c1", name="get_passport", arguments='{"field": "licence"}')
    assert isinstance(events[1], Finished)


def test_prompt_tokens_are_split_by_medium_and_add_up() -> None:
    usage = {
        "prompt_tokens": 332,
        "completion_tokens": 8,
        "prompt_tokens_details": {"multimodal_tokens": {"image": 268, "audio": 52}},
    }
    finished = read(delta(11, "stop", content="a"), ({"choices": [], "usage": usage}, 12))[-1]
    assert isinstance(finished, Finished)
    split = finished.usage
    assert (split.text_tokens, split.image_tokens, split.audio_tokens) == (12, 268, 52)
    assert split.output_tokens == 8


def test_an_answer_of_no_tokens_has_no_speed() -> None:
    finished = read(({"choices": [{"delta": {}, "finish_reason": "stop"}]}, 11))[-1]
    assert isinstance(finished, Finished)
    assert finished.timings.tokens_per_second is None


def test_tokens_that_nobody_saw_come_before_the_first_and_not_into_the_speed() -> None:
    def counted(chunk: tuple[dict[str, Any], float], tokens: int) -> tuple[dict[str, Any], float]:
        return {**chunk[0], "usage": {"prompt_tokens": 9, "completion_tokens": tokens}}, chunk[1]

    call = {"index": 0, "id": "c1", "function": {"name": "get_passport", "arguments": "{"}}
    rest = {"index": 0, "function": {"arguments": "}"}}
    finished = read(counted(delta(14, tool_calls=[call]), 8), counted(delta(16, "tool_calls", tool_calls=[rest]), 12))[
        -1
    ]
    assert isinstance(finished, Finished)
    assert finished.timings.decoded == 4
    assert finished.timings.tokens_per_second == pytest.approx(2.0)


def test_without_a_running_count_the_first_token_alone_is_left_out() -> None:
    total: tuple[dict[str, Any], float] = ({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5}}, 13)
    finished = read(delta(11, content="a"), delta(13, "stop", content="b"), total)[-1]
    assert isinstance(finished, Finished)
    assert finished.timings.tokens_per_second == pytest.approx(2.0)


def test_a_split_that_nobody_counted_is_unknown_unless_all_is_text() -> None:
    counted: tuple[dict[str, Any], float] = ({"choices": [], "usage": {"prompt_tokens": 9}}, 12)
    for has_media, text_tokens in ((True, None), (False, 9)):
        finished = read(delta(11, "stop", content="a"), counted, has_media=has_media)[-1]
        assert isinstance(finished, Finished)
        assert (finished.usage.prompt_tokens, finished.usage.text_tokens) == (9, text_tokens)
        assert finished.usage.output_tokens is None


def test_thoughts_go_by_an_older_name_too() -> None:
    assert read(delta(11, "stop", reasoning_content="hm"))[0] == ReasoningDelta(text="hm")
