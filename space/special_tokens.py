"""Control tokens that a visitor types must stay text: `<|image|>` in a question is nine characters, not a picture.

Pure text in, text out. It knows `tokenizer.json` and no tokenizer library; which texts are a visitor's, others know.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

# Written after the first character of a token: nobody sees it, and no tokenizer matches a token across it.
ZERO_WIDTH_SPACE: Final = "\u200b"
HTML_TAG: Final = re.compile(r"</?[a-z][a-z0-9]*>")


def special_tokens(tokenizer_file: Path) -> frozenset[str]:
    """The added tokens of a `tokenizer.json` that steer a model, whether or not they are marked special.

    Left out are runs of white space and HTML tags that are not marked special: Gemma's vocabulary has tokens of their
    own for them, they mean nothing else than they say, and visitors send line breaks and HTML in earnest.
    """
    added = json.loads(tokenizer_file.read_text(encoding="utf-8"))["added_tokens"]
    return frozenset(token["content"] for token in added if token["special"] or not _plain(token["content"]))


def _plain(content: str) -> bool:
    return not content.strip(" \t\n\r▁") or HTML_TAG.fullmatch(content) is not None


def as_plain_text(text: str, tokens: Iterable[str]) -> str:
    """The same text to a person's eye, without any of `tokens` in it to a tokenizer. A second pass changes nothing.

    Tokens are matched as they are written, which is how a tokenizer whose normalizer leaves them alone finds them
    (Gemma's only replaces spaces). Raises ValueError for a token that cannot be broken in two.
    """
    pattern = _pattern(frozenset(tokens))
    return text if pattern is None else pattern.sub(lambda found: found.group() + ZERO_WIDTH_SPACE, text)


@lru_cache(maxsize=8)
def _pattern(tokens: frozenset[str]) -> re.Pattern[str] | None:
    """Finds the first character of every token, also of tokens that overlap: a plain search would skip those."""
    for token in tokens:
        if len(token) < 2 or ZERO_WIDTH_SPACE in token:
            raise ValueError(f"the token {token!r} cannot be broken by a zero-width space")
    if not tokens:
        return None
    return re.compile(f"(?={'|'.join(map(re.escape, sorted(tokens)))}).", re.DOTALL)
