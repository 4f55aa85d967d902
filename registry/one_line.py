"""Text of others as one line that is safe to print: no control, invisible or direction-changing characters."""


def one_line(text: str, longest: int = 300) -> str:
    """The text with runs of blanks as one space, cut at `longest` characters. What cannot be printed is left out."""
    shown = "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in text)
    line = " ".join(shown.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
