"""The real program in demo mode, in a process of its own."""

import atexit
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType

from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
LOG, OUTPUT = "log.jsonl", "output.txt"
# A run asks more in a minute than any office does.
RATES = ("LOGINS", "API", "EXPORTS", "UPLOADS", "CHECKS")
UNLIMITED = {f"JIXIAO_{what}_PER_MINUTE": "0" for what in RATES}


class NotStarted(Exception):
    """The program did not come up; the message is its log."""


class Started(str):
    """The address of a running program, which also tells what it has printed."""

    __slots__ = ("output",)
    output: Path

    def said(self) -> str:
        """Everything on its standard output so far."""
        return self.output.read_text(encoding="utf-8")


def environment(data_dir: Path) -> dict[str, str]:
    """The environment of a program whose data lie in the folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("JIXIAO_")}
    return own | UNLIMITED | {"JIXIAO_DATA_DIR": str(data_dir), "PYTHONUTF8": "1"}


def demo_settings(folder: Path) -> Settings:
    """The demo in a folder, without limits of requests a minute."""
    database = f"sqlite:///{folder / 'jixiao.sqlite3'}"
    return Settings(database_url=database, data_dir=folder, demo=True)


@cache
def _demo() -> Path:
    """A data folder as the first start of the demo leaves it, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="jixiao-demo-"))
    atexit.register(shutil.rmtree, folder)
    with TestClient(create_app(demo_settings(folder))):
        return folder


def with_demo(folder: Path) -> Path:
    """The folder with the data of a demo that was started before: a start that loads nothing."""
    return shutil.copytree(_demo(), folder, dirs_exist_ok=True)


@contextmanager
def running_app(
    data_dir: Path,
    *,
    end: signal.Signals = signal.SIGTERM,
    demo: bool = True,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Started]:
    """Its address, on a port of its own choice; data and log lie in the folder given."""
    log, output = data_dir / LOG, data_dir / OUTPUT
    mode = ["--demo"] if demo else []
    with (
        log.open("w", encoding="utf-8") as errors,
        output.open("w", encoding="utf-8") as said,
        subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", *mode, "--port", "0"],
            cwd=ROOT,
            env={**environment(data_dir), **settings},
            stdout=said,
            stderr=errors,
        ) as process,
    ):
        try:
            yield _address(process, output, log)
        finally:
            process.send_signal(end)
            process.wait(timeout=20)


def _address(process: subprocess.Popen[bytes], output: Path, log: Path) -> Started:
    """The address that the program prints once it answers there."""
    while process.poll() is None:
        found = re.search(r"(http://\S+) 提供服务.*\n(?s:.*)\Z", output.read_text(encoding="utf-8"))
        if found:
            started = Started(found[1])
            started.output = output
            return started
        time.sleep(0.05)
    raise NotStarted(log.read_text(encoding="utf-8"))
