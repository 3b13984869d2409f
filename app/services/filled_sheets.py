"""Filled-in templates as they come back: sheets known by a mark, rows by a key."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.filling_templates import (
    BASE_MARK,
    MARK,
    Part,
    RowKey,
    read_base,
    read_form_mark,
    read_head_mark,
    read_row_key,
)
from app.domain.import_columns import match
from app.domain.imports import RowProblem
from app.files.tables import Row, Sheet
from app.services.import_tables import FAULTS, Found, Record, TableSet
from app.services.template_columns import COLUMNS, SENSES

NO_FORM = (
    "没有找到填报模板的工作表。请上传从本系统下载的填报模板；"
    "每张工作表隐藏的 A、B 两列不能删除，缺了就认不出是哪张表、哪一行。"
)
NOT_A_FORM = "工作表“{sheet}”：不是填报模板的工作表，未读取"
TWICE = "与工作表“{first}”是同一张自评表，请只保留一张"
NO_HEADS = "“{part}”部分的表头行不见了，认不出各列。请重新下载模板填写"
NO_KEY = "这一行没有行标识，可能是新插入的行。模板不能增加行：请清空这一行，在原有的行里填写"
BAD_KEY = "这一行的标识（隐藏的 A、B 列）被改动了。请重新下载模板填写"
REPEATED = "与第 {first} 行是同一行，请只保留一行"
MERGED = "这一格和别的格合并了，内容可能已经丢失。请取消合并，分别填写"
PARTS = {Part.LINES: "绩效指标", Part.GOAL: "年度总体目标", Part.FUNDS: "资金"}


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row of a form as it came back, what it held when it was taken out.

    `figures` are cells that hold a number or a day; `spoilt` ones have a problem already.
    """

    record: Record
    key: RowKey
    base: Mapping[str, str]
    figures: frozenset[str]
    spoilt: frozenset[str]


@dataclass(slots=True)
class FilledForm:
    """A sheet that is a form: its rows by key; `headed` are the parts whose headings stand."""

    sheet: Sheet
    form_id: int
    rows: dict[RowKey, FilledRow] = field(default_factory=dict)
    headed: set[Part] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return self.sheet.name


@dataclass(slots=True)
class FilledSheets(TableSet):
    """The forms of a workbook, in its order."""

    forms: list[FilledForm] = field(default_factory=list)

    @property
    def head_problems(self) -> bool:
        """Never so: what is wrong with one form keeps nobody from judging the others."""
        return False

    def about(self, form: FilledForm, message: str) -> None:
        """Note what is wrong with a form as a whole."""
        self.problems.append(RowProblem(sheet=form.name, row=0, message=message))

    def left(self, form: FilledForm, words: str) -> None:
        """Note what of a form is not read."""
        self.left_out.append(f"工作表“{form.name}”：{words}")


