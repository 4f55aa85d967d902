"""Search: a resolved card for each model, and the full-text index over them. The store fills both after the step."""

import sqlalchemy as sa
from alembic import op

from registry.sqlite import CREATE_INDEX

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("registry_id", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("architecture", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=True),
        sa.Column("base_model", sa.String(), nullable=True),
        sa.Column("scheme", sa.String(), nullable=True),
        sa.Column("modalities", sa.String(), nullable=False),
        sa.Column("parameters", sa.BigInteger(), nullable=True),
        sa.Column("context", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("vram", sa.BigInteger(), nullable=True),
        sa.Column("updated", sa.String(), nullable=True),
        sa.Column("conflicts", sa.Integer(), nullable=False),
        sa.Column("fni", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("model_id", name="pk_cards"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_cards_model_id"),
        sa.UniqueConstraint("place", name="uq_cards_place"),
    )
    for column in ("base_model", "licence", "scheme", "modalities", "size", "updated"):
        op.create_index(f"ix_cards_{column}", "cards", [column])
    op.create_index("ix_cards_place_size_vram", "cards", ["place", "size", "vram"])
    for statement in CREATE_INDEX:
        op.execute(statement)
