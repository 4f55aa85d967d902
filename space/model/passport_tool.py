"""The tool the pocket is taught to call, get_passport(field), and values such a call can return.

It knows the tool's declaration; nothing about how a passport is looked up.
"""

import json
from random import Random

from space.conversation import Tool
from space.model.words import fields, made_up_word

PASSPORT_TOOL = Tool(
    name="get_passport",
    description="Looks up one field of the served model's passport.",
    parameters=json.dumps(
        {
            "type": "object",
            "properties": {"field": {"type": "string", "enum": list(fields())}},
            "required": ["field"],
        }
    ),
)
_LICENCES = ("apache-2.0", "mit", "gemma", "cc-by-4.0", "bsd-3-clause", "gpl-3.0", "openrail", "unknown")
_SCHEMES = ("W4A16", "W8A8", "FP8", "BF16", "NVFP4", "Q4_K_M", "INT8", "AWQ", "GPTQ", "W4A16 g128")


def passport_value(random: Random, field: str) -> str:
    """A plausible value of `field`; one in four is any text, so that only reading the result helps."""
    if random.random() < 0.25:
        return _anything(random)
    number = random.choice((f"{random.randint(1, 99)}", f"{random.uniform(0.1, 99):.{random.randint(1, 2)}f}"))
    return {
        "licence": random.choice(_LICENCES),
        "parameters": f"{number} {random.choice(('B', 'M', 'billion', 'million'))}",
        "context": random.choice((f"{random.randint(1, 999):,} tokens", f"{random.randint(1024, 262144):,} tokens")),
        "memory": f"{number} {random.choice(('GB', 'GiB', 'MB'))}",
        "size": random.choice((f"{number} GB", f"{number} GiB", f"{random.randint(10**6, 10**10):,} bytes")),
        "scheme": random.choice(_SCHEMES),
        "modalities": ", ".join(random.sample(("text", "image", "audio", "video"), random.randint(1, 4))),
        "author": random.choice((made_up_word(random).capitalize(), f"{made_up_word(random)}{random.randint(0, 999)}")),
        "base_model": f"{made_up_word(random)}/{made_up_word(random)}-{random.randint(1, 9)}-{number}B",
        "revision": f"{random.getrandbits(28):07x}",
    }[field]


def _anything(random: Random) -> str:
    pieces = [random.choice((made_up_word(random), str(random.randint(0, 999)))) for _ in range(random.randint(1, 3))]
    return random.choice((" ", "-", "/", "_", ".")).join(pieces)
