"""The demo, keys that start exports of it, and a maker of files: what tests of exports share."""

import csv
import io
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from app.db import organisations
from app.db.exports import Export
from app.db.session import reading, writing
from app.domain.actors import Actor
from app.domain.exports import ExportPolicy
from app.export_files import Shelf
from app.exporting import Exporting
from app.files.store import Store
from app.services import accounts, export_policies, exports
from app.services.exports import ExportEntry
from tests.factories import MOMENT, YEAR

POLICY = replace(export_policies.policy(), records_at_a_time=4, documents_at_a_time=2)
PUBLIC = "https://jixiao.example.gov.cn"
BUREAU, UNIT = "310000-CZ", "310000-YB-01"


@dataclass
class Desk:
    """A database, a folder, a clock, and whoever makes files of the one into the other."""

    engine: Engine
    shelf: Shelf
    policy: ExportPolicy = POLICY
    now: datetime = MOMENT

    def clock(self) -> datetime:
        return self.now

    def maker(self) -> Exporting:
        return Exporting(self.shelf, self.clock, self.policy, PUBLIC)

    def start(self, actor: Actor, kind: str = "csv", **asked) -> int:
        entry = ExportEntry(kind=kind, **({"fiscal_year": YEAR} | asked))
        with writing(self.engine) as session:
            return exports.start(session, actor, self.now, entry, self.policy).id

    def row(self, export_id: int) -> Export | None:
        with reading(self.engine) as session:
            return session.get(Export, export_id)

    def files(self) -> set[Path]:
        return {path for path in self.shelf.store.folder.rglob("*") if path.is_file()}

    def content(self, export_id: int) -> dict[str, bytes]:
        """What the finished file holds, by name."""
        row = self.row(export_id)
        assert row is not None
        assert row.state == "done", row.error
        with zipfile.ZipFile(self.shelf.store.path(row.file_key)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}

    def later(self, **time: int) -> None:
        self.now += timedelta(**time)


def desk(engine: Engine, folder: Path) -> Desk:
    """A desk whose files lie in a folder."""
    return Desk(engine, Shelf(engine, Store(folder)))


def key(engine: Engine, name: str, code: str = BUREAU, scopes: str = "read") -> Actor:
    """Another system of an organisation."""
    with writing(engine) as session:
        unit = organisations.by_code(session, code)
        assert unit is not None
        accounts.add_key(session, MOMENT, name, name, unit, *scopes.split())
    with reading(engine) as session:
        actor = accounts.actor_of_key(session, name)
    assert actor is not None
    return actor


def table(content: bytes) -> list[dict[str, str]]:
    """A CSV with its mark, a dict a row; guards are taken away as an import does."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
