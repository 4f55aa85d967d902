"""Text for LaTeX: what means something to TeX or BibTeX is made harmless, so that names come out as they are written.

`ascii_latex` is for classic BibTeX and pdfLaTeX, which stop at characters they have no glyph for: accents become
commands, and what has none becomes its number, as in [U+4E2D]. `unicode_latex` is for BibLaTeX with biber.
"""

import re
import unicodedata

SPECIAL = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "&": r"\&",
    "$": r"\$",
    '"': '{"}',
    "@": "{@}",
    "`": "{`}",
    "'": "{'}",
}
"""Braces by name: an escaped brace still counts as one for BibTeX. Quotes and @ alone: parsers see the end of a value
or the start of an entry in them, and TeX joins two of a kind."""

LETTERS = {
    "ß": r"{\ss}", "æ": r"{\ae}", "Æ": r"{\AE}", "œ": r"{\oe}", "Œ": r"{\OE}", "ø": r"{\o}", "Ø": r"{\O}",
    "ł": r"{\l}", "Ł": r"{\L}", "\u0131": r"{\i}", "\u2013": r"{\textendash}", "—": r"{\textemdash}",
    "\u2018": r"{\textquoteleft}", "\u2019": r"{\textquoteright}", "“": r"{\textquotedblleft}",
    "”": r"{\textquotedblright}", "…": r"{\textellipsis}", "©": r"{\textcopyright}",
    "®": r"{\textregistered}", "™": r"{\texttrademark}", "¿": r"{\textquestiondown}",
    "¡": r"{\textexclamdown}", "£": r"{\pounds}", "§": r"{\S}", "¶": r"{\P}",
}  # fmt: skip
"""Characters beyond ASCII that LaTeX's own encoding has without further packages."""

ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0331": "b",
}  # fmt: skip


CASED = re.compile(r"\w\W*[A-Z]|[A-Za-z]\W*[0-9]|[0-9]\W*[A-Za-z]|[^\x00-\x7f]")
"""A capital after the first letter, digits among letters, or anything beyond ASCII."""


def ascii_latex(text: str) -> str:
    """One line of text in ASCII for classic BibTeX."""
    return _ligatures_apart("".join(_ascii(sign) for sign in unicodedata.normalize("NFC", text)))


def unicode_latex(text: str) -> str:
    """One line of text for BibLaTeX: Unicode stays."""
    return _ligatures_apart("".join(SPECIAL.get(sign, sign) for sign in text))


def protected(title: str, latex: str) -> str:
    """A title in which words whose letters must keep their case are braced: names, acronyms, versions.

    `title` is the plain text and `latex` the same text escaped; the words of both are parted by single spaces.
    """
    words = zip(title.split(" "), latex.split(" "), strict=True)
    return " ".join(_braced(escaped) if CASED.search(word) else escaped for word, escaped in words)


def _braced(word: str) -> str:
    """Brackets and stops around a word stay outside."""
    return re.sub(r"^([(]*)(.+?)([).,:;]*)$", r"\1{\2}\3", word)


def _ascii(sign: str) -> str:
    known = SPECIAL.get(sign) or LETTERS.get(sign)
    if known or sign.isascii():
        return known or sign
    base, *marks = list(unicodedata.normalize("NFD", sign))
    if marks and base.isascii() and base.isalpha() and all(mark in ACCENTS for mark in marks):
        accented = base
        for mark in marks:
            accented = rf"\{ACCENTS[mark]}{{{accented}}}"
        return f"{{{accented}}}"
    return f"[U+{ord(sign):04X}]"


def _ligatures_apart(latex: str) -> str:
    """TeX makes a dash of two hyphens."""
    return re.sub(r"-(?=-)", "-{}", latex)
