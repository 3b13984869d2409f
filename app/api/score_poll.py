"""The short way of a score poll: before routing, one row read, and bytes that were built once.

It answers only what it is sure of: the key may see the form, and the bytes are of the
version that is stored at this moment. For anything else the request goes on to the
route, which answers it and builds the bytes. Rights and versions are read together,
from the database, at each poll: nothing is ever stale, whoever writes.
"""

import re
import sqlite3
from collections.abc import MutableMapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.etags import holds
from app.api.score_cache import BuiltScore, ScoreCache
from app.domain.policies import POLLS
from app.services.scores import version_for_key

PATH = re.compile(r"/api/v1/self-evaluations/([1-9][0-9]{0,17})/score")
JSON = (b"content-type", b"application/json")

Asked = dict[str, Any]
Row = tuple[int, str] | None


class ScorePoll:
    """ASGI middleware around the whole application; `cache` is the one the route fills."""

    policy = POLLS

    def __init__(self, app: ASGIApp, *, engine: Engine, cache: ScoreCache) -> None:
        self._app = app
        self._cache = cache
        self._reader = _SqliteReader(engine) if _is_file(engine) else _ThreadReader(engine)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a poll, or pass the request on."""
        poll = _poll(scope)
        built = None if poll is None else await self._built(*poll)
        if built is None:
            await self._app(scope, receive, send)
            if scope["type"] == "lifespan":
                self._reader.close()
            return
        await _send(scope, send, built)

    async def _built(self, form_id: int, key: str) -> BuiltScore | None:
        asked = {"form_id": form_id, "key_hash": sha256(key.encode()).hexdigest()}
        row = await self._reader.read(asked)
        if row is None or not self.policy.opened_by(frozenset(row[1].split())):
            return None
        return self._cache.get(form_id, row[0])


class _SqliteReader:
    """A private connection that only reads: some microseconds, so it stays on the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._address = f"file:{quote(str(engine.url.database))}?mode=ro"
        compiled = version_for_key().compile(dialect=sqlite.dialect(paramstyle="named"))
        self._sql, self._constants = str(compiled), compiled.params
        self._connection: sqlite3.Connection | None = None

    async def read(self, asked: Asked) -> Row:
        """Version and scopes as committed now; None also while the database is not ready."""
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(
                    self._address, uri=True, timeout=0, isolation_level=None,
                    check_same_thread=False,
                )  # fmt: skip
            row: Row = self._connection.execute(self._sql, {**self._constants, **asked}).fetchone()
        except sqlite3.OperationalError:
            # Not there or not migrated yet: the route says what is the matter.
            return None
        return row

    def close(self) -> None:
        """Give the file back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _ThreadReader:
    """A server's database: the round trip waits in a worker thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._statement = version_for_key()

    async def read(self, asked: Asked) -> Row:
        """Version and scopes as committed now."""
        return await to_thread.run_sync(self._read, asked)

    def close(self) -> None:
        """Nothing is held between polls."""

    def _read(self, asked: Asked) -> Row:
        with self._engine.connect() as connection:
            row = connection.execute(self._statement, asked).first()
        return None if row is None else (row[0], row[1])


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:")


def _poll(scope: MutableMapping[str, Any]) -> tuple[int, str] | None:
    """Form id and key of a plain score poll; None for every other request."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return None
    found = PATH.fullmatch(scope["path"])
    given = _header(scope, b"authorization")
    if found is None or given is None or given[:7].lower() != b"bearer ":
        return None
    return int(found[1]), given[7:].strip().decode("latin-1")


def _header(scope: MutableMapping[str, Any], name: bytes) -> bytes | None:
    """The value of a header that was sent once."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0] if len(values) == 1 else None


async def _send(scope: Scope, send: Send, built: BuiltScore) -> None:
    known = _header(scope, b"if-none-match")
    unchanged = known is not None and holds(known.decode("latin-1"), built.tag)
    status, body = (304, b"") if unchanged else (200, built.body)
    headers = [*built.headers]
    if not unchanged:
        headers += [JSON, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
