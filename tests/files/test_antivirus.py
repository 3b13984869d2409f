"""The antivirus hook against a real server and real commands: whatever is no answer refuses."""

import shlex
import sys
import time

import pytest

from app.errors import ScannerUnavailable
from app.files.antivirus import scanner
from app.main import create_app
from app.settings import Settings, SettingsError
from tests.clamd import EICAR, MODES, clamd

COMMAND = """
import pathlib, sys
found = b"EICAR-STANDARD" in pathlib.Path(sys.argv[1]).read_bytes()
print(sys.argv[1] + ": Eicar-Test FOUND" if found else sys.argv[1] + ": OK")
sys.exit(1 if found else 0)
"""


@pytest.fixture
def clean(tmp_path):
    path = tmp_path / "clean"
    path.write_bytes(b"a" * 300_000)
    return path


@pytest.fixture
def infected(tmp_path):
    path = tmp_path / "infected"
    path.write_bytes(b"a" * 70_000 + EICAR.encode())
    return path


def python(program):
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}"


@pytest.mark.parametrize("kind", ["tcp", "unix", "command"])
def test_clean_and_infected(kind, tmp_path, clean, infected):
    if kind == "command":
        scans = scanner(python(COMMAND), 20)
        assert (scans.scan(clean), scans.scan(infected)) == ("", "Eicar-Test")
        return
    with clamd("0" if kind == "tcp" else str(tmp_path / "clamd.ctl")) as address:
        scans = scanner(address, 5)
        assert (scans.scan(clean), scans.scan(infected)) == ("", "Eicar-Signature")


@pytest.mark.parametrize("mode", MODES[1:])
def test_no_plain_answer_is_none(mode, clean):
    with clamd("0", mode) as address:
        started = time.monotonic()
        with pytest.raises(ScannerUnavailable) as refusal:
            scanner(address, 1).scan(clean)
        assert time.monotonic() - started < 5
    assert refusal.value.status == 503


@pytest.mark.parametrize(
    "setting",
    [
        "clamd://127.0.0.1:1",
        "clamd:///nowhere/clamd.ctl",
        "/nowhere/scanner --quiet",
        python("import sys; sys.exit(2)"),
        python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
        python("import time; time.sleep(60)"),
    ],
)
def test_a_scanner_out_of_reach_refuses(setting, clean):
    with pytest.raises(ScannerUnavailable):
        scanner(setting, 1).scan(clean)


@pytest.mark.parametrize("setting", ["clamd://127.0.0.1:99999", "clamd://", "clamd://[", "scan '"])
def test_a_setting_that_says_nothing_is_told_at_the_start(setting, tmp_path):
    with pytest.raises(ValueError):  # noqa: PT011 - urllib and shlex say it in their own words
        scanner(setting, 1)
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/x.sqlite3", data_dir=tmp_path, antivirus=setting
    )
    with pytest.raises(SettingsError, match="JIXIAO_ANTIVIRUS"):
        create_app(settings)


def test_without_a_setting_nothing_is_scanned(infected):
    assert scanner("", 1).scan(infected) == ""


def test_the_name_of_a_find_is_fit_to_be_shown(clean):
    program = "import sys; print(chr(27) + '[31m' + 'x' * 500); sys.exit(1)"
    found = scanner(python(program), 20).scan(clean)
    assert len(found) == 100
    assert found.isprintable()
    assert scanner(python("import sys; sys.exit(1)"), 20).scan(clean) == "unnamed"
