"""The command line run in this process, on a data folder of the test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from app import cli, logs


class Outcome(NamedTuple):
    """What one command left behind."""

    status: int | str | None
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `jixiao WORDS…`."""
    for name in ("JIXIAO_DATABASE_URL", "JIXIAO_SECRET_KEY_FILE", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JIXIAO_DATA_DIR", str(data_dir))
    # It would take over the log of the test run itself.
    monkeypatch.setattr(logs, "configure", lambda: None)

    def run(*words: object) -> Outcome:
        try:
            status: int | str | None = cli.main([str(word) for word in words])
        except SystemExit as end:
            status = end.code
        return Outcome(status, *capsys.readouterr())

    return run
