"""The tokenizer loses nothing, and the chat template speaks Gemma 4's format."""

import pytest
from transformers import Gemma4Processor

from space.model.vocabulary import SPECIAL_TOKENS, TOKENS


@pytest.mark.parametrize(
    "text", ["How many red circles are there?", "  two  spaces\n\nand lines ", "Größe 漢字 🙂 {a:1}", "7.45 GB"]
)
def test_any_text_survives_the_tokenizer(processor: Gemma4Processor, text: str) -> None:
    ids = processor.tokenizer.encode(text, add_special_tokens=False)
    assert processor.tokenizer.decode(ids) == text


def test_special_tokens_are_single_and_first_ids_are_gemma_4s(processor: Gemma4Processor) -> None:
    assert len(processor.tokenizer) == TOKENS
    for number, token in enumerate(SPECIAL_TOKENS):
        assert processor.tokenizer.encode(token, add_special_tokens=False) == [number]
    assert SPECIAL_TOKENS[:3] == ("<pad>", "<eos>", "<bos>")


def render(processor: Gemma4Processor, messages: list[dict[str, object]], **options: object) -> str:
    text: str = processor.tokenizer.apply_chat_template(messages, tokenize=False, **options)
    return text


def test_turns_and_media(processor: Gemma4Processor) -> None:
    seen = [{"type": "image"}, {"type": "text", "text": "What is it? "}]
    heard = [{"type": "text", "text": "And this?"}, {"type": "audio"}]
    messages: list[dict[str, object]] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": seen},
        {"role": "assistant", "content": "<|channel>thought\nHm.<channel|>A star."},
        {"role": "user", "content": heard},
    ]
    assert render(processor, messages, add_generation_prompt=True) == (
        "<bos><|turn>system\nBe brief.<turn|>\n"
        "<|turn>user\n<|image|>What is it?<turn|>\n"
        "<|turn>model\nA star.<turn|>\n"
        "<|turn>user\nAnd this?<|audio|><turn|>\n"
        "<|turn>model\n"
    )


def test_a_tool_its_call_and_its_response_share_the_models_turn(processor: Gemma4Processor) -> None:
    parameters = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    tool = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": parameters}}
    call = {"id": "a", "type": "function", "function": {"name": "look", "arguments": {"n": 3, "deep": True}}}
    messages: list[dict[str, object]] = [
        {"role": "user", "content": "Look."},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "a", "content": "a tree"},
    ]
    assert render(processor, messages, tools=[tool], add_generation_prompt=True, enable_thinking=True) == (
        '<bos><|turn>system\n<|think|><|tool>declaration:look{description:<|"|>Looks.<|"|>,'
        'parameters:{type:<|"|>OBJECT<|"|>,properties:{n:{type:<|"|>INTEGER<|"|>}},required:[<|"|>n<|"|>]}}<tool|><turn|>\n'
        "<|turn>user\nLook.<turn|>\n"
        "<|turn>model\n<|tool_call>call:look{n:3,deep:true}<tool_call|>"
        '<|tool_response>response:look{value:<|"|>a tree<|"|>}<tool_response|>'
    )
    messages.append({"role": "assistant", "content": "It is a tree."})
    assert render(processor, messages).endswith("<tool_response|>It is a tree.<turn|>\n")
