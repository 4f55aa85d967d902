"""Thoughts and calls as vLLM's own Gemma 4 parser streams them, read into events: however the tokens are cut."""

import itertools
from collections.abc import Iterator
from typing import Protocol

import pytest

from space.answer import Reply, fold
from space.checkpoint.choose import POCKET_FOLDER
from space.engine.chunks import ChunkReader

pytestmark = pytest.mark.engine


class Tokenizer(Protocol):
    """What is used of a tokenizer here."""

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]: ...

    def decode(self, token_ids: list[int], *, skip_special_tokens: bool) -> str: ...


THOUGHT = "<|channel>thought\nI look at the picture.<channel|>"
CALL = '<|tool_call>call:get_passport{field:<|"|>licence<|"|>}<tool_call|>'


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    from transformers import AutoTokenizer

    loaded: Tokenizer = AutoTokenizer.from_pretrained(POCKET_FOLDER / "autoround")
    return loaded


def deltas(tokenizer: Tokenizer, text: str, cuts: tuple[int, ...]) -> Iterator[tuple[str, list[int]]]:
    """The output as the engine hands it on: tokens between cuts, with the text they add."""
    tokens = tokenizer.encode(text, add_special_tokens=False)
    edges = [0, *(cut for cut in cuts if 0 < cut < len(tokens)), len(tokens)]
    for start, end in itertools.pairwise(edges):
        yield (
            tokenizer.decode(tokens[:end], skip_special_tokens=False)[
                len(tokenizer.decode(tokens[:start], skip_special_tokens=False)) :
            ],
            tokens[start:end],
        )


def reply(tokenizer: Tokenizer, text: str, cuts: tuple[int, ...], reason: str = "stop") -> Reply:
    """What is folded from the parser's deltas of one output."""
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
    from vllm.parser.parser_manager import ParserManager

    tool = {"type": "function", "function": {"name": "get_passport", "parameters": {"type": "object"}}}
    request = ChatCompletionRequest.model_validate(
        {"model": "m", "messages": [{"role": "user", "content": "?"}], "tools": [tool], "tool_choice": "auto"}
    )
    made = ParserManager.get_parser(
        tool_parser_name="gemma4", reasoning_parser_name="gemma4", enable_auto_tools=True, model_name="m"
    )
    assert made is not None
    parser = made(tokenizer, request.tools, chat_template_kwargs={"enable_thinking": True})
    prompt = tokenizer.encode("<|turn>user\n?<turn|>\n<|turn>model\n", add_special_tokens=False)
    reader, folded = ChunkReader(started=0.0), Reply()
    pieces = list(deltas(tokenizer, text, cuts))
    for number, (piece, tokens) in enumerate(pieces):
        last = number == len(pieces) - 1
        delta = parser.parse_delta(piece, tokens, request, prompt, finished=last)
        choice = {
            "delta": delta.model_dump(exclude_none=True) if delta else {},
            "finish_reason": reason if last else None,
        }
        for event in reader.read({"choices": [choice]}, float(number)):
            folded = fold(folded, event)
    for event in reader.finish(99.0):
        folded = fold(folded, event)
    return folded


def every_cut(tokenizer: Tokenizer, text: str) -> list[tuple[int, ...]]:
    """Whole, cut once at every place, and token by token."""
    count = len(tokenizer.encode(text, add_special_tokens=False))
    return [(), *((place,) for place in range(1, count)), tuple(range(1, count))]


def test_thoughts_and_answer_are_told_apart_wherever_the_stream_is_cut(tokenizer: Tokenizer) -> None:
    text = f"{THOUGHT}Three circles."
    for cuts in every_cut(tokenizer, text):
        folded = reply(tokenizer, text, cuts)
        assert (folded.thoughts.strip(), folded.text) == ("I look at the picture.", "Three circles."), cuts


def test_a_channel_that_is_never_closed_is_all_thoughts(tokenizer: Tokenizer) -> None:
    text = THOUGHT.removesuffix("<channel|>")
    for cuts in every_cut(tokenizer, text):
        folded = reply(tokenizer, text, cuts, reason="length")
        assert (folded.thoughts.strip(), folded.text) == ("I look at the picture.", ""), cuts
        assert folded.ended is not None
        assert folded.ended.reason == "length"


def test_an_empty_channel_leaves_no_thoughts(tokenizer: Tokenizer) -> None:
    text = "<|channel>thought\n<channel|>Three circles."
    for cuts in every_cut(tokenizer, text):
        folded = reply(tokenizer, text, cuts)
        assert (folded.thoughts.strip(), folded.text) == ("", "Three circles."), cuts


def test_a_call_after_a_thought_arrives_whole(tokenizer: Tokenizer) -> None:
    text = THOUGHT + CALL
    for cuts in every_cut(tokenizer, text):
        folded = reply(tokenizer, text, cuts, reason="tool_calls")
        assert folded.thoughts.strip() == "I look at the picture.", cuts
        assert [(each.call.name, each.call.arguments) for each in folded.lookups] == [
            ("get_passport", '{"field": "licence"}')
        ], cuts
        assert folded.text.strip() == "", cuts
