"""The whole program on the world of the matrix: asked, watched for what it writes, set back."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import event

from app.db.schema import metadata
from app.db.session import make_engine, writing
from app.main import create_app
from app.settings import Settings
from app.views.cookies import SESSION
from tests.factories import MOMENT
from tests.matrix.asgi import Answer, Headers, Program, Request
from tests.matrix.world import Person, World, build

KEY = b"a key of the tests, which nobody keeps secret"
LOG = "matrix_log"
# Each refusal of a right is put on record: one event, and the head of the chain moved.
REFUSAL = Counter({"INSERT audit_events": 1, "UPDATE audit_heads": 1})


class Stage:
    """One worker's program, database and world."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._template, self._live = template, folder / "live.sqlite3"
        self.world = _made(template)
        self._set_back()
        address = f"sqlite:///{self._live}"
        settings = Settings(database_url=address, data_dir=folder)
        self.app = create_app(settings, clock=lambda: MOMENT)
        for part in (self.app, *(route.app for route in self.app.routes if hasattr(route, "app"))):
            if hasattr(part, "state"):
                part.state.secret_key = KEY
        _hurry(self.app.state.engine)
        self.program = Program(self.app)
        self._watch = sqlite3.connect(self._live, isolation_level=None)
        self._seen = self._last()

    def close(self) -> None:
        """Let go of everything."""
        self.program.close()
        self._watch.close()
        self.app.state.engine.dispose()

    def ask(self, request: Request) -> tuple[Answer, Counter[str]]:
        """The answer, and what was written for it: kinds of writes by table."""
        answer = self.program.ask(request)
        rows = self._watch.execute(
            f"SELECT what, count(*) FROM {LOG} WHERE id > ? GROUP BY what", (self._seen,)
        )
        written = Counter(dict(rows.fetchall()))
        if written:
            self._seen = self._last()
        return answer, written

    def restore(self) -> None:
        """Everything as it was in the beginning."""
        self._set_back()
        self._seen = self._last()

    def _last(self) -> int:
        return self._watch.execute(f"SELECT coalesce(max(id), 0) FROM {LOG}").fetchone()[0]

    def _set_back(self) -> None:
        kept, live = sqlite3.connect(self._template), sqlite3.connect(self._live)
        with closing(kept), closing(live):
            kept.backup(live)


def credentials(person: Person, face: str) -> Headers:
    """What a browser or a system sends to be known."""
    if face == "api":
        return ((b"authorization", f"Bearer {person.token}".encode()),) if person.token else ()
    here = ((b"sec-fetch-site", b"same-origin"),)
    if not person.token:
        return here
    cookie = (b"cookie", f"{SESSION}={person.token}".encode())
    return (*here, cookie, (b"x-csrf-token", person.csrf.encode()))


def _made(template: Path) -> World:
    engine = make_engine(f"sqlite:///{template}")
    _hurry(engine)
    with writing(engine) as session:
        world = build(session, KEY)
        for statement in _triggers():
            session.connection().exec_driver_sql(statement)
    engine.dispose()
    return world


def _triggers() -> Iterator[str]:
    yield f"CREATE TABLE {LOG} (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT)"
    for table in metadata.sorted_tables:
        for act in ("INSERT", "UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER watch_{act}_{table.name} AFTER {act} ON {table.name} "
                f"BEGIN INSERT INTO {LOG} (what) VALUES ('{act} {table.name}'); END"
            )


def _hurry(engine) -> None:
    """No waiting for the disk: nothing here outlives the test."""

    @event.listens_for(engine, "connect")
    def no_sync(connection, _) -> None:
        connection.execute("PRAGMA synchronous=OFF")
