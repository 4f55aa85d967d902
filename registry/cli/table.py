"""Tables of plain text that lose nothing: as wide as their text, or wrapped to the width of the terminal.

Where even the longest words have no room beside each other, each row becomes a block of lines. No colour anywhere.
"""

import shutil
from collections.abc import Iterable, Sequence
from io import StringIO
from textwrap import wrap

from registry.one_line import one_line

LONGEST = 100_000
"""Characters of a cell: text of others must not fill a memory. What is longer says so."""

NARROWEST = 20
"""Columns that a wrapped line has at least."""

GAP = 2
"""Blanks between two columns."""


def width() -> int | None:
    """Columns of the terminal, or as COLUMNS says; None where the output is read by a program or kept in a file."""
    return shutil.get_terminal_size((0, 0)).columns or None


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under their names, each as wide as its widest cell where there is room for that."""
    cells = [[whole(cell) for cell in row] for row in (header, *rows)]
    room = width()
    if room is None:
        # Nobody's screen: pad by characters, as `cut` and `awk` count them.
        widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
        return "\n".join(
            (" " * GAP).join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in cells
        )
    return _wrapped(cells, room)


def folded(text: str, first: str = "", later: str = "") -> str:
    """One line of text, wrapped at blanks where the terminal is narrower; a word that is longer stays whole."""
    line = whole(text)
    room = width()
    if room is None or len(first) + len(line) <= room:
        return f"{first}{line}"
    lines = wrap(
        line,
        max(room, NARROWEST),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def whole(text: str) -> str:
    """Text of others on one line, all of it; beyond all reason it says what it is cut from."""
    line = one_line(text, LONGEST)
    return line if len(line) < LONGEST else f"{line} (cut at {LONGEST:,} of {len(text):,} characters; --json has all)"


def _wrapped(cells: Sequence[Sequence[str]], room: int) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    widths = _widths(cells, room)
    if widths is None:
        return "\n\n".join(_block(cells[0], row) for row in cells[1:])
    console = Console(file=StringIO(), width=room, color_system=None, legacy_windows=False)
    grid = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="")
    for name, wide in zip(cells[0], widths, strict=True):
        grid.add_column(Text(name), width=wide)
    for row in cells[1:]:
        grid.add_row(*map(Text, row))
    console.print(grid)
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def _widths(cells: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """What each column gets, so that no word is broken; None where there is no room for that."""
    from rich.cells import cell_len

    columns = list(zip(*cells, strict=True))
    wanted = [max(map(cell_len, column)) for column in columns]
    widths = [max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    spare = room - GAP * (len(columns) - 1) - sum(widths)
    if spare < 0:
        return None
    while spare and (short := [i for i, width in enumerate(widths) if width < wanted[i]]):
        for i in short[:spare]:
            widths[i] += 1
        spare -= len(short[:spare])
    return widths


def _block(header: Sequence[str], row: Sequence[str]) -> str:
    """A row on lines of its own, every filled cell after its column's name."""
    named = ((f"{name}: " if name else "", cell) for name, cell in zip(header, row, strict=True) if cell)
    lines = [folded(f"{name}{cell}", "" if i == 0 else "  ", "    ") for i, (name, cell) in enumerate(named)]
    return "\n".join(lines)
