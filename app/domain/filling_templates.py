"""Filling templates (填报模板): how rows of a workbook name those of a form, and what was changed.

Each row carries a key in a hidden column, and beside it what its cells held when the template
was made. So a cell that somebody else wrote meanwhile is told from one that was left alone.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.actuals import Actual
from app.domain.numbers import NotANumber, read_number

MARK = "jixiao:1:"
NOTE = f"{MARK}note"
BASE_MARK = f"{MARK}base"
_FORM = re.compile(rf"{MARK}form:([0-9]{{1,18}}):([0-9]{{1,9}})")
_HEAD = re.compile(rf"{MARK}head:([a-z]+)")
_ROW = re.compile(rf"{MARK}(lines|goal|funds):([a-z_0-9]{{1,40}})")


class Part(StrEnum):
    """The parts of a form that a template has, in its order."""

    LINES = "lines"
    GOAL = "goal"
    FUNDS = "funds"


class Verdict(StrEnum):
    """What became of a cell since its template was made."""

    KEPT = "kept"
    CHANGED = "changed"
    CONFLICT = "conflict"


class Sense(StrEnum):
    """How the texts of a cell are compared: amounts and points by their value."""

    TEXT = "text"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class RowKey:
    """A row of a form: an indicator line or the goal by its id, funds by their source."""

    part: Part
    name: str

    def written(self) -> str:
        """The key as the hidden column holds it."""
        return f"{MARK}{self.part}:{self.name}"


def form_mark(form_id: int, version: int) -> str:
    """What tells that a sheet is a form: which one, at which version."""
    return f"{MARK}form:{form_id}:{version}"


def head_mark(part: Part) -> str:
    """What stands in the hidden column beside the headings of a part."""
    return f"{MARK}head:{part}"


def read_form_mark(text: str) -> int | None:
    """The id of the form that a sheet is, None for any other text."""
    found = _FORM.fullmatch(text.strip())
    return int(found[1]) if found else None


def read_head_mark(text: str) -> Part | None:
    """The part whose headings a row holds, None for any other text."""
    found = _HEAD.fullmatch(text.strip())
    return Part(found[1]) if found and found[1] in set(Part) else None


def read_row_key(text: str) -> RowKey | None:
    """The row of a form that a key names, None for any other text."""
    found = _ROW.fullmatch(text.strip())
    return RowKey(Part(found[1]), found[2]) if found else None


def written_base(cells: Mapping[str, str]) -> str:
    """What the cells of a row held, as the hidden column beside its key has it."""
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def read_base(text: str) -> dict[str, str] | None:
    """What the cells of a row held; None for a text that `written_base` did not make."""
    try:
        cells = json.loads(text)
    except ValueError:
        return None
    sound = isinstance(cells, dict) and all(isinstance(value, str) for value in cells.values())
    return cells if sound else None


def same(one: str, other: str, sense: Sense, *, figure: bool = False) -> bool:
    """Whether two texts of a cell say the same; `figure` for one that came as a number or day.

    A program that turns a text into a number drops its noughts (95.00 comes back as 95).
    """
    first, second = settled(one), settled(other)
    if first == second:
        return True
    if sense is Sense.FIGURE:
        return _value(first) is not None and _value(first) == _value(second)
    return figure and _reading(first) == _reading(second)


def judge(base: str, typed: str, stored: str, sense: Sense, *, figure: bool = False) -> Verdict:
    """A cell as it was taken out, as it comes back, and as it is stored by now."""
    if same(typed, base, sense, figure=figure) or same(typed, stored, sense, figure=figure):
        return Verdict.KEPT
    return Verdict.CHANGED if same(base, stored, sense) else Verdict.CONFLICT


def settled(text: str) -> str:
    """A text without blanks around it, its lines ending as a spreadsheet ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _value(text: str) -> object:
    try:
        return read_number(text)
    except NotANumber:
        return None


def _reading(text: str) -> tuple[object, ...]:
    """What an actual value says, however it is spelt."""
    read = Actual.parse(text)
    return (
        (read.kind, read.value, read.unit, read.days, read.upper)
        if read.value or read.days
        else (text,)
    )
