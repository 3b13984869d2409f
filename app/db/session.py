"""The engine, and the two kinds of transaction: `reading` sees one moment, `writing` is alone.

On SQLite a transaction that reads first and then writes fails at once when another
writer was faster, whatever the busy timeout; so every writer begins IMMEDIATE, and the
writers of this process queue for one lock instead of spinning on the file's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session, create_engine, select

from app.db.base import Table
from app.errors import Busy

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
WAIT_SECONDS = 5
MODE = "jixiao_mode"
TURN = "jixiao_turn"
READING = "reading"
# More connections than threads that serve requests: nobody waits here while holding one.
POOL = {"pool_size": 10, "max_overflow": 50}

AnyTable = TypeVar("AnyTable", bound=Table)

_writers: dict[str, Lock] = {}


class Turn:
    """One writer's place in the queue of its engine: taken at BEGIN, given back at the end.

    Taking it no earlier keeps a request that waits for a thread from holding up all others.
    """

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._taken = False

    def take(self) -> None:
        """Wait for the lock; raises Busy when it does not come free in time."""
        if self._taken:
            return
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise Busy
        self._taken = True

    def give_back(self) -> None:
        """Let the next writer in."""
        if self._taken:
            self._taken = False
            self._lock.release()


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL (psycopg), with its pragmas and its BEGIN."""
    address = database_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, **POOL)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": WAIT_SECONDS}, **POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def database_url(url: str) -> URL:
    """The address with the driver that is installed, whatever spelling was configured."""
    address = make_url(url)
    if address.drivername in {"postgres", "postgresql"}:
        return address.set(drivername="postgresql+psycopg")
    return address


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for DDL
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(MODE) == READING:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")
        return
    if TURN in options:
        options[TURN].take()
    connection.exec_driver_sql("PRAGMA query_only=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees the database as of one moment and cannot write."""
    options: dict[str, Any] = {MODE: READING}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with Session(engine.execution_options(**options), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose one transaction is committed at the end, or undone by an exception."""
    turn = Turn(_writers.setdefault(engine.url.render_as_string(), Lock()))
    alone = engine.execution_options(**{TURN: turn})
    try:
        with Session(alone, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        turn.give_back()


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do something once the one transaction of a session is stored, not when it is undone."""

    def ended(session: Session) -> None:
        if not session.in_nested_transaction():
            act()

    event.listen(session, "after_commit", ended)


def locked(session: Session, table: type[AnyTable], row_id: int | str) -> AnyTable | None:
    """The row as it is now, held until the transaction ends: read it so before a write.

    Held against writers only: a row that merely points to it (FOR KEY SHARE) waits for nobody.
    """
    key = table.metadata.tables[str(table.__tablename__)].primary_key.columns.values()[0]
    row = select(table).where(key == row_id).with_for_update(key_share=True)
    return session.exec(row.execution_options(populate_existing=True)).first()


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision; several processes may call it at once."""
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
