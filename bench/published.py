"""Published forms: reading of one file against bare reading, and folders of many files."""

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pdfplumber
from openpyxl import load_workbook

from app.cli.batches import scored_files
from app.files import pdf_child, plain_text, sheet_rows
from app.files.sources import Cell, Row
from app.services.readings.reading import read_forms
from bench.pairs import FULL, Measure, Pace, Run, Slice, Work, measure, repeated
from tests.published.cases import DATA, golden
from tests.published.drawing import as_pdf, as_xlsx
from tests.published.layouts import official

TEXT = DATA / "shanghai-2024.txt"
SECOND_FORM = "财政项目支出绩效自评表"
ONCE = 1


def measures(pace: Pace) -> Iterator[Measure]:
    """One form from xlsx and from PDF, then folders; a folder is gone through once a slice."""
    form = golden("selfeval-2024")[4]
    book, pages = as_xlsx(official(form)), as_pdf(official(form))
    yield measure(
        "read a form of 20 rows from xlsx",
        repeated(lambda: _forms(sheet_rows.read(book))),
        repeated(lambda: _bare_book(book)),
        "openpyxl going through the cells of the same file",
        pace,
    )
    yield measure(
        "read a form of 20 rows from PDF",
        repeated(lambda: _forms([[1, *row] for row in pdf_child.parse(pages, 0, 9)["rows"]])),
        repeated(lambda: _bare_pages(pages)),
        "pdfplumber extracting the tables of the same file",
        pace,
    )
    yield from _folders(pace)


def _folders(pace: Pace) -> Iterator[Measure]:
    few, many, most = (100, 1_000, 10_000) if pace == FULL else (24, 48, 96)
    with TemporaryDirectory() as name:
        paths = _written(Path(name), most)
        once = Pace(pace.slice_seconds, ONCE)
        yield measure(
            f"jixiao score on {many} files",
            _scoring(paths[:many]),
            _reading(paths[:many]),
            "reading the forms of the same files in one process, without scoring",
            once,
        )
        yield measure(
            f"jixiao score on {most} files",
            _scoring(paths),
            _scoring(paths[:few]),
            f"{few} files, per file: 1 is growth in proportion, more where the start is shared",
            once,
        )


def _forms(rows: list[list[object]]) -> None:
    found = [_row(*row) for row in rows]
    if len(read_forms(found)) != 1:
        raise RuntimeError("the form was not read")


def _row(line: int, place: str, table: int, new_page: bool, cells: list[list[object]]) -> Row:
    return Row(line, tuple(Cell(*cell) for cell in cells), place, table, 0, new_page)


def _bare_book(content: bytes) -> None:
    for sheet in load_workbook(io.BytesIO(content), data_only=True).worksheets:
        for row in sheet.iter_rows(values_only=True):
            tuple(row)


def _bare_pages(content: bytes) -> None:
    with pdfplumber.open(io.BytesIO(content)) as document:
        for page in document.pages:
            page.extract_tables()


def _written(folder: Path, many: int) -> list[Path]:
    """So many text files, each a published form under a name of its own."""
    whole = TEXT.read_text(encoding="utf-8")
    begin, end = whole.index(SECOND_FORM), whole.index(SECOND_FORM, 1)
    form = whole[begin:end]
    paths = [folder / f"{number:05d}.txt" for number in range(many)]
    for path in paths:
        path.write_text(form.replace("项目名称 ", f"项目名称 {path.stem}"), encoding="utf-8")
    return paths


def _scoring(paths: list[Path]) -> Run:
    def work() -> None:
        if any(file.error for file in scored_files(paths, "", "")):
            raise RuntimeError("a file was not scored")

    return _per_file(work, len(paths))


def _reading(paths: list[Path]) -> Run:
    def work() -> None:
        for path in paths:
            read_forms(plain_text.rows(path.read_bytes()))

    return _per_file(work, len(paths))


def _per_file(work: Work, many: int) -> Run:
    """A run that goes through the folder once, whatever the seconds, and counts each file."""

    def run(_: float) -> Slice:
        begin = perf_counter()
        work()
        seconds = perf_counter() - begin
        return Slice([seconds / many] * many, seconds)

    return run
