"""From the rows of a file to records: the heading row is found, each cell known by its column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.import_columns import Column, Matched, Stray, match, unit_note
from app.domain.imports import RowProblem
from app.domain.text import normalise
from app.files.places import column_letters
from app.files.tables import Row, Sheet

# A title, a unit note and a remark may stand above the headings.
HEAD_ROWS = 10
# Rows of a template that show how it is filled in.
EXAMPLE = "示例"
FAULTS = {
    "uncomputed": "这一格是公式，文件里没有它的结果。请在 Excel 或 WPS 中打开并保存一次，再上传",
    "error": "这一格的公式出错了。请改正公式，或直接填写数值",
    "digits": "这一格按数字保存，超过 15 位的部分已经丢失。请把单元格设为文本，重新填写",
}
NO_TABLE = "没有找到表头。请下载模板，或者让某一行包含这些列：{columns}。"
NO_ROWS = "表头下面没有数据行。请填写后再上传。"
NO_UNIT = "没有写明金额单位。请在表头写明，如“{label}（元）”或“{label}（万元）”"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of data: where it stands, and its cells by field, blanks around them cut."""

    sheet: str
    row: int
    cells: dict[str, str]

    def has(self, name: str) -> bool:
        """Whether the row says something in that column."""
        return bool(self.cells.get(name))


@dataclass(slots=True)
class Found:
    """One table of the file: its columns, where they stand, and its rows."""

    sheet: Sheet
    head: int
    matched: Matched
    records: list[Record]

    @property
    def names(self) -> frozenset[str]:
        """The fields that have a column."""
        return frozenset(self.matched.places)


@dataclass(slots=True)
class TableSet:
    """All tables of a file at the time of asking, what is wrong in them, what was left out."""

    columns: Sequence[Column]
    now: datetime
    tables: list[Found]
    problems: list[RowProblem]
    left_out: list[str]
    noted: set[tuple[str, int, str]] = field(default_factory=set)

    @property
    def head_problems(self) -> bool:
        """Whether the tables as such need mending, so that no row can be judged."""
        heads = {table.sheet.name: table.sheet.rows[table.head].number for table in self.tables}
        return any(problem.row in {0, heads.get(problem.sheet)} for problem in self.problems)

    def records(self) -> Iterator[Record]:
        """The rows of all tables, in the order of the file."""
        for table in self.tables:
            yield from table.records

    def has(self, name: str) -> bool:
        """Whether any table has that column."""
        return any(name in table.names for table in self.tables)

    def unit(self, record: Record, name: str) -> str:
        """The unit of the amounts of a column in the table of a record."""
        for table in self.tables:
            if table.sheet.name == record.sheet and name in table.matched.places:
                return table.matched.units.get(name, "")
        return ""

    def problem(
        self,
        record: Record,
        name: str,
        message: str,
        value: str | None = None,
        expected: str | None = None,
    ) -> None:
        """Note what is wrong in one cell, or "" for the row as a whole."""
        column = next((column for column in self.columns if column.name == name), None)
        self.noted.add((record.sheet, record.row, name))
        self.problems.append(
            RowProblem(
                sheet=record.sheet,
                row=record.row,
                column=self._letters(record, name),
                heading=column.label if column else "",
                value=(record.cells.get(name, "") if value is None else value)[:200],
                expected=(column.expected if column else "") if expected is None else expected,
                message=message,
            )
        )

    def _letters(self, record: Record, name: str) -> str:
        for table in self.tables:
            if table.sheet.name == record.sheet and name in table.matched.places:
                return column_letters(table.matched.places[name] + 1)
        return ""


def understood(sheets: Sequence[Sheet], columns: Sequence[Column], now: datetime) -> TableSet:
    """The tables of the file that have the headings of these columns."""
    made = TableSet(columns, now, [], [], [])
    for sheet in sheets:
        found = _table(sheet, columns)
        if found is None:
            made.left_out.append(f"工作表“{sheet.name}”：没有可识别的表头，未读取")
        else:
            made.tables.append(found)
    if not made.tables:
        wanted = "、".join(column.label for column in columns if column.required)
        message = NO_TABLE.format(columns=wanted)
        made.problems.append(RowProblem(sheet="", row=0, message=message))
    for table in made.tables:
        _read(made, table)
    if made.tables and not any(table.records for table in made.tables):
        first = made.tables[0].sheet
        made.problems.append(RowProblem(sheet=first.name, row=0, message=NO_ROWS))
    return made


def _table(sheet: Sheet, columns: Sequence[Column]) -> Found | None:
    """The sheet as a table: its headings are the row of the first ten that has most of them."""
    tried = [(match(row.cells, columns), place) for place, row in enumerate(sheet.rows[:HEAD_ROWS])]
    matched, head = max(
        tried, key=lambda each: (len(each[0].places), -each[1]), default=(Matched(), 0)
    )
    required = sum(column.required for column in columns)
    if 2 * len(matched.places) < required or not matched.places:
        return None
    above = [cell for row in sheet.rows[:head] for cell in row.cells]
    note = next((unit for cell in above if (unit := unit_note(cell))), "")
    for name, unit in matched.units.items():
        matched.units[name] = unit or note
    return Found(sheet, head, matched, [])


def _read(made: TableSet, table: Found) -> None:
    """The records of a table, and the problems of its head."""
    sheet, number = table.sheet.name, table.sheet.rows[table.head].number
    named = f"工作表“{sheet}”" if sheet else "表格"
    made.left_out.extend(_stray(named, stray) for stray in table.matched.strays)
    for stray in table.matched.twice:
        message = f"“{stray.near}”列出现了两次，请删去一列"
        made.problems.append(_of_head(sheet, number, stray.heading, stray.index, message))
    for column in table.matched.missing:
        message = f"缺少“{column.label}”列，请补上"
        made.problems.append(_of_head(sheet, number, column.label, None, message, column.expected))
    for column in made.columns:
        if column.money and table.matched.units.get(column.name) == "":
            place = table.matched.places[column.name]
            message = NO_UNIT.format(label=column.label)
            made.problems.append(_of_head(sheet, number, column.label, place, message))
    for row in table.sheet.rows[table.head + 1 :]:
        _record(made, table, row)


def _record(made: TableSet, table: Found, row: Row) -> None:
    first = next((cell.strip() for cell in row.cells if cell.strip()), "")
    if first.startswith(EXAMPLE):
        made.left_out.append(f"第 {row.number} 行：模板的示例，未读取")
        return
    cells = {
        name: row.cells[place].strip() if place < len(row.cells) else ""
        for name, place in table.matched.places.items()
    }
    record = Record(table.sheet.name, row.number, cells)
    faulty = [
        (name, table.sheet.faults[row.number, place + 1])
        for name, place in table.matched.places.items()
        if (row.number, place + 1) in table.sheet.faults
    ]
    if not any(normalise(cell) for cell in cells.values()) and not faulty:
        return
    table.records.append(record)
    for name, why in faulty:
        made.problem(record, name, FAULTS[why])


def _stray(named: str, stray: Stray) -> str:
    hint = f"（是否应为“{stray.near}”？）" if stray.near else ""
    place = f"{named} {column_letters(stray.index + 1)} 列"
    return f"{place}“{stray.heading[:40]}”：不认识这一列，未读取{hint}"


def _of_head(
    sheet: str, row: int, heading: str, index: int | None, message: str, expected: str = ""
) -> RowProblem:
    return RowProblem(
        sheet=sheet,
        row=row,
        column="" if index is None else column_letters(index + 1),
        heading=heading,
        value="" if index is None else heading,
        expected=expected,
        message=message,
    )
