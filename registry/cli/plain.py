"""Text of others as text that a terminal can be trusted with."""


def printable(text: str) -> str:
    """The text in its lines, without control, invisible or direction-changing characters; a tab becomes four spaces."""
    lines = text.replace("\t", "    ").split("\n")
    return "\n".join("".join(sign for sign in line if sign.isprintable()) for line in lines)
