import threading
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound

from app.db import session as transactions
from app.db.budgets import Budget
from app.db.projects import Project
from app.db.regions import Region
from app.db.session import database_url, locked, make_engine, reading, writing
from app.errors import Busy
from tests.factories import make_budget, make_organisation, make_project, make_region


@pytest.fixture
def fresh(databases):
    """An engine on a database of this test's own, for tests that commit."""
    with databases.fresh() as address:
        engine = make_engine(address)
        yield engine
        engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite):
    with sqlite.fresh() as address:
        engine = make_engine(address)
        yield engine
        engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_pragmas_hold_on_every_connection(sqlite_engine, pragma, value):
    with (
        sqlite_engine.connect() as first,
        sqlite_engine.execution_options(jixiao_mode="reading").connect() as second,
    ):
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_row_without_its_parent_is_refused(fresh):
    with pytest.raises(IntegrityError), writing(fresh) as session:
        session.add(Region(code="310101", name="黄浦区", parent_code="999999"))


def test_writing_commits_at_the_end(fresh):
    with writing(fresh) as session:
        make_region(session)
    with reading(fresh) as session:
        assert session.get(Region, "310000") is not None


def test_writing_undoes_everything_on_an_exception(fresh):
    with pytest.raises(NoResultFound), writing(fresh) as session:
        session.get_one(Region, make_region(session).code + "0")
    with reading(fresh) as session:
        assert session.get(Region, "310000") is None


def test_rows_can_be_read_after_the_commit(fresh):
    with writing(fresh) as session:
        region = make_region(session, name="上海市")
    assert region.name == "上海市"


def test_reading_cannot_write(fresh):
    with pytest.raises(DBAPIError), reading(fresh) as session:
        make_region(session)
    with writing(fresh) as session:  # and the connection is fit for a writer again
        make_region(session)


def test_reading_sees_one_moment(fresh):
    with writing(fresh) as session:
        make_region(session, name="旧")
    with reading(fresh) as reader:
        assert reader.scalar(text("SELECT name FROM regions")) == "旧"
        with writing(fresh) as writer:
            writer.get_one(Region, "310000").name = "新"
        assert reader.scalar(text("SELECT name FROM regions")) == "旧"
    with reading(fresh) as reader:
        assert reader.scalar(text("SELECT name FROM regions")) == "新"


def test_writers_at_once_lose_nothing(fresh):
    """Read, then write, from several threads: SQLite's plain BEGIN fails half of these."""
    with writing(fresh) as session:
        project = make_project(session, make_organisation(session))
        budget_id = make_budget(session, project, executed=Decimal(0)).id
    faults: list[BaseException] = []

    def spend() -> None:
        try:
            for _ in range(25):
                with writing(fresh) as session:
                    budget = locked(session, Budget, budget_id)
                    budget.executed += Decimal("0.01")
                    budget.version += 1
        except BaseException as fault:  # noqa: BLE001 - a thread cannot raise in the test
            faults.append(fault)

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with reading(fresh) as session:
        budget = session.get_one(Budget, budget_id)
        assert (budget.executed, budget.version) == (Decimal("1.00"), 101)


def test_a_writer_that_waits_too_long_is_told_so(sqlite_engine, monkeypatch):
    monkeypatch.setattr(transactions, "WAIT_SECONDS", 0.01)
    with writing(sqlite_engine) as first:
        make_region(first)
        with pytest.raises(Busy), writing(sqlite_engine) as second:
            second.get(Region, "310000")
    with writing(sqlite_engine) as third:
        make_region(third)


def test_a_writer_that_asks_nothing_holds_nobody_up(sqlite_engine):
    with writing(sqlite_engine), writing(sqlite_engine) as second:
        make_region(second)


def test_locked_reads_the_row_anew(fresh):
    with writing(fresh) as session:
        project = make_project(session, make_organisation(session))
    with reading(fresh) as session:
        seen = session.get_one(Project, project.id)
        with writing(fresh) as other:
            locked(other, Project, project.id).version = 2
    with writing(fresh) as session:
        assert locked(session, Project, seen.id).version == 2
        assert locked(session, Project, 999) is None


def test_ids_are_not_used_again(fresh):
    with writing(fresh) as session:
        owner = make_organisation(session)
        first = make_project(session, owner)
        session.delete(first)
    with writing(fresh) as session:
        assert make_project(session, owner).id > first.id


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgres://db/jixiao", "postgresql+psycopg"),
        ("postgresql://db/jixiao", "postgresql+psycopg"),
        ("postgresql+psycopg://db/jixiao", "postgresql+psycopg"),
        ("sqlite:///var/jixiao.sqlite3", "sqlite"),
    ],
)
def test_database_url(url, driver):
    assert database_url(url).drivername == driver


def test_the_folder_of_the_file_is_made(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'deep' / 'down' / 'jixiao.sqlite3'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    assert (tmp_path / "deep" / "down" / "jixiao.sqlite3").is_file()
