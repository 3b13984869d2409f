"""The provider in a process of its own, and the orders that a test gives it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from app.oidc_settings import Oidc
from tests.running import ROOT

CLIENT_ID, SECRET = "jixiao", "the secret of the tests' client"


class RunningProvider:
    """A provider that listens; `order` replaces whatever it was told before."""

    def __init__(self, port: int, secret: str = SECRET) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.secret = secret

    def order(self, **orders: Any) -> list[dict[str, str]]:
        """Give orders; what the provider was asked since the last ones."""
        answer = httpx2.post(f"{self.issuer}/orders", json=orders, timeout=10)
        asked: list[dict[str, str]] = answer.raise_for_status().json()["asked"]
        return asked

    def settings(self, **given: Any) -> Oidc:
        """What the program is told of it."""
        return Oidc(issuer=self.issuer, client_id=CLIENT_ID, client_secret=self.secret, **given)


@contextmanager
def running_provider(secret: str = SECRET) -> Iterator[RunningProvider]:
    """A provider on a free port, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "tests.provider", str(port), CLIENT_ID, secret]
    with subprocess.Popen(words, cwd=ROOT) as process:
        try:
            yield _answering(RunningProvider(port, secret), process)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answering(provider: RunningProvider, process: subprocess.Popen[bytes]) -> RunningProvider:
    while process.poll() is None:
        try:
            provider.order()
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return provider
    raise RuntimeError("the provider of the tests did not start")
