"""The record: models, revisions, files, claims, scores, licences, citations, relations, aliases, the event log."""

import sqlalchemy as sa
from alembic import op

from registry.sqlite import CREATE_LOG_GUARD

revision = "0001"
down_revision = None

JSON = sa.JSON(none_as_null=True)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _models()
    _claims()
    _works()
    _ties()
    _log()


def _models() -> None:
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("registry_id", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
        sa.UniqueConstraint("subject", name="uq_models_subject"),
    )
    op.create_index("ix_models_registry_id", "models", ["registry_id"])
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("recorded", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_revisions_model_id"),
        sa.UniqueConstraint("model_id", "name", name="uq_revisions_model_id_name"),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_files_revision_id"),
        sa.UniqueConstraint("revision_id", "path", name="uq_files_revision_id_path"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("conditions", JSON, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("replaced", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_claims_model_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_claims_revision_id"),
        sa.CheckConstraint(
            "method IN ('measured', 'files', 'configuration', 'declared', 'reported', 'listed')",
            name=op.f("ck_claims_method"),
        ),
    )
    op.create_index("ix_claims_model_id_replaced", "claims", ["model_id", "replaced"])
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("factors", JSON, nullable=False),
        sa.Column("inputs", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scores"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_scores_model_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_scores_revision_id"),
    )
    op.create_index("ix_scores_model_id_name_as_of", "scores", ["model_id", "name", "as_of"])


def _works() -> None:
    op.create_table(
        "licences",
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("allows", JSON, nullable=False),
        sa.Column("requires", JSON, nullable=False),
        sa.Column("forbids", JSON, nullable=False),
        sa.PrimaryKeyConstraint("identifier", name="pk_licences"),
    )
    op.create_table(
        "citations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("work", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_citations"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_citations_model_id"),
        sa.UniqueConstraint("key", name="uq_citations_key"),
        sa.CheckConstraint("role IN ('model', 'base', 'software', 'method')", name=op.f("ck_citations_role")),
    )
    op.create_index("ix_citations_model_id", "citations", ["model_id"])


def _ties() -> None:
    op.create_table(
        "relations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_relations"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_relations_model_id"),
        sa.UniqueConstraint("model_id", "kind", "target", name="uq_relations_model_id_kind_target"),
        sa.CheckConstraint("kind IN ('base', 'quantized_from', 'sibling', 'finetune')", name=op.f("ck_relations_kind")),
    )
    op.create_index("ix_relations_target", "relations", ["target"])
    op.create_table(
        "aliases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_aliases"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_aliases_model_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_aliases_revision_id"),
    )


def _log() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_subject", "events", ["subject"])
    for statement in CREATE_LOG_GUARD:
        op.execute(statement)
