"""registry cite: the checkpoint, its base, the software and the method, in one format and nothing else."""

import argparse
from typing import get_args

from registry.citations import Format
from registry.cli.answer import Answer
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.exports.formats import cited

EXAMPLES = """\
  python -m registry cite google/gemma-4-E2B-it > references.bib
  python -m registry cite Vishva007/gemma-4-E2B-it-W4A16-AutoRound --format apa
  python -m registry cite google/gemma-4-E2B-it --format cff > CITATION.cff"""


def arguments(parser: argparse.ArgumentParser) -> None:
    argument(parser)
    parser.add_argument("--format", choices=get_args(Format), default="bibtex", help="bibtex unless given")


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = model(store, given.model, given.revision)
    text = cited(found, given.format)
    return Answer(text=text, data={"format": given.format, "text": text, "works": found.works})
