"""One file → `Attachment`: the size limit, what it is, and the decoder for it."""

from space.conversation import Attachment
from space.errors import AttachmentRefused
from space.media.file_name import subject
from space.media.limits import MAX_FILE_BYTES
from space.media.picture import load_picture
from space.media.recognise import recognise
from space.media.sound import load_sound


def load(data: bytes, name: str, *, use_beginning: bool = False) -> Attachment:
    """The file as the model takes it: a picture (PNG or JPEG), or a sound (WAV, 16 kHz, mono, 16 bits).

    `name` is shown and never believed. `use_beginning` takes the first 30 s of a longer sound.
    Raises SoundTooLong for such a sound otherwise, and AttachmentRefused for anything else that cannot be used.
    """
    if not data:
        raise AttachmentRefused(f"{subject(name)} is empty: it has no bytes. Attach a picture or a sound.")
    if len(data) > MAX_FILE_BYTES:
        raise AttachmentRefused(
            f"{subject(name)} has {len(data) / 2**20:.0f} MiB and {MAX_FILE_BYTES // 2**20} MiB is the limit. "
            "Attach a smaller or more compressed version."
        )
    file_type = recognise(data)
    if file_type.decoder == "picture":
        return load_picture(data, name, file_type)
    if file_type.decoder == "sound":
        return load_sound(data, name, file_type, use_beginning=use_beginning)
    raise AttachmentRefused(f"{subject(name)} is {file_type.name}. {file_type.advice}")
