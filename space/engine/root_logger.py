"""The root logger as it was, whatever a library does to it while it is imported."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_root_logger() -> Iterator[None]:
    """Put the levels of the root logger and of its handlers back on leaving.

    2026-11-30, model-hosting-container-standards 0.1.16, which vLLM 0.29.0's web server imports: it sets both to ERROR,
    and our own warnings are lost. A version that leaves them alone finds nothing put back.
    """
    root = logging.getLogger()
    level, levels = root.level, [(handler, handler.level) for handler in root.handlers]
    try:
        yield
    finally:
        root.setLevel(level)
        for handler, handler_level in levels:
            handler.setLevel(handler_level)
