"""A document before it has a format: a title, tables of cells on A4, and what stands around them.

Services build one grid from stored values; `grid_xlsx`, `grid_docx` and `grid_pdf` write it down
and know nothing of forms or rules.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.check_codes import CheckMark as CheckMark  # noqa: PLC0414 - named through here
from app.domain.layouts import Style

# Signs that XML knows no way to write; nothing stored should hold them.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?|-?\d+(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its text as printed; `number` where that is a plain number, with its decimals.

    `note` explains it where a format can tell something beside a cell and not print it.
    """

    text: str = ""
    note: str = ""
    columns: int = 1
    rows: int = 1
    style: Style = Style.LABEL
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GridTable:
    """Rows of cells, those covered from above left out; the first `headings` are repeated."""

    headings: int
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A document: widths in mm shared by its tables, one below another without a gap.

    `mark` says in what state the form is, `unit` in what amounts are told, `foot` what stands
    at the foot of each page.
    """

    title: str
    subtitle: str
    mark: str
    unit: str
    landscape: bool
    widths: tuple[int, ...]
    tables: tuple[GridTable, ...]
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    check: CheckMark | None = None

    @property
    def foot_lines(self) -> tuple[str, ...]:
        """The lines at the foot of each page, the check code and its address last."""
        if self.check is None:
            return self.foot
        where = f"　查验地址：{self.check.address}" if self.check.address else ""
        return (*self.foot, f"校验码：{self.check.code}{where}")


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with the row and column of its upper left corner, counted from 0."""

    row: int
    column: int
    cell: Cell


def placed(table: GridTable, width: int) -> Iterator[Placed]:
    """The cells of a table in their places; raises ValueError where they do not fill it exactly."""
    free_from = [0] * width
    for number, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while column < width and free_from[column] > number:
                column += 1
            end = column + cell.columns
            if end > width or any(free_from[place] > number for place in range(column, end)):
                raise ValueError(f"row {number + 1} of a table is wider than its columns")
            free_from[column:end] = [number + cell.rows] * cell.columns
            yield Placed(number, column, cell)
            column = end
        if any(below <= number for below in free_from):
            raise ValueError(f"row {number + 1} of a table is narrower than its columns")
    if any(below > len(table.rows) for below in free_from):
        raise ValueError("a cell of a table reaches below its last row")


def writable(text: str) -> str:
    """The text as every format can hold it: one kind of line end, no sign that XML cannot write."""
    return _UNWRITABLE.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def number_in(text: str) -> Decimal | None:
    """The number that a printed figure is, its decimals kept; None for any other text."""
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def widths_of(cells: Sequence[Placed], widths: Sequence[int]) -> Iterator[int]:
    """How wide each cell is, in mm."""
    for item in cells:
        yield sum(widths[item.column : item.column + item.cell.columns])
