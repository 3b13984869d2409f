"""The real program in demo mode, in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOG = "log.jsonl"


class NotStarted(Exception):
    """The program did not come up; the message is its log."""


@contextmanager
def running_app(data_dir: Path, *, end: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Its address, on a port of its own choice; data and log lie in the folder given."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("JIXIAO_")}
    log = data_dir / LOG
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--demo", "--port", "0"],
            cwd=ROOT,
            env=own | {"JIXIAO_DATA_DIR": str(data_dir), "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield _address(process, log)
        finally:
            process.send_signal(end)
            process.wait(timeout=20)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    """The address that the program prints once it answers there."""
    assert process.stdout is not None
    for line in process.stdout:
        for word in line.split():
            if word.startswith("http://"):
                return word
    raise NotStarted(log.read_text(encoding="utf-8"))
