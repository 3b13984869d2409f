"""Imports: a table and a filled-in template read and planned, against bare reading of the file."""

import io
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook
from sqlmodel import Session

from app.db.session import reading, writing
from app.domain.actors import Actor
from app.files import tables, tables_child
from app.services import filling_templates, import_documents
from app.services.import_kinds import FILLED, TABLES
from app.services.import_plans import Kind
from bench.database import NOW, demo_database
from bench.pairs import FULL, Measure, Pace, Work, measure, repeated
from bench.saving import filler

YEAR = 2024
LIMIT = "python-calamine reading the cells of the same file; both in one process, without the guard"


def measures(pace: Pace, folder: Path) -> Iterator[Measure]:
    """Every row read, understood and compared with what is stored; nothing is written."""
    rows = 1_000 if pace == FULL else 50
    with demo_database(folder / "imports.sqlite3") as engine:
        unit = filler(engine)
        with writing(engine) as session:
            forms = filling_templates.of_year(session, unit, NOW, YEAR).content
        with reading(engine) as session:
            table = _table(session, unit, rows)
            declared = TABLES["declarations"]
            yield measure(
                f"import a table of {rows} targets",
                repeated(_planning(session, unit, declared, table)),
                repeated(lambda: _bare(table)),
                LIMIT,
                pace,
            )
            yield measure(
                "import a template of 4 forms",
                repeated(_planning(session, unit, FILLED, forms)),
                repeated(lambda: _bare(forms)),
                LIMIT,
                pace,
            )


def _table(session: Session, unit: Actor, rows: int) -> bytes:
    """So many declared indicators of the unit's projects, with other targets."""
    kind = TABLES["declarations"]
    stored = list(kind.rows(session, unit))
    place = [column.name for column in kind.columns].index("name")
    made = []
    for number in range(rows):
        cells = list(stored[number % len(stored)])
        cells[place] = f"{cells[place]}（{number}）"
        made.append(cells)
    return import_documents.table(kind, made)


def _planning(session: Session, actor: Actor, kind: Kind, content: bytes) -> Work:
    def work() -> None:
        plain = tables_child.parse(content, closely=kind is FILLED)
        understood = kind.understood([tables.of_plain(sheet) for sheet in plain], NOW)
        planned = kind.plan(session, actor, understood, hold=False)
        if understood.problems or not planned:
            raise RuntimeError(f"not every row was planned: {understood.problems[:3]}")

    return work


def _bare(content: bytes) -> None:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
