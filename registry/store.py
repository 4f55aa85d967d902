"""The record on disk. One public method is one transaction; values go in, values come out, rows never do.

Opening a store brings its schema up to date. It knows no source of claims and nothing of what they mean.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session, joinedload

from registry import migrations, reading, search, sqlite, writing
from registry.errors import StoreUnusable, UnknownModel
from registry.passport import Claim, Passport
from registry.record import (
    Alias,
    Card,
    Citation,
    Entry,
    Facets,
    File,
    Json,
    Licence,
    Page,
    Query,
    Record,
    Relation,
    Score,
)  # fmt: skip
from registry.resolve import Resolution
from registry.tables import (
    AliasRow,
    CardRow,
    CitationRow,
    ClaimRow,
    EventRow,
    FileRow,
    LicenceRow,
    ModelRow,
    RelationRow,
    RevisionRow,
)  # fmt: skip


class Store:
    """A registry. A name of a model is its exact repository id, its registry id, or an alias; methods that take one
    raise UnknownModel or AmbiguousName. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{sqlite.WRITES: True})

    @classmethod
    def open(cls, place: Path | str) -> Self:
        """Open the database at a path or URL, make it if it is not there, and bring its schema up to date.

        Raises:
            StoreUnusable: another kind of database, a damaged one, one written by a newer registry, or no place to
                make one.
        """
        url = _url(place)
        _make_folder(url)
        store = cls(sqlite.open_engine(url))
        try:
            with store._write() as session:
                if migrations.upgrade(session.connection()):
                    cardless = select(ModelRow.id).outerjoin(CardRow).where(CardRow.model_id.is_(None))
                    writing.write_cards(session, session.scalars(cardless).all(), datetime.now(UTC))
        except DatabaseError as error:
            store.close()
            raise StoreUnusable(f"The registry's database cannot be used: {error.orig}.") from error
        except StoreUnusable:
            store.close()
            raise
        return store

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def add(self, record: Record) -> None:
        """Record what one reading tells. What its sources said before about the same revision is replaced; scores are
        kept beside the older ones, and the newest FNI orders the search."""
        self.add_all([record])

    def add_all(self, records: Iterable[Record]) -> None:
        """Record many readings, all or none."""
        with self._write() as session:
            writing.write(session, records, datetime.now(UTC))

    def load_once(self, records: Iterable[Record], digest: str, licences: Iterable[Licence] = ()) -> bool:
        """Record a catalogue whose content has this digest, unless it was the last one loaded; whether it was done."""
        with self._write() as session:
            last = select(EventRow).where(EventRow.kind == "catalogue loaded").order_by(EventRow.id.desc()).limit(1)
            event = session.scalar(last)
            if event is not None and event.detail.get("digest") == digest:
                return False
            now = datetime.now(UTC)
            writing.write(session, records, now)
            for licence in licences:
                writing.put_licence(session, licence)
            writing.log(session, now, "catalogue loaded", None, {"digest": digest})
            return True

    def move_alias(self, alias: str, name: str, revision: str | None = None) -> None:
        """Let an alias mean a model, at a revision or at whatever is current.

        Raises:
            UnknownModel: neither is recorded.
        """
        with self._write() as session:
            model, _ = reading.find_model(session, name)
            number = _revision_number(session, model, revision) if revision else None
            session.execute(delete(AliasRow).where(AliasRow.name == alias))
            session.execute(insert(AliasRow), [{"name": alias, "model_id": model.id, "revision_id": number}])
            detail: dict[str, Json] = {"alias": alias, "revision": revision}
            writing.log(session, datetime.now(UTC), "alias moved", model.subject, detail)

    def drop_alias(self, alias: str) -> None:
        """Let an alias mean nothing; one that means nothing already is left so."""
        with self._write() as session:
            number = session.scalar(delete(AliasRow).where(AliasRow.name == alias).returning(AliasRow.model_id))
            if number is not None:
                writing.log(session, datetime.now(UTC), "alias dropped", None, {"alias": alias})

    def put_licence(self, licence: Licence) -> None:
        """Keep the terms of a licence; the same identifier's older terms are replaced."""
        with self._write() as session:
            writing.put_licence(session, licence)

    def log(self, kind: str, subject: str | None, detail: Mapping[str, Json]) -> None:
        """Append to the event log, such as that a source could not be read."""
        with self._write() as session:
            writing.log(session, datetime.now(UTC), kind, subject, detail)

    # Reading

    def subject_of(self, name: str) -> str:
        """The exact repository id of a name."""
        with self._read() as session:
            return reading.find_model(session, name)[0].subject

    def knows(self, subject: str) -> bool:
        """Whether a model is recorded under this exact repository id."""
        with self._read() as session:
            return session.scalar(select(ModelRow.id).where(ModelRow.subject == subject)) is not None

    def passport(self, name: str, revision: str | None = None) -> Passport:
        """What stands about a model at a revision: the one given, the alias's own, or the current one."""
        with self._read() as session:
            return _passport(session, name, revision)

    def resolution(self, name: str, revision: str | None = None) -> Resolution:
        """The passport decided, with what it inherits from its base model where that is recorded."""
        with self._read() as session:
            found = _passport(session, name, revision)
            return reading.resolved([found], reading.bases(session, [found]))[found.subject]

    def origin(self, name: str) -> str | None:
        """The one model it was made from, recorded or not; None where none is named, or several."""
        with self._read() as session:
            found = _passport(session, name, None)
            return reading.origins(session, [found]).get(found.subject)

    def base(self, name: str) -> Passport | None:
        """The passport of the model it was made from; None where none is known, or one that is not recorded."""
        with self._read() as session:
            found = _passport(session, name, None)
            return reading.bases(session, [found]).get(found.subject)

    def base_of(self, passport: Passport) -> Passport | None:
        """The same for a passport that need not be recorded, such as a folder's."""
        with self._read() as session:
            return reading.bases(session, [passport]).get(passport.subject)

    def history(self, name: str, field: str) -> tuple[Claim, ...]:
        """Every claim ever recorded on a field, at any revision, the oldest first; replaced ones too."""
        with self._read() as session:
            model, _ = reading.find_model(session, name)
            rows = reading.claim_rows().where(ClaimRow.model_id == model.id, ClaimRow.field == field)
            return tuple(reading.claim_of(row) for row in session.execute(rows))

    def revisions(self, name: str) -> tuple[str, ...]:
        """In the order they were recorded."""
        with self._read() as session:
            model, _ = reading.find_model(session, name)
            names = select(RevisionRow.name).where(RevisionRow.model_id == model.id).order_by(RevisionRow.id)
            return tuple(session.scalars(names))

    def files(self, name: str, revision: str | None = None) -> tuple[File, ...]:
        """The files of a revision, by path; none where they were not read."""
        with self._read() as session:
            model, current = reading.find_model(session, name)
            at = (RevisionRow.model_id == model.id, RevisionRow.name == (revision or current))
            rows = session.scalars(select(FileRow).join(RevisionRow).where(*at).order_by(FileRow.path))
            return tuple(File(path=row.path, size=row.size, sha256=row.sha256) for row in rows)

    def relations(self, name: str) -> tuple[Relation, ...]:
        """What other models are to this one."""
        with self._read() as session:
            model, _ = reading.find_model(session, name)
            rows = session.scalars(select(RelationRow).where(RelationRow.model_id == model.id).order_by(RelationRow.id))
            return tuple(Relation(kind=row.kind, target=row.target) for row in rows)

    def related(self, name: str) -> tuple[tuple[str, Relation], ...]:
        """Who names this model in a relation of theirs, and what it is to them."""
        with self._read() as session:
            model, _ = reading.find_model(session, name)
            ties = select(ModelRow.subject, RelationRow.kind, RelationRow.target).join(RelationRow)
            rows = session.execute(ties.where(RelationRow.target == model.subject).order_by(ModelRow.subject))
            return tuple((subject, Relation(kind=kind, target=target)) for subject, kind, target in rows)

    def aliases(self) -> tuple[Alias, ...]:
        with self._read() as session:
            whole = select(AliasRow).options(joinedload(AliasRow.model), joinedload(AliasRow.revision))
            return tuple(
                Alias(name=row.name, subject=row.model.subject, revision=row.revision.name if row.revision else None)
                for row in session.scalars(whole.order_by(AliasRow.name))
            )

    def scores(self, name: str) -> tuple[Score, ...]:
        """All scores of a model, the newest first."""
        with self._read() as session:
            return reading.scores(session, reading.find_model(session, name)[0])

    def licence(self, identifier: str) -> Licence | None:
        with self._read() as session:
            row = session.get(LicenceRow, identifier)
            return (
                None
                if row is None
                else Licence(
                    identifier=row.identifier,
                    title=row.title,
                    url=row.url,
                    allows=tuple(row.allows),
                    requires=tuple(row.requires),
                    forbids=tuple(row.forbids),
                )
            )

    def citations(self, name: str) -> tuple[Citation, ...]:
        """The works to cite for a model at its current revision, as they were when it was last written."""
        with self._read() as session:
            model, _ = reading.find_model(session, name)
            rows = session.scalars(select(CitationRow).where(CitationRow.model_id == model.id).order_by(CitationRow.id))
            return tuple(Citation(subject=model.subject, key=row.key, role=row.role, work=row.work) for row in rows)

    def events(self, name: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """The newest lines of the event log, the newest first."""
        with self._read() as session:
            rows = select(EventRow).order_by(EventRow.id.desc()).limit(limit)
            if name is not None:
                rows = rows.where(EventRow.subject == reading.find_model(session, name)[0].subject)
            return tuple(reading.entry(row) for row in session.scalars(rows))

    def last_event(self, kind: str) -> Entry | None:
        """The newest line of a kind in the event log."""
        with self._read() as session:
            row = session.scalar(select(EventRow).where(EventRow.kind == kind).order_by(EventRow.id.desc()).limit(1))
            return None if row is None else reading.entry(row)

    def subjects(self) -> tuple[str, ...]:
        """Every model recorded, in the order of recording."""
        with self._read() as session:
            return tuple(session.scalars(select(ModelRow.subject).order_by(ModelRow.id)))

    def search(self, query: Query) -> Page:
        """A page of cards, the best score first unless the query says otherwise."""
        with self._read() as session:
            return search.search(session, query)

    def candidates(self, query: Query) -> tuple[Card, ...]:
        """Up to 500 cards that match, for a ranking by what the visitor means."""
        with self._read() as session:
            return search.candidates(session, query)

    def facets(self) -> Facets:
        with self._read() as session:
            return search.facets(session)

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        with Session(self._writer) as session, session.begin():
            yield session


def _passport(session: Session, name: str, revision: str | None) -> Passport:
    model, current = reading.find_model(session, name)
    if revision is not None:
        _revision_number(session, model, revision)
    return reading.passport(session, model, revision or current)


def _revision_number(session: Session, model: ModelRow, revision: str) -> int:
    found = select(RevisionRow.id).where(RevisionRow.model_id == model.id, RevisionRow.name == revision)
    number = session.scalar(found)
    if number is None:
        raise UnknownModel(f"The registry has no revision “{revision}” of {model.subject}.")
    return number


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        return
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"There is no folder for the registry: {error}.") from error


def _url(place: Path | str) -> URL:
    """A path, or a URL of a database the registry can use."""
    if isinstance(place, Path):
        return URL.create("sqlite", database=str(place))
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise StoreUnusable(f"“{place}” is no address of a database: write sqlite:///path.") from error
    if url.get_backend_name() != "sqlite":
        raise StoreUnusable(f"A registry in {url.get_backend_name()} is not supported yet: use sqlite:///path.")
    return url
