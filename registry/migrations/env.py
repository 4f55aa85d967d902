"""Alembic's entry: runs steps on the connection it is handed. There is no offline mode and no ini file."""

from typing import Any

from alembic import context

from registry.sqlite import OWN_TABLE
from registry.tables import Row


def _ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:  # noqa: ANN401 - Alembic's
    return not (kind == "table" and reflected and name is not None and OWN_TABLE.match(name))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    include_object=_ours,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
