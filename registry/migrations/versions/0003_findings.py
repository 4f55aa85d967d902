"""Findings: a card counts what an audit finds, not conflicts alone. The store writes every card anew after the step."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("DELETE FROM search")
    op.execute("DELETE FROM cards")
    op.execute("ALTER TABLE cards RENAME COLUMN conflicts TO findings")
