"""What the running Space records: which model is served, from its own files where the registry does not know it."""

from datetime import UTC, datetime

from registry.add import folder_record
from registry.errors import RegistryError
from registry.passport import Passport, Reading
from registry.record import Record
from registry.resolve import Resolution
from registry.sources.engine import Loaded, loaded_claims
from registry.store import Store
from space.checkpoint.checkpoint import Checkpoint

SERVED = "served"
"""The alias of the model that answers in the chat."""


def record_served(store: Store, checkpoint: Checkpoint) -> bool:
    """Let the alias `served` mean this checkpoint, or nothing where it is unknown and its files are elsewhere. Which.

    One that is not recorded is read from its own folder first, and so is every local one, because it may have changed.

    Raises:
        SourceUnreadable: it is not recorded and its files are damaged.
    """
    may_change = checkpoint.revision is None and not checkpoint.is_pocket
    known = recorded(store, checkpoint) is not None
    if checkpoint.folder is not None and (may_change or not known):
        today = datetime.now(UTC).date()
        store.add(folder_record(checkpoint.folder, checkpoint.repo_id, today, commit=checkpoint.revision))
    elif not known:
        store.drop_alias(SERVED)
        return False
    store.move_alias(SERVED, checkpoint.repo_id, checkpoint.revision)
    return True


def record_loaded(store: Store, checkpoint: Checkpoint, loaded: Loaded) -> None:
    """Keep what the engine reports of a recorded checkpoint, as claims on its revision that were measured here."""
    today = datetime.now(UTC).date()
    reading = Reading(subject=checkpoint.repo_id, revision=checkpoint.revision, as_of=today)
    # Without a revision of its own the passport leaves alone which one is the current.
    passport = Passport(subject=checkpoint.repo_id, revision=None, claims=loaded_claims(loaded, reading))
    store.add(Record(passport=passport))


def recorded(store: Store, checkpoint: Checkpoint) -> Resolution | None:
    """What is known of this very checkpoint, by its exact name and revision; None where it is not recorded."""
    try:
        found = store.resolution(checkpoint.repo_id, checkpoint.revision)
    except RegistryError:
        return None
    return found if found.subject == checkpoint.repo_id else None
