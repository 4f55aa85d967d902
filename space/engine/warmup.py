"""The first request of a fresh engine: a word, a small picture and half a second of a tone.

It pays once for lazy set-up (kernels, processors, caches) that a visitor's first question would pay otherwise.
"""

import io
import math
import struct
import wave
from dataclasses import replace

from PIL import Image

from space.conversation import Attachment, Message, Request, Sampling

SOFT_TOKENS = 70  # the smallest image budget: enough to reach every kernel, cheap for a large model on a CPU

TEXT_WARM_UP = Request(messages=(Message(role="user", text="Hello"),), sampling=Sampling(temperature=0.0, max_tokens=2))


def warm_up_request() -> Request:
    """A request through the text, vision and audio paths that asks for two tokens."""
    (hello,) = TEXT_WARM_UP.messages
    seen_and_heard = replace(hello, attachments=(_grey_picture(), _tone()))
    return replace(TEXT_WARM_UP, messages=(seen_and_heard,), image_budget=SOFT_TOKENS)


def _grey_picture(side: int = 96) -> Attachment:
    data = io.BytesIO()
    Image.new("RGB", (side, side), "grey").save(data, "PNG")
    return Attachment(kind="image", media_type="image/png", data=data.getvalue(), width=side, height=side)


def _tone(seconds: float = 0.5, rate: int = 16000, pitch: float = 440.0) -> Attachment:
    """No silence: that is refused as nothing to hear."""
    samples = [round(8000 * math.sin(2 * math.pi * pitch * at / rate)) for at in range(int(seconds * rate))]
    data = io.BytesIO()
    with wave.open(data, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return Attachment(kind="audio", media_type="audio/wav", data=data.getvalue(), seconds=seconds)
