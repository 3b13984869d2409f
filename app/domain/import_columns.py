"""Columns of an imported table (导入): which heading means which field, in whatever order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from app.domain.text import normalise

# What people put around a heading: a mark of what is required, a number, a remark in brackets.
_NOISE = re.compile(r"^[0-9]{1,2}[.、]|[*:：。\s]")
_REMARK = re.compile(r"\(([^()]*)\)")
_UNIT_NOTE = re.compile(r"(?:金额)?单位:?(亿元|万元|千元|百元|元)$")
UNITS = ("元", "百元", "千元", "万元", "亿元")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `expected` says what its cells hold, `reading` that it is not imported.

    `else_for` names the field that this column means where that field has no column of its own.
    """

    name: str
    label: str
    expected: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    required: bool = False
    money: bool = False
    reading: bool = False
    else_for: str = ""
    width: int = 16


@dataclass(frozen=True, slots=True)
class Stray:
    """A heading that no column has, by its index, and the label that may have been meant."""

    index: int
    heading: str
    near: str


@dataclass(slots=True)
class Matched:
    """Where each field stands in a table, and what in its head is not as it should be.

    `units` are those of amounts by field, "" where the heading names none.
    """

    places: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)
    twice: list[Stray] = field(default_factory=list)
    missing: list[Column] = field(default_factory=list)


def match(headings: Sequence[str], columns: Sequence[Column]) -> Matched:
    """The columns that the headings name; a heading counts once, the first time it stands."""
    by_spelling = {
        spelled(name): column for column in columns for name in (column.label, *column.aliases)
    }
    found = Matched()
    for index, heading in enumerate(headings):
        if not normalise(heading):
            continue
        column = by_spelling.get(spelled(heading))
        if column is None:
            found.strays.append(Stray(index, heading.strip(), _nearest(heading, columns)))
        elif column.name in found.places:
            found.twice.append(Stray(index, heading.strip(), column.label))
        else:
            found.places[column.name] = index
            found.units[column.name] = unit_in(heading)
    _stand_in(found, columns)
    found.missing = [
        column for column in columns if column.required and column.name not in found.places
    ]
    return found


def spelled(heading: str) -> str:
    """A heading without what people put around it."""
    return _REMARK.sub("", _NOISE.sub("", normalise(heading)))


def unit_in(heading: str) -> str:
    """The unit of amounts that a heading names in brackets, "" for none."""
    remarks = _REMARK.findall(normalise(heading))
    named = [remark.removeprefix("单位:").removeprefix("单位") for remark in remarks]
    return next((name for name in named if name in UNITS), "")


def unit_note(cell: str) -> str:
    """The unit that a line above the table names (单位：万元), "" for any other text."""
    found = _UNIT_NOTE.search(normalise(cell).strip("()"))
    return found[1] if found else ""


def _stand_in(found: Matched, columns: Sequence[Column]) -> None:
    for column in columns:
        if column.else_for and column.name in found.places and column.else_for not in found.places:
            found.places[column.else_for] = found.places.pop(column.name)


def _nearest(heading: str, columns: Sequence[Column]) -> str:
    """The label that is spelt nearly so: it is only proposed, never taken."""
    labels = [column.label for column in columns]
    near = get_close_matches(spelled(heading), labels, n=1)
    return near[0] if near else ""
