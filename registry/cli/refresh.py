"""registry refresh: likes, downloads and dates anew from the Hub."""

import argparse

from registry.cli import hub
from registry.cli.answer import DONE, FAILED, Answer, bullets
from registry.cli.place import opened
from registry.refresh import Round, refresh

EXAMPLES = """\
  python -m registry refresh
  python -m registry refresh google/gemma-4-E2B-it --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", nargs="*", metavar="model", help="all that can be on the Hub unless given")
    hub.arguments(parser)


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        done = refresh(store, hub.hub(given), given.models or None)
    return Answer(text=_text(done), data=done, code=FAILED if done.failed or done.left else DONE)


def _text(done: Round) -> str:
    counts = (
        f"{len(done.read)} read, {len(done.unchanged)} unchanged, {len(done.failed)} failed, {len(done.left)} left."
    )
    kept = bullets(f"{subject}: {reason} What was known before is kept." for subject, reason in done.failed)
    return f"{counts}\n{kept}" if kept else counts
