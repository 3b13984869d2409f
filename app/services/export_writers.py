"""What an export is made of, a few forms at a time: tables of open data, or documents."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Protocol

from sqlmodel import Session

from app.db import open_data as stored
from app.db import self_evaluations
from app.domain.actors import Actor
from app.domain.check_codes import CheckMark
from app.domain.exports import DOCUMENTS, ExportKind
from app.domain.workflow import LABELS, State
from app.files import csv_text
from app.files.archives import Archive, Names
from app.services import check_codes, documents, open_data
from app.services.form_sheets import FormSheet, load

ENCODING = "utf-8"
INDEX = (
    "序号", "单位代码", "单位", "项目代码", "项目", "预算年度", "修订次数", "状态", "版本",
    "总分", "评分等级", "文件", "SHA-256", "校验码",
)  # fmt: skip


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


class DocumentWriter:
    """A document of each form, in a folder of its unit, and an index of them all.

    A form is read where its check code is issued, and printed from what was read there: a
    change in between would make the paper another one than the code knows.
    """

    def __init__(self, kind: ExportKind, archive: Archive, public_url: str) -> None:
        self._kind, self._archive, self._public_url = kind, archive, public_url
        self._names = Names()
        self._index: list[tuple[str, ...]] = [INDEX]
        self._read: list[tuple[FormSheet, CheckMark]] = []

    def prepare(self, step: Step) -> None:
        """Read the forms and issue their codes; one that was deleted meanwhile is left out."""
        self._read = [
            (sheet, check_codes.issue(step.session, step.now, sheet, self._public_url))
            for form_id in step.ids
            if (sheet := _sheet(step, form_id)) is not None
        ]

    def take(self, step: Step) -> None:
        """Print those forms."""
        for sheet, mark in self._read:
            made = documents.made_of(step.session, sheet, self._kind, step.now, mark)
            stem = f"{sheet.project.name}-{sheet.project.code}"
            name = self._names.take(sheet.unit.name, stem, self._kind)
            self._archive.add(name, made.content)
            digest = sha256(made.content).hexdigest()
            self._index.append(_indexed(len(self._index), sheet, (name, digest, mark.code)))

    def finish(self) -> None:
        """The index (目录), with the hash of each file."""
        text = "".join(csv_text.lines(self._index))
        self._archive.add("目录.csv", text.encode(ENCODING))

    def close(self) -> None:
        """Nothing waits."""


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
    if kind in DOCUMENTS:
        return DocumentWriter(kind, archive, public_url)
    if kind is ExportKind.CSV:
        return DataWriter(archive, folder)
    return JsonWriter(archive, folder)


def _sheet(step: Step, form_id: int) -> FormSheet | None:
    form = self_evaluations.find(step.session, step.actor.scope, form_id)
    return load(step.session, form, frozenset()) if form else None


def _indexed(number: int, sheet: FormSheet, file: tuple[str, ...]) -> tuple[str, ...]:
    form = sheet.form
    return (
        str(number),
        sheet.unit.code,
        sheet.unit.name,
        sheet.project.code,
        sheet.project.name,
        str(form.fiscal_year),
        str(form.revision),
        LABELS[State(form.state)],
        str(form.version),
        sheet.standard.points.shown(sheet.sheet.total),
        sheet.sheet.grade,
        *file,
    )
