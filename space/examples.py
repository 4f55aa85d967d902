"""The examples that belong to the served checkpoint: questions with their pictures and sounds, ready to send.

Gemma's are a photograph and a spoken sentence in `space/ui/examples` (see SOURCES.md there); the pocket model knows
only a drawn world, and its examples are made by the code that made that world. Knows neither the page nor the engine.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from space.conversation import Attachment
from space.media import load

FOLDER = Path(__file__).with_name("ui") / "examples"


@dataclass(frozen=True, kw_only=True)
class Example:
    """One question as a visitor could have asked it."""

    question: str
    attachments: tuple[Attachment, ...] = ()


@cache
def examples_for(*, is_pocket: bool) -> tuple[Example, ...]:
    """The examples of the pocket model, or of a real Gemma: at least a picture, a sound and a text."""
    if is_pocket:
        # Drawn on first use: the pocket's world is not needed to serve anything else.
        from space.model.examples import examples

        return tuple(Example(question=made.question, attachments=tuple(made.attachments)) for made in examples())
    return (
        Example(question="Which animal is this, and what colour are its eyes?", attachments=(_file("cat.jpg"),)),
        Example(question="Write down what is said.", attachments=(_file("inaugural-address.flac"),)),
        Example(question="What is lost when a model's weights are stored in four bits? Answer in three sentences."),
    )


def _file(name: str) -> Attachment:
    return load((FOLDER / name).read_bytes(), name)
