"""The official layout of a form (表式) as data: which cells stand where, and what fills them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.forms import FundSource
from app.domain.tables import Table, TableError

TEXTS = ("kind", "region", "title", "money_unit", "no_points")
UNITS = ("元", "万元")
# What a cell's text may ask for in braces: of the form, of a fund row, of an indicator row.
FORM_FIELDS = {
    "year", "project", "code", "department", "unit", "recurring", "submitted_on", "expected",
    "achieved", "money_unit", "initial", "adjusted", "executed", "prior_adjusted", "rate",
    "execution_full", "execution_points", "because", "full", "total", "grade",
}  # fmt: skip
FUND_FIELDS = {"label", "initial", "adjusted", "executed", "full", "rate", "points", "because"}
LINE_FIELDS = {
    "level1", "level1_full", "level2", "name", "target", "actual", "full", "points", "because",
    "reason",
}  # fmt: skip
_FIELD = re.compile(r"\{(\w+)\}")
# A4, less margins that every printer keeps.
WIDEST, WIDEST_ACROSS = 190, 277


class NoLayout(LookupError):
    """No layout had begun by the day asked for."""


class Each(StrEnum):
    """What a row is repeated for."""

    FUND = "fund"
    LINE = "line"


class Style(StrEnum):
    """How a cell is set: a label or a centred value, words from the left, a figure at the right."""

    LABEL = "label"
    CENTRE = "centre"
    WORDS = "words"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutCell:
    """A cell: its text with fields in braces, the columns and rows it covers.

    Cells that `merge` and say the same one below another become one. `note` is told beside the
    cell where a format can do so.
    """

    text: str
    note: str
    columns: int
    rows: int
    style: Style
    merge: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that its text asks for."""
        return fields(self.text)


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """A row of cells, written once or for each fund source or indicator."""

    cells: tuple[LayoutCell, ...]
    each: Each | None


@dataclass(frozen=True, slots=True)
class LayoutTable:
    """One block of the sheet; its first `headings` rows are repeated on every page."""

    headings: int
    rows: tuple[LayoutRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A dated layout of a kind of form in a region; widths in mm, `sources` by their labels."""

    kind: str
    region: str
    effective_from: date
    title: str
    subtitle: str
    money_unit: str
    no_points: str
    landscape: bool
    widths: tuple[int, ...]
    sources: Mapping[FundSource, str]
    tables: tuple[LayoutTable, ...]
    notes: tuple[str, ...]
    signatures: tuple[str, ...]


def fields(text: str) -> tuple[str, ...]:
    """The fields that a text of a layout asks for."""
    return tuple(_FIELD.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text of a layout with the values in place of its fields."""
    return _FIELD.sub(lambda found: values[found[1]], text)


def in_force(layouts: Iterable[Layout], region: str, kind: str, on: date) -> Layout:
    """The newest layout in force for a region on a day, the nearest region first.

    Raises NoLayout.
    """
    begun = [item for item in layouts if item.kind == kind and item.effective_from <= on]
    for code in (region, f"{region[:4]}00", f"{region[:2]}0000", "000000"):
        nearest = [item for item in begun if item.region == code]
        if nearest:
            return max(nearest, key=lambda item: item.effective_from)
    raise NoLayout(f"{region} {kind} {on}")


def parse(document: Mapping[str, Any]) -> Layout:
    """A layout from its TOML document; raises TableError naming the place of a fault."""
    table = Table(document)
    layout = Layout(
        **{key: table.text(key) for key in TEXTS},
        effective_from=table.day("effective_from"),
        subtitle=table.text("subtitle", ""),
        landscape=table.flag("landscape", False),
        widths=_widths(table),
        sources=_sources(table.table("sources")),
        tables=tuple(_table(item) for item in table.tables("tables")),
        notes=table.texts("notes"),
        signatures=table.texts("signatures"),
    )
    table.close()
    if layout.money_unit not in UNITS:
        raise TableError(f"money_unit: expected one of {UNITS}, got {layout.money_unit!r}")
    return layout


def _widths(table: Table) -> tuple[int, ...]:
    widths = table.raw("widths")
    if not isinstance(widths, list) or not all(type(item) is int and item > 0 for item in widths):
        raise TableError(f"widths: expected whole millimetres, got {widths!r}")
    most = WIDEST_ACROSS if table.flag("landscape", False) else WIDEST
    if not widths or sum(widths) > most:
        raise TableError(f"widths: expected at most {most} mm together, got {sum(widths)}")
    return tuple(widths)


def _sources(table: Table) -> Mapping[FundSource, str]:
    unknown = [name for name in table.names() if name not in set(FundSource)]
    if unknown:
        raise TableError(f"{table.where(unknown[0])}: expected one of {', '.join(FundSource)}")
    return {FundSource(name): table.text(name) for name in table.names()}


def _table(table: Table) -> LayoutTable:
    headings = table.whole("headings", 0)
    rows = tuple(_row(item) for item in table.tables("rows"))
    table.close()
    if headings and not headings < len(rows):
        raise TableError(f"{table.where('headings')}: fewer than the rows of the table")
    return LayoutTable(headings, rows)


def _row(table: Table) -> LayoutRow:
    each = None
    if table.has("each"):
        told = table.text("each")
        if told not in set(Each):
            raise TableError(f"{table.where('each')}: expected one of {', '.join(Each)}")
        each = Each(told)
    known = FORM_FIELDS
    if each is not None:
        known = known | (FUND_FIELDS if each is Each.FUND else LINE_FIELDS)
    cells = tuple(_cell(item, known) for item in table.tables("cells"))
    table.close()
    return LayoutRow(cells, each)


def _cell(table: Table, known: set[str]) -> LayoutCell:
    style = table.text("style", Style.LABEL)
    if style not in set(Style):
        raise TableError(f"{table.where('style')}: expected one of {', '.join(Style)}")
    cell = LayoutCell(
        text=table.text("text", ""),
        note=table.text("note", ""),
        columns=table.whole("columns", 1),
        rows=table.whole("rows", 1),
        style=Style(style),
        merge=table.flag("merge", False),
    )
    table.close()
    unknown = [name for name in fields(cell.text + cell.note) if name not in known]
    if unknown:
        raise TableError(
            f"{table.where('text')}: unknown field {unknown[0]}; known: {sorted(known)}"
        )
    return cell
