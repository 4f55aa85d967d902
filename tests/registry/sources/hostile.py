"""Input as nobody should write it: strategies that make JSON up, and damage what is real."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FIXED = settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
"""The same examples on every machine and every day."""

NUMBERS = st.sampled_from(
    [0, -1, 1, 2, 4, 128, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 10**400, 0.5, -0.0, 1e308]
) | st.floats(allow_nan=True, allow_infinity=True)
ODD = [b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\r", b"\n---\n", b'"']
"""Byte order marks, and what some reader takes for an end."""
TEXTS = st.text(max_size=12) | st.sampled_from(["", "\ud800", "\x00", "\u202e", "é", "true", "null", "x" * 5_000])
SCALARS = st.none() | st.booleans() | NUMBERS | st.integers() | TEXTS


def json_values(words: Sequence[str]) -> st.SearchStrategy[Any]:
    """Any JSON in which the words come as keys and as values, nested a little or very deeply."""
    scalars = SCALARS | st.sampled_from(words)
    flat = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(words) | TEXTS, inner, max_size=4),
        max_leaves=8,
    )
    return flat | st.builds(_nested, flat, st.sampled_from([50, 400, 900]), st.sampled_from([None, *words]))


def _nested(inner: Any, depth: int, key: str | None) -> Any:  # noqa: ANN401
    for _ in range(depth):
        inner = [inner] if key is None else {key: inner}
    return inner


@st.composite
def changed(draw: st.DrawFn, real: dict[str, Any], values: st.SearchStrategy[Any]) -> dict[str, Any]:
    """The real object with a few of its values, at any depth, replaced or taken out."""
    made: dict[str, Any] = json.loads(json.dumps(real))
    for _ in range(draw(st.integers(min_value=0, max_value=3))):
        at: Any = made
        while True:
            key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            inside = at[key]
            if not (isinstance(inside, dict | list) and inside and draw(st.booleans())):
                break
            at = inside
        if isinstance(at, dict) and draw(st.booleans()) and len(at) > 1:
            del at[key]
        else:
            at[key] = draw(values)
    return made


@st.composite
def damaged(draw: st.DrawFn, texts: st.SearchStrategy[bytes]) -> bytes:
    """Bytes cut, with something put in, in another encoding, or with a part of them said twice."""
    text = draw(texts)
    middle = draw(st.integers(min_value=0, max_value=len(text)))
    later = draw(st.integers(min_value=middle, max_value=len(text)))
    odd = draw(
        st.binary(max_size=6) | st.sampled_from([b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\r", b"\n---\n", b'"'])
    )
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: text[:middle],
        lambda: text[:middle] + odd + text[middle:],
        lambda: text[:middle] + odd + text[later:],
        lambda: text[:later] + text[middle:],
        lambda: text.decode(errors="replace").encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + text,
    )
    return draw(st.sampled_from(ways))()


def raw_json(value: Any) -> bytes:  # noqa: ANN401
    """As text; whole numbers of any length, NaN and half surrogate pairs pass."""
    return json.dumps(value).encode()
