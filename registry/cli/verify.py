"""registry verify: derive everything derived again, and report what is kept otherwise."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from registry.cli import hub
from registry.cli.answer import DONE, DRIFTED, Answer, bullets
from registry.cli.drift import Drift, catalogue_drift, drifts, missing_claims
from registry.cli.model import NAME
from registry.cli.place import opened
from registry.store import Store
from registry.whereabouts import whereabouts

EXAMPLES = """\
  python -m registry verify
  python -m registry verify google/gemma-4-E2B-it --online
  python -m registry verify my/model --folder ./checkpoint --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", nargs="*", metavar="model", help=f"all unless given; each {NAME.rpartition(',')[0]}")
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument("--folder", type=Path, help="the checkpoint of the one model given: its files are read again")
    sources.add_argument("--online", action="store_true", help="read repositories on the Hub again, at their revision")
    hub.arguments(parser)


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        subjects = [store.subject_of(name) for name in given.models] or list(store.subjects())
        found = list(_found(store, subjects, given))
    lines = [f"{drift.subject}, {drift.what}: {drift.kept} is kept, {drift.derived} is derived" for drift in found]
    count = f"{len(subjects)} model{'s' if len(subjects) != 1 else ''} verified, {len(found)} drifted."
    return Answer(
        text=f"{count}\n{bullets(lines)}" if lines else count,
        data={"verified": subjects, "drift": found},
        code=DRIFTED if found else DONE,
    )


def _found(store: Store, subjects: list[str], given: argparse.Namespace) -> Iterator[Drift]:
    if not given.models:
        yield from catalogue_drift(store)
    for subject in subjects:
        yield from drifts(store, subject)
        if given.folder is not None or given.online:
            yield from _read_again(store, subject, given)


def _read_again(store: Store, subject: str, given: argparse.Namespace) -> Iterator[Drift]:
    """What the files themselves say now. Figures that change from day to day are left to `refresh`."""
    from registry.add import read
    from registry.fields import field

    passport = store.passport(subject)
    if given.folder is not None:
        derived = read(str(given.folder), hub.hub(given), name=subject).passport
    elif whereabouts(store.resolution(subject)) == "hub":
        at = f"@{passport.revision}" if passport.revision else ""
        derived = read(f"{subject}{at}", hub.hub(given)).passport
    else:
        return
    lasting = tuple(claim for claim in derived.claims if not field(claim.field).changes)
    kept = type(derived)(subject=subject, revision=derived.revision, claims=lasting)
    yield from missing_claims(store, kept, what="model")
