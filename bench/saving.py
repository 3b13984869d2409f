"""Saving one cell: by the service in process and by PATCH, against the service's SQL alone."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from app.db.session import WAIT_SECONDS, writing
from app.domain.actors import Actor
from app.services import accounts, filling
from app.services.entries import LineEntry
from bench.client import JSON, KEY, Answer
from bench.database import FILLER, NOW, PASSWORD, TYPED, demo_database, writable_place
from bench.pairs import Measure, Pace, Run, measure, repeated
from bench.served import Served

LIMIT = "the same INSERT and UPDATE statements in one transaction by sqlite3, synchronous=FULL"
OURS = "ours.sqlite3"
PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL")

Save = Callable[[str], object]
# The statements of one save with their parameters.
Statements = list[tuple[str, Any]]


def measures(pace: Pace, served: Served, folder: Path) -> Iterator[Measure]:
    """One cell typed anew each time, its row and form scored and stored."""
    with demo_database(folder / OURS) as engine:
        save = _saving(engine)
        with plain_writes(engine, save, folder) as limit:
            yield measure("save a cell by the service", _typing(save), limit, LIMIT, pace)
            ours = _patching(served)
            yield measure("save a cell by PATCH, 1 connection", ours, limit, LIMIT, pace)


@contextmanager
def plain_writes(engine: Engine, save: Save, folder: Path) -> Iterator[Run]:
    """A run of the writes alone that saving in this database makes, on a copy of its file."""
    for text in TYPED:
        save(text)
    recorded = cycle([_recorded(engine, save, text) for text in TYPED])
    copy = folder / "plain.sqlite3"
    with closing(sqlite3.connect(str(engine.url.database))) as source:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(str(engine.url.database), copy)
    connection = sqlite3.connect(copy, timeout=WAIT_SECONDS, isolation_level=None)
    with closing(connection):
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        yield repeated(lambda: _write(connection, next(recorded)))


def _saving(engine: Engine) -> Save:
    place = writable_place(engine)
    actor = filler(engine)

    def save(text: str) -> object:
        entry = LineEntry(actual=text)
        with writing(engine) as session:
            return filling.save_line(session, actor, NOW, place.form_id, place.line_id, None, entry)

    return save


def filler(engine: Engine) -> Actor:
    """The demo's filler, signed in."""
    with writing(engine) as session:
        token = accounts.log_in(session, NOW, FILLER, PASSWORD)
        actor = accounts.actor_of_token(session, NOW, token)
    if actor is None:
        raise LookupError("the demo's filler cannot sign in")
    return actor


def _typing(save: Save) -> Run:
    texts = cycle(TYPED)
    return repeated(lambda: save(next(texts)))


def _patching(served: Served) -> Run:
    """A run that writes each text upon the version that the answer before it named."""
    site, place = served.site, served.place
    path = f"/api/v1/self-evaluations/{place.form_id}/lines/{place.line_id}"
    bodies = [json.dumps({"actual": text}).encode() for text in TYPED]
    tag, saved = site.fetch(site.request("GET", path, KEY)).header("etag"), 0

    def ask(answer: Answer | None) -> bytes:
        nonlocal tag, saved
        if answer is not None:
            tag, saved = answer.header("etag"), saved + 1
        body = bodies[saved % len(bodies)]
        return site.request("PATCH", path, KEY | JSON | {"If-Match": tag}, body)

    return site.asking([ask], 200)


def _recorded(engine: Engine, save: Save, text: str) -> Statements:
    """What one save sends to the database in order to write."""
    statements: Statements = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            # Many rows of one INSERT come as one tuple, many runs of a statement as a list.
            runs = parameters if many and isinstance(parameters, list) else [parameters]
            statements.extend((statement, row) for row in runs)

    event.listen(engine, "before_cursor_execute", note)
    save(text)
    event.remove(engine, "before_cursor_execute", note)
    return statements


def _write(connection: sqlite3.Connection, statements: Statements) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement, parameters in statements:
        connection.execute(statement, parameters)
    connection.execute("COMMIT")
