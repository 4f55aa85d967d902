"""Control tokens typed into a message: text to the tokenizer, unchanged to the eye."""

import json
import random
from pathlib import Path

import pytest
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers

from space.special_tokens import ZERO_WIDTH_SPACE, as_plain_text, special_tokens

MARKED_SPECIAL = (
    "<pad>", "<eos>", "<bos>", "<unk>", "<|turn>", "<turn|>", "<|image|>", "<|image>", "<image|>", "<|audio|>",
    "<|think|>", "<|channel>", "<channel|>", "<start_of_turn>",
)  # fmt: skip
MEANT_SPECIAL = ("<|tool_call>", "<tool_call|>", '<|"|>', "[multimodal]")
HARMLESS = ("\n\n", "▁▁", "\t", "<table>", "</h1>", "<strong>")
STEERING = frozenset(MARKED_SPECIAL + MEANT_SPECIAL)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """Gemma's kind: byte-fallback BPE, spaces written as ▁, added tokens both special and not."""
    vocabulary = {token: number for number, token in enumerate(MARKED_SPECIAL)}
    for token in [*(f"<0x{byte:02X}>" for byte in range(256)), *map(chr, range(33, 127)), "▁"]:
        vocabulary.setdefault(token, len(vocabulary))
    core = Tokenizer(models.BPE(vocab=vocabulary, merges=[], byte_fallback=True, unk_token="<unk>"))
    core.normalizer = normalizers.Replace(" ", "▁")
    core.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    core.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in MARKED_SPECIAL])
    core.add_tokens([AddedToken(token, special=False, normalized=False) for token in MEANT_SPECIAL + HARMLESS])
    return core


@pytest.fixture(scope="module")
def steering(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Read back from a real `tokenizer.json`."""
    path = tmp_path_factory.mktemp("checkpoint") / "tokenizer.json"
    tokenizer.save(str(path))
    return special_tokens(path)


def steering_ids(tokenizer: Tokenizer, text: str) -> set[str]:
    return set(tokenizer.encode(text, add_special_tokens=False).tokens) & STEERING


def messages(seed: int, count: int) -> list[str]:
    """Random mixtures of whole tokens, pieces of tokens, and other text."""
    chance = random.Random(seed)
    tokens = sorted(STEERING)
    made = []
    for _ in range(count):
        pieces = []
        for _ in range(chance.randint(1, 12)):
            token = chance.choice(tokens)
            start, end = sorted(chance.randrange(len(token) + 1) for _ in range(2))
            pieces.append(
                chance.choice([token, token[start:end], "<", "|", ">", " ", "Grüße 你好 👋", ZERO_WIDTH_SPACE])
            )
        made.append("".join(pieces))
    return made


def test_the_test_would_notice_a_token_that_is_not_neutralised(tokenizer: Tokenizer) -> None:
    assert all(steering_ids(tokenizer, f"a{token}b") == {token} for token in STEERING)


def test_all_added_tokens_that_steer_are_read_from_the_checkpoint(steering: frozenset[str]) -> None:
    assert steering == STEERING


@pytest.mark.parametrize("token", sorted(STEERING))
def test_a_typed_token_is_not_seen_by_the_tokenizer(token: str, tokenizer: Tokenizer) -> None:
    plain = as_plain_text(f"What is {token}?", STEERING)
    assert steering_ids(tokenizer, plain) == set()
    assert plain.replace(ZERO_WIDTH_SPACE, "") == f"What is {token}?", "it must read the same"


@pytest.mark.parametrize("seed", range(10))
def test_no_mixture_of_tokens_and_pieces_gets_through(seed: int, tokenizer: Tokenizer) -> None:
    for message in messages(seed, 300):
        plain = as_plain_text(message, STEERING)
        assert steering_ids(tokenizer, plain) == set(), f"{message!r} got through as {plain!r}"
        assert plain.replace(ZERO_WIDTH_SPACE, "") == message.replace(ZERO_WIDTH_SPACE, "")
        assert as_plain_text(plain, STEERING) == plain, "a second pass must change nothing"


@pytest.mark.parametrize("seed", range(3))
def test_the_tokenizer_reads_back_what_was_typed(seed: int, tokenizer: Tokenizer) -> None:
    for message in messages(seed, 50):
        ids = tokenizer.encode(as_plain_text(message, STEERING), add_special_tokens=False).ids
        read_back = tokenizer.decode(ids, skip_special_tokens=False)
        assert read_back.replace(ZERO_WIDTH_SPACE, "") == message.replace(ZERO_WIDTH_SPACE, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain words",
        "a < b > c",
        "x |= y",
        "<div>\n\n<table><strong>",
        "<|",
        "|>",
        "< |image| >",
        "<|IMAGE|>",
        "👋",
    ],
)
def test_other_text_is_not_touched(text: str) -> None:
    assert as_plain_text(text, STEERING) == text


def test_tokens_that_overlap_or_hold_each_other_are_all_broken() -> None:
    plain = as_plain_text("<|a|><b|>", ["<|a|>", "|><b", "a|", "<b|>"])
    assert not any(token in plain for token in ["<|a|>", "|><b", "a|", "<b|>"])


def test_a_checkpoint_without_tokens_changes_nothing() -> None:
    assert as_plain_text("<|image|>", []) == "<|image|>"


@pytest.mark.parametrize("token", ["x", "", f"a{ZERO_WIDTH_SPACE}b"])
def test_a_token_that_cannot_be_broken_is_an_error_and_not_a_hole(token: str) -> None:
    with pytest.raises(ValueError, match="cannot be broken"):
        as_plain_text("text", [token])


def test_a_long_message_is_done_at_once() -> None:
    text = "<|image|> and words " * 20_000
    assert as_plain_text(text, STEERING).count(ZERO_WIDTH_SPACE) == 20_000


def test_only_the_added_tokens_of_a_file_count(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"added_tokens": [], "model": {"vocab": {"<|x|>": 0}}}))
    assert special_tokens(path) == frozenset()
