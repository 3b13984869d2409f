"""The whole program on a socket, in a thread of the test's own process: its clock can be set."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.running import demo_settings, with_demo


class Clock:
    """The time it is, and as much later as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Serving:
    """A program that answers: its address, its clock, the application itself."""

    def __init__(self, app: FastAPI, clock: Clock, address: str) -> None:
        self.app, self.clock, self.address = app, clock, address


def demo(folder: Path) -> Settings:
    """The demo in a folder, loaded by an earlier start."""
    return demo_settings(with_demo(folder))


@contextmanager
def serving(settings: Settings) -> Iterator[Serving]:
    """The program with those settings, until the end of the block."""
    clock = Clock()
    app = create_app(settings, clock=clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the program did not start")
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Serving(app, clock, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(timeout=20)
