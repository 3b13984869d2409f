"""Fixtures for every room: databases of both kinds, a session that is undone, a fixed time."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import Engine
from sqlmodel import Session

from app.db.session import make_engine
from app.services import hashing
from tests.databases import KINDS, Databases, Postgres, Sqlite, postgres_server

# How long an example takes depends on what else the machine does.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """The tests themselves live to the end: the garbage collector need not look at them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords in this process are hashed quickly; servers of their own take the real time."""
    little = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "HASHER", little)
        patch.setattr(hashing, "NOBODY", little.hash("nobody"))
        yield


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """Where SQLite databases are made."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[Postgres]:
    """Where PostgreSQL databases are made."""
    made = Postgres(postgres_server(testrun_uid))
    yield made
    made.close()


@pytest.fixture(scope="session", params=KINDS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where databases are made, of either kind: a test that asks for them runs on both."""
    return request.getfixturevalue({"sqlite": "sqlite", "postgresql": "postgres"}[request.param])


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[str]:
    """The address of a migrated database that this module shares."""
    with databases.fresh() as address:
        yield address


@pytest.fixture(scope="module")
def engine(database: str) -> Iterator[Engine]:
    """An engine on the module's database; what a test commits stays for the next test."""
    engine = make_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is undone after the test."""
    with engine.connect() as connection:
        whole = connection.begin()
        with Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield session
        whole.rollback()


@pytest.fixture
def now() -> datetime:
    """Ten o'clock in the morning in Shanghai, in the year after the demo forms."""
    return datetime(2025, 3, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A folder for files that the program writes."""
    return tmp_path / "var"
