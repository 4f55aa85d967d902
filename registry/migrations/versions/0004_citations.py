"""Citations: a work may be cited for many models. They are derived, and so are the cards: both are written anew."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("citations") as citations:
        citations.drop_constraint("uq_citations_key", type_="unique")
        citations.create_unique_constraint("uq_citations_model_id_key", ["model_id", "key"])
    op.execute(sa.text("DELETE FROM search"))
    op.execute(sa.text("DELETE FROM cards"))
