"""Many files as one: a ZIP written to whatever takes bytes, or a folder; names safe and unique."""

import re
import shutil
import sys
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MEDIA_TYPE = "application/zip"
# Names that Windows keeps for devices, and the length that every file system takes in 汉字.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
LONGEST = 60
# An archive unpacked must not be readable by everybody at the machine.
PRIVATE = 0o600


class Archive(Protocol):
    """Where files of an export go, each under a name with folders before it."""

    def add(self, name: str, content: bytes) -> None:
        """One whole file."""

    def copy(self, name: str, file: IO[bytes]) -> None:
        """What a file holds, from its beginning."""


class Sink:
    """What a ZIP is written to: bytes handed on, until there are more than there may be."""

    def __init__(self, write: Callable[[bytes], object], largest: int = sys.maxsize) -> None:
        self._write, self._largest = write, largest
        self.size = 0

    @property
    def full(self) -> bool:
        """Whether there were too many; what came since then went nowhere."""
        return self.size > self._largest

    def write(self, piece: bytes) -> int:
        """Hand on a piece; how many bytes it has."""
        self.size += len(piece)
        if not self.full:
            self._write(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Whoever gave what is written to lets go of it."""


class ZipArchive:
    """A ZIP written front to back: nothing is ever gone back to, so it may go anywhere."""

    def __init__(self, sink: Sink, moment: datetime) -> None:
        self._zip = ZipFile(sink, "w", ZIP_DEFLATED)
        self._moment = moment.timetuple()[:6]

    def add(self, name: str, content: bytes) -> None:
        """One whole file."""
        self._zip.writestr(self._entry(name), content)

    def copy(self, name: str, file: IO[bytes]) -> None:
        """What a file holds, from its beginning."""
        file.seek(0)
        with self._zip.open(self._entry(name), "w", force_zip64=True) as entry:
            shutil.copyfileobj(file, entry)

    def close(self) -> None:
        """Write the directory at the end."""
        self._zip.close()

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, self._moment)
        entry.compress_type = ZIP_DEFLATED
        entry.external_attr = PRIVATE << 16
        return entry


class FolderArchive:
    """The same files in a folder that is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, content: bytes) -> None:
        """One whole file."""
        self._place(name).write_bytes(content)

    def copy(self, name: str, file: IO[bytes]) -> None:
        """What a file holds, from its beginning."""
        file.seek(0)
        with self._place(name).open("wb") as place:
            shutil.copyfileobj(file, place)

    def _place(self, name: str) -> Path:
        place = self._folder.joinpath(*PurePosixPath(name).parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


class Names:
    """Names of files in one archive: each is there once, whatever the system makes of capitals."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, folder: str, stem: str, ending: str) -> str:
        """A free name like those words; a second one of the same name is 甲 (2).xlsx."""
        place, plain = safe(folder), safe(stem)
        name, count = f"{place}/{plain}.{ending}", 1
        while _key(name) in self._taken:
            count += 1
            name = f"{place}/{plain} ({count}).{ending}"
        self._taken.add(_key(name))
        return name


def safe(text: str) -> str:
    """The words as a name that every system takes and that leads nowhere else."""
    whole = unicodedata.normalize("NFC", text)
    seen = "".join(sign for sign in whole if sign.isprintable())
    name = FORBIDDEN.sub("_", " ".join(seen.split()))[:LONGEST].strip(" .")
    return f"_{name}" if not name or DEVICES.match(name) else name


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
