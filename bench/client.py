"""A small HTTP/1.1 client: keep-alive connections, each asking again once it is answered."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

import uvloop

from bench.pairs import Run, Slice

GRACE_SECONDS = 20
BODILESS = frozenset({204, 304})
KEY = {"Authorization": "Bearer demo-key"}
JSON = {"Content-Type": "application/json"}


class Unexpected(Exception):
    """An answer with another status than the one measured; the message shows it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """A header's value; KeyError when the answer has none of that name."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.encode():
                return value.strip().decode("latin-1")
        raise KeyError(name)


# The next request, made with the answer to the last one at hand.
Ask = Callable[[Answer | None], bytes]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a server listens: http://127.0.0.1:8000."""

    address: str

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.address)
        return parts.hostname or "", parts.port or 80

    def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> bytes:
        """A request as bytes."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(self.address).netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def fetch(self, request: bytes, status: int = 200) -> Answer:
        """One answer, which must have this status."""
        kept: list[Answer] = []

        def ask(answer: Answer | None) -> bytes:
            if answer is not None:
                kept.append(answer)
            return request

        self.asking([ask], status)(0)
        return kept[0]

    def asking(self, asks: Sequence[Ask], status: int) -> Run:
        """A run with one connection for each of `asks`; every answer must have this status."""

        def run(seconds: float) -> Slice:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(_drive(self.place, asks, status, seconds))

        return run


async def _drive(place: tuple[str, int], asks: Sequence[Ask], status: int, seconds: float) -> Slice:
    loop = asyncio.get_running_loop()
    done, begin = Slice(), perf_counter()
    ends = [loop.create_future() for _ in asks]
    for ask, end in zip(asks, ends, strict=True):
        talk = partial(_Talk, ask, status, begin + seconds, end, done.times)
        await loop.create_connection(talk, *place)
    await asyncio.wait_for(asyncio.gather(*ends), seconds + GRACE_SECONDS)
    done.seconds = perf_counter() - begin
    return done


class _Talk(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, notes the time, asks again."""

    def __init__(
        self, ask: Ask, status: int, until: float, end: asyncio.Future[None], times: list[float]
    ) -> None:
        self._ask, self._status, self._until = ask, status, until
        self._end, self._times = end, times
        self._received = b""
        self._asked = 0.0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is none by class
        self._send(None)

    def data_received(self, data: bytes) -> None:
        self._received += data
        answer = _whole(self._received)
        if answer is None:
            return
        now = perf_counter()
        self._received = b""
        self._times.append(now - self._asked)
        if answer.status != self._status:
            shown = answer.body[:400].decode("utf-8", "replace")
            self._close(Unexpected(f"{answer.status} instead of {self._status}: {shown}"))
        else:
            self._send(answer, last=now >= self._until)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._end.done():
            self._end.set_exception(exc or Unexpected("the server closed the connection"))

    def _send(self, answer: Answer | None, *, last: bool = False) -> None:
        request = self._ask(answer)
        if last:
            self._close(None)
            return
        assert self._transport is not None
        self._asked = perf_counter()
        self._transport.write(request)

    def _close(self, error: Exception | None) -> None:
        if error is None:
            self._end.set_result(None)
        else:
            self._end.set_exception(error)
        assert self._transport is not None
        self._transport.close()


def _whole(received: bytes) -> Answer | None:
    """The answer, once all of it has come; it must name its length."""
    head, ended, body = received.partition(b"\r\n\r\n")
    if not ended:
        return None
    answer = Answer(int(head[9:12]), head, body)
    length = 0 if answer.status in BODILESS else int(answer.header("content-length"))
    return answer if len(body) >= length else None
