"""The model a command is about, by any of its names or as a folder on this machine: read, decided, with its base."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from registry.errors import UnknownModel
from registry.lookup import Model, recorded_model, unrecorded_model
from registry.store import Store

NAME = "a repository's exact name, a registry id, an alias, or a folder that holds a checkpoint"


def argument(parser: argparse.ArgumentParser) -> None:
    """The name, and the revision where another one than the current is meant."""
    parser.add_argument("model", help=NAME)
    parser.add_argument("--revision", help="a recorded commit (the current one unless given)")


def model(store: Store, name: str, revision: str | None = None) -> Model:
    """Find and decide a model.

    Raises:
        UnknownModel: nothing is recorded under this name, and it is no folder.
        AmbiguousName: several models share this registry id.
        SourceUnreadable: it is a folder, and no checkpoint can be read in it.
    """
    if not name.strip():
        raise UnknownModel(f"No model is named: write {NAME}.")
    folder = Path(name)
    try:
        store.subject_of(name)
    except UnknownModel as error:
        if folder.is_dir():
            # As `add` would record it. Imported here: it knows the Hub too, whose library takes long to import.
            from registry.add import folder_record

            record = folder_record(folder, folder.resolve().name, datetime.now(UTC).date())
            return unrecorded_model(store, record.passport, folder)
        if name.startswith((".", "/", "~")):
            raise UnknownModel(f"There is no folder {name}, and no model of that name is recorded.") from error
        raise UnknownModel(f"{error} To record a repository: python -m registry add owner/name.") from error
    return recorded_model(store, name, revision)
