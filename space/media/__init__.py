"""What a visitor attaches: bytes → a checked `Attachment`, or a sentence that says why not.

    load(data, name)          one file; its kind comes from the bytes, its name is only shown
    arrange(attachments)      one turn: how many of each kind, and in which order

Pure and thread-safe: no temporary files, no settings, no network. Decoding takes up to a second or two of one core, so
an event loop calls `load` in a thread. Knows neither the page nor the engine. All limits are in `limits`.
"""

from space.media.intake import load
from space.media.turn import arrange

__all__ = ["arrange", "load"]
