"""Questions that show what the pocket can do: one about a picture, one about a sound, one in words.

The same on every call and on every machine. Held-out phrasings; nothing here was trained on.
"""

from dataclasses import dataclass
from random import Random

from space.conversation import Attachment
from space.model.exam import picture_attachment, sound_attachment
from space.model.pictures import draw_shapes
from space.model.sounds import beep, dial
from space.model.words import WHO


@dataclass(frozen=True, kw_only=True)
class Example:
    """A question, what is attached to it, and the pocket's right answer."""

    question: str
    attachments: tuple[Attachment, ...] = ()
    answer: str


def examples() -> tuple[Example, ...]:
    """A picture of shapes, dialled digits, beeps, and a question about the model itself."""
    shapes = draw_shapes(Random(1), width=480, height=384, count=2, shape="circle", colour="orange")
    return (
        Example(
            question="What do you see in this picture?",
            attachments=(picture_attachment(shapes),),
            answer="There are two orange circles.",
        ),
        Example(
            question="Please tell me the dialled number.",
            attachments=(sound_attachment(dial(Random(4), digits="2580", seconds=2.4)),),
            answer="The digits are 2580.",
        ),
        Example(
            question="How many beeps are in this sound?",
            attachments=(sound_attachment(beep(Random(2), count=3, seconds=2.2)),),
            answer="There are three beeps.",
        ),
        Example(question="What model are you?", answer=WHO),
    )
