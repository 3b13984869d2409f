"""Documents of one form: from the stored form to the bytes, against bare writing of its texts."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
from sqlmodel import Session
from typst import Compiler, Fonts
from xlsxwriter import Workbook

from app.db.session import make_engine
from app.files.grid_pdf import FONTS
from app.files.grids import CheckMark
from app.services import documents, layouts
from app.services.document_grids import grid_of
from app.services.form_sheets import FormSheet
from bench.pairs import Measure, Pace, Work, measure, repeated
from tests.databases import Sqlite
from tests.services.document_cases import filled

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
LAYOUT = "shanghai-2024"
PLAIN = """
#set page(paper: "a4")
#set text(font: "Noto Serif SC", size: 9pt)
#for text in json(bytes(sys.inputs.texts)) { par(text) }
"""


def measures(pace: Pace) -> Iterator[Measure]:
    """xlsx, docx and PDF; each PDF differs from the last, for typst remembers what it has set."""
    with TemporaryDirectory() as name, Sqlite(Path(name)).fresh() as address:
        engine = make_engine(address)
        with Session(engine) as session:
            form = filled(session, NOW, LAYOUT).sheet(session)
            texts = _texts(session, form)
            yield measure(
                "export a form as xlsx",
                repeated(_ours(session, form, "xlsx")),
                repeated(lambda: _bare_book(texts)),
                "xlsxwriter writing the same texts down a column",
                pace,
            )
            yield measure(
                "export a form as docx",
                repeated(_ours(session, form, "docx")),
                repeated(lambda: _bare_word(texts)),
                "python-docx writing the same texts as paragraphs",
                pace,
            )
            yield measure(
                "export a form as PDF",
                repeated(_ours(session, form, "pdf")),
                repeated(_bare_pdf(Path(name), texts)),
                "typst setting the same texts as paragraphs",
                pace,
            )
        engine.dispose()


def _texts(session: Session, form: FormSheet) -> list[str]:
    grid = grid_of(session, form, layouts.of_edition(form.standard))
    return [cell.text for table in grid.tables for row in table.rows for cell in row]


def _ours(session: Session, form: FormSheet, kind: str) -> Work:
    numbers = count()

    def work() -> object:
        check = CheckMark(code=f"{next(numbers):08}", address="https://example.gov.cn/verify")
        return documents.made_of(session, form, kind, NOW, check)

    return work


def _bare_book(texts: list[str]) -> None:
    with Workbook(io.BytesIO(), {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)


def _bare_word(texts: list[str]) -> None:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    document.save(io.BytesIO())


def _bare_pdf(folder: Path, texts: list[str]) -> Work:
    source = folder / "plain.typ"
    source.write_text(PLAIN, encoding="utf-8")
    fonts = Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(str(files(FONTS)))],
    )
    compiler = Compiler(source, font_paths=fonts, ignore_system_fonts=True)
    numbers = count()

    def work() -> object:
        told = json.dumps([f"{next(numbers):08}", *texts], ensure_ascii=False)
        return compiler.compile(format="pdf", sys_inputs={"texts": told})

    return work
