"""A tokenizer for the stand-in: Gemma 4's vocabulary size and special ids, and words that mean nothing.

Text becomes single characters and bytes; every other id is a filler word, so that whatever random weights say can be
decoded. It knows ids, no language.
"""

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers
from transformers import PreTrainedTokenizerFast

from space.model import vocabulary

EOS, TOOL_RESPONSE, TURN_END = 1, 50, 106
SIZE = 262_144
FIRST_BYTE = 238  # ids below are for special tokens, the 256 bytes follow, then printable characters

SPECIAL_IDS = {
    vocabulary.PAD: 0,
    vocabulary.EOS: EOS,
    vocabulary.BOS: 2,
    vocabulary.UNKNOWN: 3,
    "<|tool>": 46,
    "<tool|>": 47,
    vocabulary.TOOL_CALL: 48,
    vocabulary.TOOL_CALL_END: 49,
    vocabulary.TOOL_RESPONSE: TOOL_RESPONSE,
    vocabulary.TOOL_RESPONSE_END: 51,
    vocabulary.QUOTE: 52,
    vocabulary.THINK: 98,
    vocabulary.CHANNEL: 100,
    vocabulary.CHANNEL_END: 101,
    vocabulary.TURN: 105,
    vocabulary.TURN_END: TURN_END,
    vocabulary.IMAGE_START: 255_999,
    vocabulary.AUDIO_START: 256_000,
    vocabulary.IMAGE: 258_880,
    vocabulary.AUDIO: 258_881,
    vocabulary.IMAGE_END: 258_882,
    vocabulary.AUDIO_END: 258_883,
    vocabulary.VIDEO: 258_884,
}


def stand_in_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer of `SIZE` tokens with Gemma 4's special tokens where Gemma 4 has them."""
    core = Tokenizer(models.BPE(vocab=_vocabulary(), merges=[], byte_fallback=True, unk_token=vocabulary.UNKNOWN))
    core.normalizer = normalizers.Replace(" ", "▁")
    core.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    core.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL_IDS])
    return vocabulary.wrap(core)


def _vocabulary() -> dict[str, int]:
    words = [f"▁w{index}" for index in range(SIZE)]
    characters = ["\n", "▁", *(chr(code) for code in range(33, 127))]
    for offset, token in enumerate([*(f"<0x{byte:02X}>" for byte in range(256)), *characters]):
        words[FIRST_BYTE + offset] = token
    for token, index in SPECIAL_IDS.items():
        words[index] = token
    return {token: index for index, token in enumerate(words)}
