"""The audit trail: rows that are only ever added, and the head of their chain.

Rows name other rows by id without foreign keys: an event outlives what it tells of. Triggers
refuse every UPDATE and DELETE; the migration installs them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    RowMapping,
    Select,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Field, Session, col

from app.db.base import Table
from app.db.organisations import Organisation, within
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope
from app.domain.audit import AuditEvent, read, written
from app.domain.audit_chain import Link, unreadable
from app.domain.delegations import for_another

THE_HEAD = 1
BATCH = 1000
ROOT_SLASHES = 2  # "/1/": an organisation without a parent; "/" is every tree


class StoredEvent(Table, table=True):
    """One event; `changes` is JSON text, `digest` its link in the chain."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "object_kind", "object_id", "number"),
        Index(None, "at"),
        Index(None, "actor_name", "number"),
        Index(None, "region_code", "fiscal_year", "number"),
    )

    number: int = Field(primary_key=True, sa_type=KEY, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = Field(default=None, sa_type=KEY)
    actor_name: str
    actor_role: str
    address: str
    action: str
    object_kind: str
    object_id: str
    organisation_id: int | None = Field(default=None, sa_type=KEY)
    region_code: str | None = None
    fiscal_year: int | None = None
    result: str
    changes: str
    digest: str


class ChainHead(Table, table=True):
    """The one row that holds the end of the chain; whoever adds an event holds it meanwhile."""

    __tablename__ = "audit_heads"

    id: int = Field(
        default=THE_HEAD, primary_key=True, sa_type=KEY, sa_column_kwargs={"autoincrement": False}
    )
    number: int = Field(sa_type=KEY)
    digest: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: number and digest of its last event, and the hash in use."""

    number: int
    digest: str
    algorithm: str


EVENTS = Table.metadata.tables["audit_events"]
HEADS = Table.metadata.tables["audit_heads"]
COLUMNS = tuple(column.name for column in EVENTS.columns if column.name != "digest")
HEAD = select(HEADS.c.number, HEADS.c.digest, HEADS.c.algorithm).where(HEADS.c.id == THE_HEAD)
NEXT = select(HEADS.c.number + 1).where(HEADS.c.id == THE_HEAD).scalar_subquery()
ADDED = insert(EVENTS).inline().values(number=NEXT)
MOVED = (
    update(HEADS)
    .where(HEADS.c.id == THE_HEAD)
    .values(number=HEADS.c.number + 1, digest=bindparam("its_digest"))
)
HELD = HEAD.with_for_update()
MANY_ADDED = insert(EVENTS).inline()
ENDED = (
    update(HEADS)
    .where(HEADS.c.id == THE_HEAD)
    .values(number=bindparam("its_number"), digest=bindparam("its_digest"))
)


def head(session: Session) -> Head:
    """The end of the chain; raises NoResultFound when it is gone."""
    return Head(*session.execute(HEAD).one())


def head_held(session: Session) -> Head:
    """The end of the chain, held until the transaction ends: numbers follow the commits."""
    return Head(*session.connection().execute(HELD).one())


def append(session: Session, event: AuditEvent, digest: str) -> None:
    """Add an event behind the head that this transaction holds."""
    row = {name: getattr(event, name) for name in COLUMNS if name != "number"}
    row |= {"changes": written(event.changes), "digest": digest}
    connection = session.connection()
    connection.execute(ADDED, row)
    connection.execute(MOVED, {"its_digest": digest})


def append_all(session: Session, links: Sequence[Link]) -> None:
    """Add events, numbered on from the head that this transaction holds, in two statements."""
    if not links:
        return
    rows = [
        {name: getattr(link.event, name) for name in COLUMNS}
        | {"changes": written(link.event.changes), "digest": link.digest}
        for link in links
    ]
    connection = session.connection()
    connection.execute(MANY_ADDED, rows)
    end = {"its_number": links[-1].event.number, "its_digest": links[-1].digest}
    connection.execute(ENDED, end)


def use_algorithm(session: Session, algorithm: str) -> None:
    """Let the events that follow be hashed so."""
    session.execute(update(HEADS).where(HEADS.c.id == THE_HEAD).values(algorithm=algorithm))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events a list asks for; `since` is included, `until` is not."""

    person: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def page(
    session: Session, scope: Scope, wanted: Wanted, before: int, limit: int
) -> list[AuditEvent]:
    """Up to `limit` events within the scope, the newest first, below number `before` (0: any)."""
    rows = (
        select(EVENTS)
        .outerjoin(Organisation, EVENTS.c.organisation_id == col(Organisation.id))
        .where(_seen_from(scope), *_conditions(wanted))
    )
    return _newest(session, rows, before, limit)


def of_object(
    session: Session, kind: str, object_id: str, before: int, limit: int
) -> list[AuditEvent]:
    """Up to `limit` events of one object, the newest first, below number `before` (0: any)."""
    rows = select(EVENTS).where(EVENTS.c.object_kind == kind, EVENTS.c.object_id == object_id)
    return _newest(session, rows, before, limit)


def last_change(
    session: Session, kind: str, object_id: str, fields: Sequence[str]
) -> AuditEvent | None:
    """The newest event of an object that changed one of those fields."""
    # A field stands in the JSON text between quotes, and no text typed by a person does so bare.
    named = [EVENTS.c.changes.contains(f'["{field}",', autoescape=True) for field in fields]
    rows = select(EVENTS).where(
        EVENTS.c.object_kind == kind, EVENTS.c.object_id == object_id, or_(*named)
    )
    return next(iter(_newest(session, rows, 0, 1)), None)


def links(session: Session) -> Iterator[Link]:
    """Every event with its digest, in the order of the numbers."""
    last, size = 0, BATCH
    while True:
        rows = EVENTS.c.number > last
        try:
            found = session.execute(_oldest(select(EVENTS).where(rows), size)).mappings().all()
        except ValueError:
            if size == 1:
                # A cell that its column cannot hold: the row fits no digest.
                number = session.execute(_oldest(select(EVENTS.c.number).where(rows), 1)).scalar()
                yield unreadable(int(number or 0))
                return
            size = 1
            continue
        if not found:
            return
        yield from (Link(_event(row), row["digest"]) for row in found)
        last = found[-1]["number"]


def digest_of(session: Session, number: int) -> str | None:
    """The digest of one event, None when there is none of that number."""
    row = select(EVENTS.c.digest).where(EVENTS.c.number == number)
    return session.execute(row).scalar()


def _oldest(rows: Select[Any], limit: int) -> Select[Any]:
    return rows.order_by(EVENTS.c.number).limit(limit)


def _newest(session: Session, rows: Select[Any], before: int, limit: int) -> list[AuditEvent]:
    if before:
        rows = rows.where(EVENTS.c.number < before)
    found = session.execute(rows.order_by(EVENTS.c.number.desc()).limit(limit))
    return [_event(row) for row in found.mappings()]


def _event(row: RowMapping) -> AuditEvent:
    cells = {name: row[name] for name in COLUMNS}
    return AuditEvent(**cells | {"changes": read(cells["changes"])})


def _seen_from(scope: Scope) -> ColumnElement[bool]:
    """Events of organisations within the scope; those of none are seen from the top of a tree."""
    own = within(scope)
    if scope.path.count("/") <= ROOT_SLASHES:
        own = or_(own, col(Organisation.id).is_(None))
    year = EVENTS.c.fiscal_year
    return and_(own, or_(year.is_(None), year.between(scope.first_year, scope.last_year)))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.person:
        name, lent = EVENTS.c.actor_name, for_another(wanted.person)
        yield or_(name == wanted.person, name.startswith(lent, autoescape=True))
    if wanted.action:
        yield EVENTS.c.action == wanted.action
    if wanted.since is not None:
        yield EVENTS.c.at >= wanted.since
    if wanted.until is not None:
        yield EVENTS.c.at < wanted.until
