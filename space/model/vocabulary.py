"""The pocket's tokenizer: a small byte-fallback BPE with Gemma 4's special tokens, learned from given texts.

Digits are never merged, so a number is always read and copied digit by digit. It does not know what the texts
are about.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

TOKENS = 1024
PAD, EOS, BOS, UNKNOWN = "<pad>", "<eos>", "<bos>", "<unk>"
TURN, TURN_END = "<|turn>", "<turn|>"
THINK, CHANNEL, CHANNEL_END = "<|think|>", "<|channel>", "<channel|>"
TOOL_CALL, TOOL_CALL_END = "<|tool_call>", "<tool_call|>"
TOOL_RESPONSE, TOOL_RESPONSE_END = "<|tool_response>", "<tool_response|>"
QUOTE = '<|"|>'
IMAGE, IMAGE_START, IMAGE_END = "<|image|>", "<|image>", "<image|>"
AUDIO, AUDIO_START, AUDIO_END = "<|audio|>", "<|audio>", "<audio|>"
VIDEO = "<|video|>"
# The first three ids are Gemma 4's own; the others follow in this order.
SPECIAL_TOKENS = (
    PAD, EOS, BOS, UNKNOWN, TURN, TURN_END, THINK, CHANNEL, CHANNEL_END, "<|tool>", "<tool|>",
    TOOL_CALL, TOOL_CALL_END, TOOL_RESPONSE, TOOL_RESPONSE_END, QUOTE,
    IMAGE, IMAGE_START, IMAGE_END, AUDIO, AUDIO_START, AUDIO_END, VIDEO,
)  # fmt: skip
CHAT_TEMPLATE = Path(__file__).with_name("chat_template.jinja")


def token_id(token: str) -> int:
    """The id of a special token."""
    return SPECIAL_TOKENS.index(token)


def learn_tokenizer(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """Learn `TOKENS` tokens from `texts` and wrap them as the tokenizer a Gemma 4 processor expects."""
    core = Tokenizer(models.BPE(byte_fallback=True, unk_token=UNKNOWN, fuse_unk=False))
    core.normalizer = normalizers.Replace(" ", "▁")
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[0-9]|\n"), "isolated"),
            pre_tokenizers.Split("▁", "merged_with_next"),
            pre_tokenizers.Split(Regex(r"[^\w▁]"), "isolated"),
        ]
    )
    core.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    core.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL_TOKENS])
    printable = [chr(code) for code in range(33, 127)]
    trainer = trainers.BpeTrainer(
        vocab_size=TOKENS,
        special_tokens=[*SPECIAL_TOKENS, *(f"<0x{byte:02X}>" for byte in range(256))],
        initial_alphabet=[*printable, "▁", "\n"],
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer)
    return wrap(_without_special_bytes(core))


def _without_special_bytes(core: Tokenizer) -> Tokenizer:
    """The trainer marks the byte tokens as special; they are ordinary tokens and must be printed."""
    document = json.loads(core.to_str())
    document["added_tokens"] = [token for token in document["added_tokens"] if token["content"] in SPECIAL_TOKENS]
    return Tokenizer.from_str(json.dumps(document))


def wrap(core: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer with the names that Gemma 4's processor looks up, and the pocket's chat template."""
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token=PAD,
        eos_token=EOS,
        bos_token=BOS,
        unk_token=UNKNOWN,
        extra_special_tokens={
            "image_token": IMAGE,
            "boi_token": IMAGE_START,
            "eoi_token": IMAGE_END,
            "audio_token": AUDIO,
            "boa_token": AUDIO_START,
            "eoa_token": AUDIO_END,
        },
        chat_template=CHAT_TEMPLATE.read_text(),
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )
