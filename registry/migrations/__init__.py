"""The schema's history, one numbered step after another, run in code when the store is opened.

Steps are append-only: one that was ever released is never edited. Each runs in the caller's transaction, so that a
killed upgrade leaves the old schema whole.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from registry.errors import StoreUnusable

if TYPE_CHECKING:
    from alembic.config import Config

STEPS = Path(__file__).parent / "versions"


def configuration(connection: Connection) -> "Config":
    """What an alembic.ini would say."""
    # Alembic takes longer to import than a database takes to open: only one that is behind waits for it.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def current(connection: Connection) -> str | None:
    """The step a database stands at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    step: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return step


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
    from alembic import command

    command.upgrade(configuration(connection), "head")
    return True


def newest() -> str:
    return _steps()[0]


@cache
def _steps() -> tuple[str, ...]:
    """All steps, the newest first: each file's name begins with its number."""
    return tuple(sorted((path.name.partition("_")[0] for path in STEPS.glob("[0-9]*_*.py")), reverse=True))
