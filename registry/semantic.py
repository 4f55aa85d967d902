"""How near texts are in meaning, by wordllama's static word vectors: 256 numbers a text, on a CPU, without a network.

The vectors come inside wordllama's wheel. They see words, not their order: near words, near texts. Texts are embedded
once and kept in 512 bytes each, so that a search only embeds its question.
"""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wordllama import WordLlamaInference  # type: ignore[import-untyped]

SIZE = 256
LONGEST = 2_000
"""Characters of a text that are read: model cards can be long, and the mean over a long text says little."""


def packed(texts: Sequence[str]) -> list[bytes]:
    """Each text as a unit vector of 256 half-precision numbers. A text without words is all zeros: near to nothing."""
    return [vector.tobytes() for vector in _embedded(texts).astype("<f2")]


def semantic_scores(question: str, texts: Sequence[bytes]) -> list[float]:
    """S of each packed text for a question, 0 to 100: their cosine, where opposite counts as unrelated."""
    if not texts:
        return []
    vectors = np.frombuffer(b"".join(texts), dtype="<f2").reshape(-1, SIZE).astype(np.float32)
    near: NDArray[np.float32] = vectors @ _embedded([question])[0]
    return [float(score) for score in np.clip(near, 0, 1) * 100]


def _embedded(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors, one a row."""
    vectors = np.asarray(_words().embed([text[:LONGEST] for text in texts]), dtype=np.float32)
    vectors = np.nan_to_num(vectors)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.where(lengths == 0, 1, lengths)
    return unit


@cache
def _words() -> "WordLlamaInference":
    """The vectors, read from the wheel. The import takes a second, and only a search needs it.

    2026-11, wordllama 0.4.0.post1: it looks for its tokenizer in a folder "tokenizer" beside its code, where the wheel
    has "tokenizers", and would download it; given its own folder as the cache it finds it. Its import also sets up the
    root logger, which is put back.
    """
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    import wordllama

    root.setLevel(level)
    root.handlers[:] = handlers
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
