"""What an export is made of, a few forms at a time: tables of open data, or documents."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from sqlmodel import Session

from app.db import open_data as stored
from app.domain.actors import Actor
from app.domain.exports import ExportKind
from app.files import csv_text
from app.files.archives import Archive
from app.services import open_data

ENCODING = "utf-8"


@dataclass(frozen=True, slots=True)
class Step:
    """Some forms to take out, for whom and when."""

    session: Session
    actor: Actor
    now: datetime
    ids: Sequence[int]


class Writer(Protocol):
    """Takes forms into an archive; `finish` comes after the last, `close` in any case."""

    def prepare(self, step: Step) -> None:
        """Write to the database what the next forms need, in a short transaction."""

    def take(self, step: Step) -> None:
        """Put those forms into the archive, in a transaction that reads."""

    def finish(self) -> None:
        """Put in what belongs to all of them."""

    def close(self) -> None:
        """Let go of what was used on the way."""


class DataWriter:
    """Tables of open data with their dictionary: rows wait in files of their own."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive, self._open = archive, ExitStack()
        self._files = {
            table.name: self._open.enter_context(spooled(folder)) for table in open_data.tables()
        }
        for table in open_data.tables():
            self._lines(table.name, [table.headings], marked=True)

    def prepare(self, step: Step) -> None:
        """Nothing is written to the database."""

    def take(self, step: Step) -> None:
        """The rows of those forms."""
        for record in stored.records(step.session, step.actor.scope, step.ids):
            found = open_data.rows(record)
            for table in open_data.tables():
                rows = [open_data.cells(table, row) for row in found[table.name]]
                self._lines(table.name, rows)

    def finish(self) -> None:
        """The tables, and the dictionary beside them."""
        for name, file in self._files.items():
            self._archive.copy(f"{name}.csv", file)
        add_dictionary(self._archive)

    def close(self) -> None:
        """The files that waited are gone."""
        self._open.close()

    def _lines(self, name: str, rows: Sequence[Sequence[str]], *, marked: bool = False) -> None:
        lines = csv_text.lines(rows, marked=marked)
        self._files[name].write("".join(lines).encode(ENCODING))


class JsonWriter:
    """One JSON document of all forms, a form a line, with the dictionary."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive, self._file = archive, spooled(folder)
        self._file.write(b'{"forms": [')
        self._between = b"\n"

    def prepare(self, step: Step) -> None:
        """Nothing is written to the database."""

    def take(self, step: Step) -> None:
        """Those forms."""
        for record in stored.records(step.session, step.actor.scope, step.ids):
            self._file.write(self._between + open_data.as_json(record).encode(ENCODING))
            self._between = b",\n"

    def finish(self) -> None:
        """The end of the document, and the dictionary beside it."""
        self._file.write(b"\n]}\n")
        self._archive.copy("forms.json", self._file)
        self._archive.add("dictionary.json", open_data.dictionary_json().encode(ENCODING))
        add_dictionary(self._archive)

    def close(self) -> None:
        """The file that waited is gone."""
        self._file.close()


def spooled(folder: Path) -> IO[bytes]:
    """A file for the time being that a process which ends leaves nothing of."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


def add_dictionary(archive: Archive) -> None:
    """The data dictionary as a file of its own."""
    text = "".join(csv_text.lines(open_data.dictionary()))
    archive.add(open_data.DICTIONARY, text.encode(ENCODING))


def writer(kind: ExportKind, archive: Archive, folder: Path, public_url: str) -> Writer:
    """What makes an export of a kind; `folder` is for what waits on the way."""
    if kind is ExportKind.CSV:
        return DataWriter(archive, folder)
    return JsonWriter(archive, folder)
