"""registry verify: derive everything derived again, and report what is kept otherwise."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from registry.catalogue.load import FOLDER
from registry.cli import hub
from registry.cli.answer import DONE, DRIFTED, Answer, bullets, sections
from registry.cli.drift import Drift, catalogue_drift, drifts, missing_claims
from registry.cli.model import NAME as NAMES
from registry.cli.place import opened
from registry.errors import UnknownModel
from registry.fni import NAME
from registry.store import Store
from registry.whereabouts import whereabouts

EXAMPLES = """\
  python -m registry verify
  python -m registry verify google/gemma-4-E2B-it --online
  python -m registry verify my/model --folder ./checkpoint --json

exit codes: 0 nothing differs, 3 something does, 1 it could not be checked, 2 wrong command line"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", nargs="*", metavar="model", help=f"all unless given; each {NAMES.rpartition(',')[0]}")
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument("--folder", type=Path, help="the checkpoint of the one model given: its files are read again")
    sources.add_argument("--online", action="store_true", help="read repositories on the Hub again, at their revision")
    hub.arguments(parser)
    parser.set_defaults(misused=parser.error)


def run(given: argparse.Namespace) -> Answer:
    if given.folder is not None and len(given.models) != 1:
        given.misused("--folder is the checkpoint of one model: name that model")
    if given.folder is not None and not given.folder.is_dir():
        raise UnknownModel(f"There is no folder {given.folder}.")
    with opened(given.store) as store:
        subjects = [store.subject_of(name) for name in given.models] or list(store.subjects())
        checks = _checks(store, subjects, given)
        found = list(_found(store, subjects, given))
    differ = f"{len(found)} difference{'s' if len(found) != 1 else ''}" if found else "nothing differs"
    text = sections(
        ("", f"{_models(len(subjects))} verified: {differ}."),
        ("Derived again", bullets(checks)),
        ("Differences", bullets(map(_line, found))),
    )
    data = {"verified": subjects, "checks": checks, "drift": found}
    return Answer(text=text, data=data, code=DRIFTED if found else DONE)


def _checks(store: Store, subjects: Sequence[str], given: argparse.Namespace) -> list[str]:
    """What is derived again, and from what; and what is not."""
    scores = sum(score.name == NAME and bool(score.inputs) for each in subjects for score in store.scores(each))
    works = sum(len(store.citations(each)) for each in subjects)
    told = [
        f"From the recorded claims: the line a list shows of each model, and {works} works to cite.",
        "From the sizes of dtypes and parts: the bytes of the weights, where these are recorded.",
        f"From the inputs kept with them: FNI scores ({scores}).",
    ]
    if not given.models:
        told.append(f"From the catalogue's {len(list(FOLDER.rglob('*.toml')))} files: each claim, which must be kept.")
    if given.folder is not None:
        told.append(f"From the files in {given.folder}: each claim that does not change from day to day.")
    away = [each for each in subjects if not _on_hub(store, each)]
    if given.online and len(away) < len(subjects):
        told.append(f"From the Hub, {_models(len(subjects) - len(away))}: each claim that does not change by the day.")
    if given.online and away:
        told.append(f"Not read again, because they are not on the Hub: {', '.join(away)}.")
    if given.folder is None and not given.online:
        told.append("Not read again: checkpoints themselves. --folder and --online do that.")
    return told


def _models(count: int) -> str:
    return f"{count} model{'s' if count != 1 else ''}"


def _line(drift: Drift) -> str:
    kept, derived = (f"“{value}”" if value is not None else "nothing" for value in (drift.kept, drift.derived))
    return f"{drift.subject}, {drift.what}: {kept} is kept, {derived} follows from {drift.source}."


def _on_hub(store: Store, subject: str) -> bool:
    return whereabouts(store.resolution(subject)) == "hub"


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
        source = f"the files in {given.folder}"
    elif _on_hub(store, subject):
        at = f"@{passport.revision}" if passport.revision else ""
        derived = read(f"{subject}{at}", hub.hub(given)).passport
        source = "the Hub"
    else:
        return
    # That a folder has no repository says nothing against a passport that was read from one.
    asked = (claim for claim in derived.claims if given.folder is None or claim.field != "repo_id")
    lasting = tuple(claim for claim in asked if not field(claim.field).changes)
    kept = type(derived)(subject=subject, revision=derived.revision, claims=lasting)
    yield from missing_claims(store, kept, source=source)
