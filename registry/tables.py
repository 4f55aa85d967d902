"""The rows. Private to the store: nobody outside it sees one, and nothing here decides anything."""

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from registry.passport import Method
from registry.record import RelationKind, Role

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

METHODS = "method IN ('measured', 'files', 'configuration', 'declared', 'reported', 'listed')"
KINDS = "kind IN ('base', 'quantized_from', 'sibling', 'finetune')"
ROLES = "role IN ('model', 'base', 'software', 'method')"


Big = Annotated[int, "beyond 32 bits"]
"""Bytes and parameters: a database with types of its own must not cut them."""


class Row(DeclarativeBase):
    """Unknown is NULL in every column, JSON columns too."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        Big: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        Any: JSON(none_as_null=True),
    }


class ModelRow(Row):
    """`revision` is the name of the current revision, None while only claims without one are known."""

    __tablename__ = "models"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(unique=True)
    registry_id: Mapped[str] = mapped_column(index=True)
    revision: Mapped[str | None]


class RevisionRow(Row):
    """Immutable: a commit, and when it was first recorded."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("model_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    name: Mapped[str]
    recorded: Mapped[datetime]


class FileRow(Row):
    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("revision_id", "path"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    path: Mapped[str]
    size: Mapped[Big | None]
    sha256: Mapped[str | None]


class ClaimRow(Row):
    """`replaced` is when the same source took the claim back or said otherwise; None while it stands."""

    __tablename__ = "claims"
    __table_args__ = (CheckConstraint(METHODS, name="method"), Index(None, "model_id", "replaced"))
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    field: Mapped[str]
    value: Mapped[Any | None]
    unit: Mapped[str | None]
    method: Mapped[Method] = mapped_column(String)
    source: Mapped[str]
    url: Mapped[str | None]
    as_of: Mapped[date | None]
    conditions: Mapped[list[Any] | None]
    note: Mapped[str | None]
    replaced: Mapped[datetime | None]


class ScoreRow(Row):
    __tablename__ = "scores"
    __table_args__ = (Index(None, "model_id", "name", "as_of"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    name: Mapped[str]
    version: Mapped[str]
    as_of: Mapped[date]
    total: Mapped[float | None]
    factors: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]]


class LicenceRow(Row):
    __tablename__ = "licences"
    identifier: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    url: Mapped[str | None]
    allows: Mapped[list[Any]]
    requires: Mapped[list[Any]]
    forbids: Mapped[list[Any]]


class CitationRow(Row):
    __tablename__ = "citations"
    """Derived, as cards are: written anew with them."""

    __table_args__ = (CheckConstraint(ROLES, name="role"), UniqueConstraint("model_id", "key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"), index=True)
    key: Mapped[str]
    role: Mapped[Role] = mapped_column(String)
    work: Mapped[dict[str, Any]]


class RelationRow(Row):
    """`target` is a repository's name: it need not be recorded."""

    __tablename__ = "relations"
    __table_args__ = (CheckConstraint(KINDS, name="kind"), UniqueConstraint("model_id", "kind", "target"))
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    kind: Mapped[RelationKind] = mapped_column(String)
    target: Mapped[str] = mapped_column(index=True)


class AliasRow(Row):
    __tablename__ = "aliases"
    name: Mapped[str] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    model: Mapped[ModelRow] = relationship(lazy="raise")
    revision: Mapped[RevisionRow | None] = relationship(lazy="raise")


class EventRow(Row):
    """Append-only: the database itself refuses to change or delete a row."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    subject: Mapped[str | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]


class CardRow(Row):
    """What a list shows of a model, resolved; written anew with every change of its claims, its base or its score.

    `place` is its row in the full-text index, whose order is the order of search results. `modalities` are words with
    spaces between them.
    """

    __tablename__ = "cards"
    __table_args__ = (Index(None, "place", "size", "vram"),)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"), primary_key=True)
    place: Mapped[Big] = mapped_column(unique=True)
    subject: Mapped[str]
    registry_id: Mapped[str]
    revision: Mapped[str | None]
    title: Mapped[str | None]
    author: Mapped[str | None]
    architecture: Mapped[str | None]
    licence: Mapped[str | None] = mapped_column(index=True)
    base_model: Mapped[str | None] = mapped_column(index=True)
    scheme: Mapped[str | None] = mapped_column(index=True)
    modalities: Mapped[str] = mapped_column(index=True)
    parameters: Mapped[Big | None]
    context: Mapped[int | None]
    size: Mapped[Big | None] = mapped_column(index=True)
    vram: Mapped[Big | None]
    updated: Mapped[str | None] = mapped_column(index=True)
    findings: Mapped[int]
    fni: Mapped[float | None]
