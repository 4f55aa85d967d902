"""Hundreds of nasty names through real bibtex, biber and pdflatex, in one document: no error, and no warning."""

import random
import subprocess
from pathlib import Path

import pytest

from registry.citations import Work, cite
from registry.citations.works import checkpoint, paper
from tests.registry.decided import decided

pytestmark = pytest.mark.latex

NAMES = 300
PIECES = (
    *"%#_&$~^\\{}\"'`@<>|=,;:!?()[]/*+-. \t\n", "--", "---", "``", "''", "\\input{x}", "\\end{document}", "}, @misc{x,",
    "%\n", "\\", " and ", "é", "ß", "Ł", "ő", "ế", "中", "🎉", "\u202e", "\u0000", "Model-4B", "the", "x" * 90,
)  # fmt: skip

HOSTED = [f"o_{n}/m__{n}.x--{n}_{'y' * n}" for n in range(40)]
"""Names as the Hub has them, so that addresses are typeset too."""

DOCUMENT = r"""\documentclass{article}
\usepackage{url}
\begin{document}
\nocite{*}
\bibliographystyle{plain}
\bibliography{works}
\end{document}
"""

LATEX = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper"]


def nasty_works() -> list[Work]:
    draw = random.Random(4)
    names = {"".join(draw.choices(PIECES, k=draw.randint(1, 8))) for _ in range(NAMES)} | set(HOSTED)
    return [
        checkpoint(name, revision, decided(name, ("author", f"o{name}"), ("year", 2026), revision=revision))
        for name in sorted(names)
        for revision in [draw.choice((None, name, "refs/pr/1", "b5c22b35dcc1eb28dc20e801300ec221cd754d71"))]
    ]


def all_works() -> list[Work]:
    return [*nasty_works(), checkpoint("folder", None, None), paper("vllm"), paper("autoround"), paper("gptq")]


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=240, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout[-3000:]}"
    return done.stdout


def test_every_entry_is_typeset(tmp_path: Path) -> None:
    works = all_works()
    (tmp_path / "works.bib").write_text(cite(works, "bibtex"), encoding="utf-8")
    (tmp_path / "paper.tex").write_text(DOCUMENT, encoding="utf-8")
    run(LATEX, tmp_path)
    assert "Warning" not in run(["bibtex", "paper"], tmp_path)
    assert (tmp_path / "paper.bbl").read_text(encoding="utf-8").count("\\bibitem") == len(works)
    assert "Missing character" not in run(LATEX, tmp_path)
    assert "Missing character" not in (tmp_path / "paper.log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.biber
def test_biber_reads_every_entry_and_finds_no_field_out_of_place(tmp_path: Path) -> None:
    works = all_works()
    (tmp_path / "works.bib").write_text(cite(works, "biblatex"), encoding="utf-8")
    told = run(["biber", "--tool", "--validate-datamodel", "works.bib"], tmp_path)
    assert not [line for line in told.splitlines() if line.startswith(("WARN", "ERROR"))]
    written = (tmp_path / "works_bibertool.bib").read_text(encoding="utf-8")
    assert sum(line.startswith("@") for line in written.splitlines()) == len(works)
