"""Indicator rows of a table: cells by their headings, levels that span rows and pages."""

from dataclasses import replace
from decimal import Decimal

from app.domain.forms import IndicatorRow
from app.domain.lines import read_points
from app.domain.text import is_blank
from app.files.sources import Row
from app.services.readings import levels
from app.services.readings.columns import Columns
from app.services.readings.found import Draft, with_cells
from app.services.readings.labels import DASHES, EXECUTION, SIDES, STARTERS, SUBTOTALS, label_of
from app.services.readings.spelling import joined, tidy
from app.services.readings.table_funds import claim

_PLAIN = ("level3", "code", "target", "actual", "full", "points")
_ASIDE = {
    "explanation": "指标解释",
    "note": "备注",
    "method": "评分标准",
    "achievement": "完成率",
}
_FIGURES = ("full", "points")
# Where targets are due, a name without one is hardly a row; elsewhere it may well be.
_LONGEST_END, _LONGEST_END_ALONE = 20, 4
_BESIDE = ("number", "nature", "measure", *_ASIDE)


class TableLines:
    """The indicator rows of one form, in their order."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._level1 = self._level2 = ""
        # Rows that begin a level-1 group: index of the row, points printed, whether on a new page.
        self._groups: list[tuple[int, str, bool]] = []
        self._at: list[int] = []  # the row of the source that each indicator began in
        self._broken = False
        self.closed = False

    def row(self, number: int, row: Row, columns: Columns) -> None:
        """One row: an indicator, the rest of one that a page had cut, or nothing."""
        self._broken = self._broken or row.new_page
        cells, used = self._cells(row, columns)
        if not any(cells.values()):
            return
        if label_of(cells.get("name", "")) in SUBTOTALS or label_of(cells["level2"]) in SUBTOTALS:
            self._draft.use(number)
            self._draft.aside("/subtotals", "小计", row.text, number)
            return
        self._draft.use(number, used)
        self._levels(cells)
        if self._is_execution(cells):
            self._execution(cells)
        elif self._is_rest(cells, columns):
            self._append(number, cells)
        elif any(cells[key] for key in ("name", "target", *_FIGURES)):
            self._add(number, cells)
            self._broken = False

    def close(self) -> None:
        """Settle what only the whole table tells: the group of rows before a page break."""
        if not self.closed:
            self.closed = bool(self._draft.lines)
            self._regroup()

    def _cells(self, row: Row, columns: Columns) -> tuple[dict[str, str], list[int]]:
        cells = dict.fromkeys(("level1", "level2", "name", "reason", *_PLAIN, *_BESIDE), "")
        used = []
        for place, cell in enumerate(row.cells):
            role = columns.role_of(cell)
            if role not in cells or not cell.text.strip():
                continue
            if not role.startswith("level") and label_of(cell.text) in SIDES:
                continue
            used.append(place)
            if cell.above and (role in _FIGURES or role in _ASIDE or role == "reason"):
                continue  # told once, in the row where the cell begins
            cells[role] = joined(cells[role], cell.text)
        return {role: tidy(text) for role, text in cells.items()}, used

    def _levels(self, cells: dict[str, str]) -> None:
        """Carry levels forward that span rows, and put those together that a page had cut."""
        for level in (1, 2):
            role, printed = f"level{level}", cells[f"level{level}"]
            name, points = levels.bare(printed)
            before = self._level1 if level == 1 else self._level2
            if not name:
                cells[role] = before
                continue
            if self._broken and levels.completes(before, name, level):
                self._rename(role, before, before + name)
                name = before + name
            if level == 1:
                if name != self._level1:
                    self._level2 = ""
                    self._groups.append((len(self._draft.lines), points, self._broken))
                self._level1 = name
            else:
                self._level2 = name
            cells[role] = name

    def _rename(self, role: str, before: str, whole: str) -> None:
        """The name of a level that the rows before the page break had only the beginning of."""
        lines = self._draft.lines
        place = len(lines) - 1
        while place >= 0 and getattr(lines[place], role) == before:
            lines[place] = with_cells(lines[place], {role: whole})
            place -= 1
        if role == "level1":
            self._level1 = whole

    @staticmethod
    def _is_execution(cells: dict[str, str]) -> bool:
        """Whether the row is 预算执行率 itself with its 10 points, not an indicator of a group."""
        if label_of(cells["level1"]) not in EXECUTION:
            return False
        return label_of(cells["name"]) in EXECUTION | {"", label_of(cells["level1"])}

    def _execution(self, cells: dict[str, str]) -> None:
        funds = self._draft.funds
        claim(self._draft, {"points": cells["points"]})
        if funds and is_blank(funds[0].full):
            points = funds[0].points or cells["points"]
            funds[0] = replace(funds[0], full=cells["full"], points=points)

    def _is_rest(self, cells: dict[str, str], columns: Columns) -> bool:
        """Whether the row, the first of a page, goes on with the last one of the page before."""
        if not (self._broken and self._draft.lines) or any(cells[key] for key in _FIGURES):
            return False
        last = self._draft.lines[-1]
        if not (last.full or last.points):
            return False
        told = [key for key in ("name", "target", "actual", "reason") if cells[key]]
        # A name alone that is longer than a wrapped end is rather a row without points.
        longest = _LONGEST_END if "target" in columns.roles else _LONGEST_END_ALONE
        return bool(told) and (told != ["name"] or len(cells["name"]) <= longest)

    def _append(self, number: int, cells: dict[str, str]) -> None:
        lines = self._draft.lines
        last = lines[-1]
        added = {
            key: tidy(getattr(last, key), cells[key])
            for key in ("name", "target", "actual", "reason")
            if cells[key]
        }
        lines[-1] = with_cells(last, added)
        for key in added:
            because = f"换页处的“{cells[key]}”没有分值和得分，按上一行的续文并入。"
            self._draft.mark(f"/indicators/{len(lines) - 1}/{key}", number, because)

    def _add(self, number: int, cells: dict[str, str]) -> None:
        index = len(self._draft.lines)
        if not cells["name"]:
            self._draft.mark(f"/indicators/{index}/name", number, "该行没有指标名称。")
        target, actual = _composed(cells)
        values = {role: cells[role] for role in _PLAIN} | {"target": target, "actual": actual}
        values |= {role: cells[role] for role in ("level1", "level2", "name")}
        values["reason"] = "" if cells["reason"] in DASHES else cells["reason"]
        line = with_cells(IndicatorRow(), values)
        self._draft.lines.append(line)
        self._at.append(number)
        for role, label in _ASIDE.items():
            self._draft.aside(f"/indicators/{index}/{role}", label, cells[role], number)

    def _regroup(self) -> None:
        """Rows before a page break whose level is printed after it, told by the printed points."""
        ends = [start for start, _, _ in self._groups[1:]] + [len(self._draft.lines)]
        for place in range(1, len(self._groups)):
            start, points, new_page = self._groups[place]
            first, before, _ = self._groups[place - 1]
            if new_page and before and points:
                wanted = (Decimal(before), Decimal(points))
                self._move(first, start, ends[place], wanted)

    def _move(self, first: int, start: int, end: int, wanted: tuple[Decimal, Decimal]) -> None:
        lines = self._draft.lines
        if start >= len(lines) or self._sum(first, start) == wanted[0]:
            return
        for split in range(start - 1, first, -1):
            if (self._sum(first, split), self._sum(split, end)) == wanted:
                level = lines[start].level1
                for index in range(split, start):
                    lines[index] = replace(lines[index], level1=level, level2="")
                    because = f"一级指标印在换页之后，按印出的分值{wanted[1]}归入“{level}”。"
                    self._draft.mark(f"/indicators/{index}/level1", self._at[index], because)
                return

    def _sum(self, first: int, end: int) -> Decimal:
        fulls = (read_points(line.full) for line in self._draft.lines[first:end])
        return sum((full for full in fulls if full is not None), Decimal(0))


def _composed(cells: dict[str, str]) -> tuple[str, str]:
    """Target and actual where comparator and unit stand in columns of their own: ≥, 95, %."""
    target, actual = cells["target"], cells["actual"]
    nature, measure = cells["nature"], cells["measure"]
    if nature and STARTERS.match(nature) and not STARTERS.match(target):
        target = nature + target
    return _measured(target, measure), _measured(actual, measure)


def _measured(text: str, measure: str) -> str:
    return text + measure if text and text[-1].isdigit() else text
