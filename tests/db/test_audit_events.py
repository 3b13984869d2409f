"""The trail's table: only ever added to, numbered without gaps, one chain for all writers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.db.session import make_engine, reading, writing
from app.domain.audit import AuditAction, Change, ObjectKind, Stranger
from app.services import audit
from tests.factories import MOMENT
from tests.services.trail import trail

WRITERS, EACH = 4, 15
ROW = (
    "INSERT{} INTO audit_events (number, at, actor_name, actor_role, address, action, object_kind,"
    " object_id, result, changes, digest)"
    " VALUES ({}, '2025-03-03 00:00:00', '', '', '', '', '', '', '', '[]', '')"
)


def add(session, number):
    subject = audit.Subject(ObjectKind.DATABASE, str(number))
    changes = [Change("/n", None, str(number))]
    audit.record(session, Stranger(), MOMENT, AuditAction.CHANGE, subject, changes)


@pytest.fixture
def three(databases):
    """An engine on a database of its own whose trail has three events."""
    with databases.fresh() as address:
        engine = make_engine(address)
        with writing(engine) as session:
            for number in range(3):
                add(session, number)
        yield engine
        engine.dispose()


def refused(engine, sql):
    with pytest.raises(DBAPIError, match="audit"), engine.begin() as connection:
        connection.exec_driver_sql(sql)
    with reading(engine) as session:
        assert audit.verified(session).count == 3


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_events SET actor_name = 'x' WHERE number = 2",
        "UPDATE audit_events SET number = 9 WHERE number = 3",
        "DELETE FROM audit_events WHERE number = 3",
        "DELETE FROM audit_events",
        "DELETE FROM audit_heads",
        ROW.format("", 3),
        ROW.format("", 5),
        ROW.format("", 0),
    ],
)
def test_rows_are_only_ever_added(three, sql):
    refused(three, sql)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("sqlite", ROW.format(" OR REPLACE", 2)),
        ("postgresql", "TRUNCATE audit_events"),
        ("postgresql", "TRUNCATE audit_heads"),
        ("postgresql", ROW.format("", 2) + " ON CONFLICT (number) DO UPDATE SET digest = 'x'"),
    ],
)
def test_not_even_by_the_ways_around(three, dialect, sql):
    if three.dialect.name == dialect:
        refused(three, sql)


def test_what_is_undone_leaves_no_gap(three):
    with Session(three) as session:
        add(session, 4)
        session.rollback()
    with writing(three) as session:
        add(session, 5)
    with reading(three) as session:
        found = audit.verified(session)
    assert (found.count, found.fault) == (4, None)


def test_many_writers_make_one_chain(databases):
    """Each with an engine of its own, as processes have: the chain must not fork."""
    with databases.fresh() as address:

        def write(writer):
            engine = make_engine(address)
            for number in range(EACH):
                with writing(engine) as session:
                    add(session, writer * EACH + number)
            engine.dispose()

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(WRITERS)))
        engine = make_engine(address)
        with reading(engine) as session:
            found = audit.verified(session)
            written = {event.object_id for event in trail(session)}
        engine.dispose()
    assert (found.count, found.fault) == (WRITERS * EACH, None)
    assert written == {str(number) for number in range(WRITERS * EACH)}
