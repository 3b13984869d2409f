"""Files on disk: whole or not at all, under our names, swept when nobody holds them."""

import os
import signal
import stat
import subprocess
import sys
from hashlib import sha256

import pytest

from app.files.store import Store

HOLDS = """
import sys, time, pathlib
from app.files.store import Store
incoming = Store(pathlib.Path(sys.argv[1])).begin()
incoming.write(b"half"); incoming.file.flush()
print(incoming.key, flush=True)
time.sleep(60)
"""


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "attachments")


def put(store, content=b"content"):
    incoming = store.begin()
    incoming.write(content)
    incoming.finish()
    incoming.keep()
    incoming.close()
    return incoming


def files(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


def test_a_kept_file_is_whole_hashed_and_private(store):
    incoming = put(store, b"a" * 3_000_000)
    assert incoming.size == 3_000_000
    assert incoming.sha256 == store.digest(incoming.key) == sha256(b"a" * 3_000_000).hexdigest()
    assert b"".join(store.pieces(incoming.key)) == b"a" * 3_000_000
    path = store.path(incoming.key)
    assert len(path.name) == 32
    assert "." not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert files(store) == [incoming.key]


def test_the_same_content_twice_is_two_files(store):
    assert put(store).key != put(store).key
    assert len(files(store)) == 2


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_thrown_away_is_gone(store, kept):
    incoming = store.begin()
    incoming.write(b"x")
    incoming.finish()
    if kept:
        incoming.keep()
    incoming.throw_away()
    incoming.close()
    assert files(store) == []


def test_removed_it_is_gone_and_a_second_time_is_no_fault(store):
    key = put(store).key
    store.remove(key)
    store.remove(key)
    assert store.digest(key) is None
    with pytest.raises(FileNotFoundError):
        next(store.pieces(key))


def test_a_sweep_leaves_what_is_known_and_what_is_held(store):
    known, stored, orphan = put(store).key, put(store).key, put(store).key
    held = store.begin()
    left = store.begin()
    left.close()
    assert store.sweep({known}, lambda key: key == stored) == 2
    assert files(store) == sorted([known, stored, held.key])
    held.finish()
    held.keep()
    assert store.sweep({known, stored}, lambda _: False) == 0
    held.close()
    assert store.sweep({known, stored}, lambda _: False) == 1
    assert orphan not in files(store)


def test_a_sweep_of_nothing(store):
    assert store.sweep(set(), lambda _: False) == 0


def test_what_a_killed_process_left_is_swept_not_what_a_living_one_writes(store):
    command = [sys.executable, "-c", HOLDS, str(store.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        key = process.stdout.readline().strip()
        assert store.sweep(set(), lambda _: False) == 0
        assert files(store) == [key]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert store.sweep(set(), lambda _: False) == 1
    assert files(store) == []
