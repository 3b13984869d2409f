"""Sets a form as a PDF's text layer gives it: narrow columns, wrapped cells, ends of pages."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from random import Random
from typing import Any

from app.services.readings.spelling import width

# Half-width characters a line of each column.
LEVEL, NAME, VALUE = 4, 28, 12
LINES_A_ROW = 3
HEADINGS = """一级

指标

二级

指标
三级指标 年度指标值 实际完成值 分值 得分

偏差原因分析

及改进措施
"""
PAGE_END = "\n\n\n"
Row = Mapping[str, str]


def wrapped(text: str, most: int) -> list[str]:
    """The text in lines of so many half-width characters."""
    lines = [""]
    for sign in text:
        if width(lines[-1] + sign) > most:
            lines.append("")
        lines[-1] += sign
    return lines


def set_form(form: Mapping[str, Any], random: Random) -> str:
    """The form as text; the page ends before some of its rows."""
    total = form["funds"][0]
    amounts = [total[key] for key in ("initial", "adjusted", "executed", "full", "rate", "points")]
    head = (
        f"财政项目支出绩效自评表\n\n（{form['fiscal_year']}年度）\n\n项目名称 {form['project']}\n\n"
        f"主管部门 上海市医疗保障局 实施单位 {form['unit']}\n\n项目资金\n\n（{total['unit']}）\n\n"
        "年初预算数 全年预算数 全年执行数 分数 执行率(%) 得分\n\n"
        f"年度资金总额： {' '.join(amounts)}\n\n年度\n\n总体\n\n目标\n\n预期目标 实际完成情况\n\n"
        f"完成年度工作。\n\n{form['fiscal_year']}年完成了年度工作。\n\n"
    )
    claimed = form["claimed"]
    end = f"总分 {claimed['full']} {claimed['total']}\n\n评分等级 {claimed['grade']}\n"
    rows = list(form["indicators"])
    ends = {place for place in range(1, len(rows)) if random.random() < 0.15}
    return head + HEADINGS + "\n" + "\n".join(_lines(rows, ends)) + "\n\n" + end


def _lines(rows: Sequence[Row], ends: set[int]) -> Iterator[str]:
    """The lines of all rows, level names where their cells begin and go on."""
    names = {level: _name_lines(rows, level, ends) for level in ("level1", "level2")}
    for place, row in enumerate(rows):
        if place in ends:
            yield PAGE_END
        for level in ("level1", "level2"):
            for line in names[level].get(place, ()):
                yield f"{line}\n"
        yield from _row(row)
        yield ""


def _name_lines(rows: Sequence[Row], level: str, ends: set[int]) -> dict[int, list[str]]:
    """By row: the lines of a level's name before it, as many as the page has room for."""
    keys = ("level1",) if level == "level1" else ("level1", "level2")
    found: dict[int, list[str]] = {}
    begin = 0
    for _, group in groupby(rows, key=lambda row: [row[key] for key in keys]):
        end = begin + len(list(group))
        left = wrapped(rows[begin][level], LEVEL)
        parts = [begin, *(place for place in sorted(ends) if begin < place < end), end]
        for start, stop in pairwise(parts):
            room = (stop - start) * LINES_A_ROW if stop != end else len(left)
            found[start], left = left[:room], left[room:]
        begin = end
    return found


def _row(row: Row) -> Iterator[str]:
    """One row: cells of one line share a line, others stand above it, line by line."""
    figures = f"{row['full']} {row['points']}"
    cells = [
        wrapped(row["name"], NAME),
        wrapped(row["target"], VALUE),
        wrapped(row["actual"], VALUE),
    ]
    while cells and len(cells[-1]) == 1:
        figures = f"{cells.pop()[0]} {figures}"
    for lines in cells:
        yield "\n\n".join(lines)
    yield figures
