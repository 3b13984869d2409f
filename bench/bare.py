"""The limit of a web answer: an ASGI application that sends so many fixed bytes, and no more.

GET or POST /200/5310 answers 200 with 5,310 bytes. `python -m bench.bare` serves it with the
settings of `jixiao serve` and prints its address.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = "127.0.0.1"
Messages = tuple[dict[str, Any], dict[str, Any]]


async def bare(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Take the whole request, then send the bytes that its path asks for."""
    if scope["method"] == "POST":
        while (await receive())["more_body"]:
            pass
    start, body = _answer(scope["path"])
    await send(start)
    await send(body)


@cache
def _answer(path: str) -> Messages:
    _, status, length = path.split("/")
    headers = [(b"content-type", b"text/plain"), (b"content-length", length.encode())]
    start = {"type": "http.response.start", "status": int(status), "headers": headers}
    if status == "304":
        start["headers"] = [(b"etag", b'"bare"')]
    return start, {"type": "http.response.body", "body": b"x" * int(length)}


@contextmanager
def running_bare() -> Iterator[str]:
    """The address of the bare application, in a process of its own."""
    command = [sys.executable, "-m", "bench.bare"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _serve() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        config = uvicorn.Config(
            bare, lifespan="off", log_config=None, access_log=False, server_header=False
        )
        print(f"http://{LOOPBACK}:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    _serve()
