"""The schema's history, one numbered step after another, run in code when the store is opened.

Steps are append-only: one that was ever released is never edited. Each runs in the caller's transaction, so that a
killed upgrade leaves the old schema whole.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from registry.errors import StoreUnusable


def configuration(connection: Connection) -> Config:
    """What an alembic.ini would say."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def current(connection: Connection) -> str | None:
    """The step a database stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection) -> bool:
    """Bring the database to the newest schema; whether there was anything to do.

    Raises:
        StoreUnusable: a newer registry wrote it.
    """
    here = current(connection)
    if here == newest():
        return False
    if here is not None and here not in _steps():
        raise StoreUnusable(
            f"The database was written by a newer version of the registry (schema {here}): update the registry."
        )
    command.upgrade(configuration(connection), "head")
    return True


def newest() -> str:
    return _steps()[0]


@cache
def _steps() -> tuple[str, ...]:
    """All steps, the newest first."""
    return tuple(step.revision for step in ScriptDirectory(str(Path(__file__).parent)).walk_revisions())
