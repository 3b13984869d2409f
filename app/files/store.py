"""Files that people sent, kept in the data folder under names of our own.

A file is written beside its place, forced to the disk and moved there whole. Whoever writes one
holds a lock on it until its row is stored or the attempt is over; what lies there unlocked and
without a row was left behind by a process that ended, and `sweep` removes it.
"""

import os
import secrets
import sys
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

STEP = 1024 * 1024
KEY_BYTES = 16
INCOMING = "incoming"


class Incoming:
    """One file on its way in: written and hashed by the piece, then kept or thrown away."""

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._hash = sha256()
        self.key = secrets.token_hex(KEY_BYTES)
        self.size = 0
        self.path = store.incoming / self.key
        self.file: BinaryIO = _created(self.path)

    @property
    def sha256(self) -> str:
        """The hash of what was written, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        self.file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def finish(self) -> None:
        """Force everything to the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def keep(self) -> None:
        """Move the finished file to its place."""
        place = self._store.path(self.key)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        self.path = self.path.rename(place)
        for folder in (place.parent, place.parent.parent):
            _force(folder)

    def throw_away(self) -> None:
        """Remove the file, wherever it has come to."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


class Store:
    """The folder of all files that were kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / INCOMING

    def begin(self) -> Incoming:
        """A new file to write into; the caller closes it."""
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Incoming(self)

    def path(self, key: str) -> Path:
        """Where the file of that key is kept."""
        return self.folder / key[:2] / key

    def remove(self, key: str) -> None:
        """Delete a kept file; one that is gone already is no fault."""
        self.path(key).unlink(missing_ok=True)

    def digest(self, key: str) -> str | None:
        """The SHA-256 of a kept file as it is now; None when it is not there."""
        found = sha256()
        try:
            with self.path(key).open("rb") as file:
                while piece := file.read(STEP):
                    found.update(piece)
        except OSError:
            return None
        return found.hexdigest()

    def pieces(self, key: str) -> Iterator[bytes]:
        """A kept file piece by piece; raises FileNotFoundError at the first one."""
        with self.path(key).open("rb") as file:
            while piece := file.read(STEP):
                yield piece

    def sweep(self, known: Container[str], in_use: Callable[[str], bool]) -> int:
        """Remove what nobody holds and no row names; how many files that were.

        `in_use` is asked with the lock in hand, so that a row that was stored meanwhile is seen.
        """
        removed = 0
        kept = (path for path in self.folder.glob("??/*") if path.name not in known)
        for path in [*self.folder.glob(f"{INCOMING}/*"), *kept]:
            with _alone(path) as free:
                if free and (path.parent == self.incoming or not in_use(path.name)):
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed


if sys.platform == "win32":

    def _locked(_: int) -> bool:
        """Windows refuses by itself to delete a file that somebody holds open."""
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        """Whether the file is ours alone from now on, until it is closed."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _created(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    _locked(descriptor)
    return os.fdopen(descriptor, "w+b")


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether nobody else holds a file; held meanwhile."""
    try:
        file = path.open("rb")
    except OSError:
        yield False
        return
    with file:
        yield _locked(file.fileno())


def _force(folder: Path) -> None:
    """Force a folder's list of names to the disk, where the system knows how."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
