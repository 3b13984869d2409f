"""Requests straight into the program: no socket, no client, each answer whole."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
import pytest

from tests.loops import Loop

Headers = tuple[tuple[bytes, bytes], ...]
# What may differ between two answers that say the same.
PASSING = {b"date", b"x-request-id"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it leaves its sender; `body` is JSON data, form fields, or nothing."""

    method: str
    path: str
    headers: Headers = ()
    body: Any = None
    fields: bool = False

    def content(self) -> tuple[bytes, Headers]:
        """The body with the headers that describe it."""
        if self.body is None:
            return b"", self.headers
        kind = "application/x-www-form-urlencoded" if self.fields else "application/json"
        text = urlencode(self.body) if self.fields else json.dumps(self.body)
        sent = text.encode()
        described = ((b"content-type", kind.encode()), (b"content-length", b"%d" % len(sent)))
        return sent, (*self.headers, *described)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: bytes

    @property
    def said(self) -> tuple[int, Headers, bytes]:
        """All that a stranger could learn something from."""
        told = tuple(sorted(pair for pair in self.headers if pair[0] not in PASSING))
        return self.status, told, self.body


class Program:
    """An ASGI application with an event loop of its own.

    One request at a time needs no more threads: what the program hands to its worker threads
    is done in place, which spares most of the time of a small request.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._loop = Loop()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(anyio.to_thread, "run_sync", _in_place)

    def close(self) -> None:
        """Let go of the loop."""
        self._patch.undo()
        self._loop.close()

    def ask(self, request: Request) -> Answer:
        """The answer to one request."""
        return self._loop.run(self._ask(request))

    async def _ask(self, request: Request) -> Answer:
        content, headers = request.content()
        path, _, query = request.path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
            "method": request.method, "scheme": "http", "path": path, "root_path": "",
            "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(b"host", b"testserver"), *headers],
            "client": ("192.0.2.7", 50000), "server": ("testserver", 80), "state": {},
        }  # fmt: skip
        waiting = [{"type": "http.request", "body": content, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], tuple(sent[0]["headers"]), body)


async def _in_place(function: Callable[..., Any], *given: Any, **_: Any) -> Any:
    return function(*given)
