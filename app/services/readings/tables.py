"""A form laid out in tables, read by its headings: columns may stand in any order."""

from collections.abc import Iterator

from app.domain.numbers import NotANumber, read_number
from app.domain.text import is_blank
from app.files.sources import Row
from app.services.readings import table_funds, table_heads
from app.services.readings.columns import FUNDS, GOALS, LINES, Columns, heading, more_headings
from app.services.readings.found import Draft
from app.services.readings.labels import (
    GOAL_SIDES,
    SIDES,
    TOTALS,
    UNIT_LABELS,
    label_of,
    money_unit,
)
from app.services.readings.spelling import joined
from app.services.readings.splitting import title_of
from app.services.readings.table_lines import TableLines


class TableReader:
    """Goes down the rows of one form; each heading row says how the rows below it are read."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._columns: Columns | None = None
        self._heading_row = -1
        self._lines = TableLines(draft)

    def read(self) -> None:
        """Read every row into the draft."""
        for number, row in enumerate(self._draft.rows):
            self._unit(number, row)
            if not self._heading(number, row):
                self._row(number, row)
        self._lines.close()

    def _unit(self, number: int, row: Row) -> None:
        """The unit of amounts, as the heading of the funds or a label before them declares it."""
        unit = money_unit(row.text)
        if unit and not self._draft.funds:
            self._draft.unit = self._draft.unit or unit
            if label_of(row.text).removesuffix(unit).rstrip(":") in UNIT_LABELS:
                self._draft.use(number)

    def _heading(self, number: int, row: Row) -> bool:
        below = self._columns
        if below is not None and number == self._heading_row + 1 and more_headings(row, below):
            self._columns, self._heading_row = below.with_row(row), number
            self._draft.use(number)
            return True
        found = heading(row)
        if found is None:
            return False
        self._columns, self._heading_row = found, number
        self._draft.use(number)
        return True

    def _row(self, number: int, row: Row) -> None:
        for place, cell in enumerate(row.cells):
            if label_of(cell.text) in SIDES:
                self._draft.use(number, [place])
        columns = self._columns
        if title_of(row) or self._total(number, row):
            self._draft.use(number)
        elif columns is None or not self._within(row, columns):
            table_heads.read(self._draft, number, row)
        elif columns.block == FUNDS:
            table_funds.read(self._draft, number, row, columns)
        elif columns.block == GOALS:
            self._goal(number, row, columns)
        elif not self._lines.closed:
            self._lines.row(number, row, columns)

    def _within(self, row: Row, columns: Columns) -> bool:
        """Whether the row stands below the headings: in their table, or where it goes on."""
        if table_heads.is_label(row) and (columns.block != LINES or self._lines.closed):
            return False
        return row.table == columns.table or (row.table > 0 < columns.table and len(row.cells) > 1)

    def _goal(self, number: int, row: Row, columns: Columns) -> None:
        used = []
        for place, cell in enumerate(row.cells):
            role = columns.role_of(cell)
            told = cell.text.strip() and not cell.above
            if role and told and label_of(cell.text) not in GOAL_SIDES:
                self._draft.goals.setdefault(role, []).append(joined(cell.text))
                used.append(place)
        for role in ("expected", "achieved"):
            if used:
                self._draft.goals.setdefault(role, [])
        self._draft.use(number, used)

    def _total(self, number: int, row: Row) -> bool:
        """总分 below the indicators: its 分值 and its 得分."""
        columns = self._columns
        if columns is None or columns.block != LINES or not self._draft.lines:
            return False
        if not any(label_of(cell.text) in TOTALS for cell in row.cells if not cell.above):
            return False
        figures = list(self._figures(row, columns))
        placed = {role: text for role, text in figures if role in ("full", "points")}
        if "points" not in placed and figures:
            self._draft.mark("/claimed/total", number, "总分不在得分栏下，取该行最后一个数。")
            placed["points"] = figures[-1][1]
            if placed.get("full") == placed["points"] and len(figures) == 1:
                del placed["full"]
        self._draft.claimed.update(
            {
                name: placed[role]
                for name, role in (("full", "full"), ("total", "points"))
                if role in placed
            }
        )
        self._lines.close()
        return True

    @staticmethod
    def _figures(row: Row, columns: Columns) -> Iterator[tuple[str, str]]:
        for cell in row.cells:
            text = joined(cell.text)
            if is_blank(text) or cell.above:
                continue
            try:
                read_number(text.removesuffix("分"))
            except NotANumber:
                continue
            yield columns.role_of(cell), text