def understood(sheets: Sequence[Sheet], now: datetime) -> FilledSheets:
    """The forms of a workbook; what cannot be read of them is noted."""
    columns = [column for items in COLUMNS.values() for column in items]
    made = FilledSheets(columns, now, [], [], [])
    seen: dict[int, str] = {}
    for sheet in sheets:
        place = _mark(sheet)
        if place is None:
            if not any(cell.startswith(MARK) for row in sheet.rows for cell in row.cells):
                made.left_out.append(NOT_A_FORM.format(sheet=sheet.name))
            continue
        form = FilledForm(sheet, place.form_id)
        first = seen.setdefault(form.form_id, sheet.name)
        if first != sheet.name:
            made.about(form, TWICE.format(first=first))
        else:
            made.forms.append(form)
            _Reader(made, form, place).read()
    if not seen:
        made.problems.append(RowProblem(sheet="", row=0, message=NO_FORM))
    return made


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a sheet tells which form it is: the first row below, the columns of key and base."""

    form_id: int
    below: int
    key: int
    base: int


def _mark(sheet: Sheet) -> _Mark | None:
    for place, row in enumerate(sheet.rows):
        for column, cell in enumerate(row.cells):
            form_id = read_form_mark(cell)
            if form_id is not None:
                base = row.cells.index(BASE_MARK) if BASE_MARK in row.cells else -1
                return _Mark(form_id, place + 1, column, base)
    return None


@dataclass(slots=True)
class _Reader:
    """Goes through the rows of one form; a part's columns are those of its headings."""

    made: FilledSheets
    form: FilledForm
    mark: _Mark
    tables: dict[Part, Found] = field(default_factory=dict)
    part: Part | None = None

    def read(self) -> None:
        """Read every row below the mark."""
        for row in self.form.sheet.rows[self.mark.below :]:
            key = _cell(row, self.mark.key)
            head = read_head_mark(key)
            if head is not None:
                self._head(head, row)
            elif not key.strip():
                self._stray(row)
            elif (found := read_row_key(key)) is not None:
                self._row(found, row)
            elif not key.startswith(MARK):
                self._note(row, BAD_KEY)
        for part in {row.part for row in self.form.rows} - self.form.headed:
            self.made.about(self.form, NO_HEADS.format(part=PARTS[part]))

    def _head(self, part: Part, row: Row) -> None:
        hidden = {self.mark.key, self.mark.base}
        shown = ["" if place in hidden else cell for place, cell in enumerate(row.cells)]
        matched = match(shown, COLUMNS[part])
        place = next(n for n, other in enumerate(self.form.sheet.rows) if other is row)
        table = Found(self.form.sheet, place, matched, [])
        self.part, self.tables[part] = part, table
        self.form.headed.add(part)
        self.made.tables.append(table)
        for stray in matched.strays:
            self.made.left(self.form, f"“{stray.heading[:40]}”列不是模板的列，未读取")
        for column in COLUMNS[part]:
            if not column.reading and column.name not in matched.places:
                self.made.left(self.form, f"没有“{column.label}”列，这一列保持原样")

    def _row(self, key: RowKey, row: Row) -> None:
        table = self.tables.get(key.part)
        base = read_base(_cell(row, self.mark.base))
        cells = self._cells(table, row)
        record = Record(self.form.name, row.number, cells)
        first = self.form.rows.get(key)
        if base is None or first is not None:
            where = first.record.row if first else 0
            message = REPEATED.format(first=where) if first else BAD_KEY
            self.made.problem(record, "", message, "")
            return
        filled = FilledRow(
            record, key, base, self._figures(table, row), self._spoilt(table, record)
        )
        self.form.rows[key] = filled
        if table is not None:
            table.records.append(record)

    def _cells(self, table: Found | None, row: Row) -> dict[str, str]:
        places = table.matched.places if table else {}
        return {name: _cell(row, place).strip() for name, place in places.items()}

    def _figures(self, table: Found | None, row: Row) -> frozenset[str]:
        places = table.matched.places if table else {}
        figures = self.form.sheet.figures
        return frozenset(n for n, place in places.items() if (row.number, place + 1) in figures)

    def _spoilt(self, table: Found | None, record: Record) -> frozenset[str]:
        """The cells whose value cannot be trusted; each is noted."""
        spoilt = dict(self._faults(table, record.row))
        for name, message in spoilt.items():
            self.made.problem(record, name, message)
        return frozenset(spoilt)

    def _faults(self, table: Found | None, row: int) -> Iterator[tuple[str, str]]:
        for name, place in (table.matched.places if table else {}).items():
            if name not in SENSES:
                continue
            why = self.form.sheet.faults.get((row, place + 1))
            if why:
                yield name, FAULTS[why]
            elif (row, place + 1) in self.form.sheet.covered:
                yield name, MERGED

    def _stray(self, row: Row) -> None:
        """A row that is none of the form's: a blank one is nothing, one that was filled in is."""
        table = self.tables.get(self.part) if self.part else None
        cells = self._cells(table, row)
        if any(cells.get(name) for name in SENSES):
            self._note(row, NO_KEY)
        elif any(cell.strip() for cell in row.cells):
            self.made.left(self.form, f"第 {row.number} 行不是模板的行，未读取")

    def _note(self, row: Row, message: str) -> None:
        self.made.problem(Record(self.form.name, row.number, {}), "", message, "")


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if 0 <= place < len(row.cells) else ""
