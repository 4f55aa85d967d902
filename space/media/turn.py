"""The attachments of one turn: how many of each kind, and in which order. Values in, values out."""

from collections.abc import Sequence

from space.conversation import Attachment
from space.errors import TurnRefused
from space.media.limits import MAX_PICTURES_PER_TURN, MAX_SOUNDS_PER_TURN


def arrange(attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Pictures first, in the order given, and the sound last, as the model was trained. Raises TurnRefused."""
    pictures = [item for item in attachments if item.kind == "image"]
    sounds = [item for item in attachments if item.kind == "audio"]
    if len(pictures) > MAX_PICTURES_PER_TURN:
        raise TurnRefused(
            f"{len(pictures)} pictures are attached and one message may have {MAX_PICTURES_PER_TURN}. Remove some, "
            "or send them in several messages."
        )
    if len(sounds) > MAX_SOUNDS_PER_TURN:
        raise TurnRefused(
            f"{len(sounds)} sounds are attached and one message may have one. Send them in separate messages."
        )
    return (*pictures, *sounds)
