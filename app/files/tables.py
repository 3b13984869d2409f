"""Tables from outside: xlsx or CSV into plain rows of text with their place in the source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.files import guarded


@dataclass(frozen=True, slots=True)
class Row:
    """One row that says something, with its number in the source, the first being 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the whole of a CSV, whose sheet has no name.

    `faults` tells by row and column (from 1) why a cell's value cannot be trusted: "uncomputed"
    and "error" for formulas, "digits" for a number longer than a spreadsheet keeps. Read closely,
    `figures` are the cells that hold a number or a day, `covered` those under a merged cell.
    """

    name: str
    rows: tuple[Row, ...]
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    figures: frozenset[tuple[int, int]] = frozenset()
    covered: frozenset[tuple[int, int]] = frozenset()


def read(content: bytes, *, closely: bool = False) -> tuple[Sheet, ...]:
    """The sheets of an xlsx or CSV, read in a limited process; raises UnreadableFile, Busy.

    Read closely, hidden sheets come too, and figures as their cells show them: 99.72%.
    """
    found = guarded.run("app.files.tables_child:parse", content, {"closely": closely})
    return tuple(of_plain(sheet) for sheet in found)


def of_plain(sheet: Mapping[str, Any]) -> Sheet:
    """A sheet from its plain values."""
    return Sheet(
        name=sheet["name"],
        rows=tuple(Row(number, tuple(cells)) for number, cells in sheet["rows"]),
        faults={(row, column): why for row, column, why in sheet["faults"]},
        figures=_places(sheet.get("figures", ())),
        covered=_places(sheet.get("covered", ())),
    )


def _places(pairs: Iterable[Sequence[int]]) -> frozenset[tuple[int, int]]:
    return frozenset((row, column) for row, column in pairs)


def plain(sheet: Sheet) -> dict[str, Any]:
    """The plain values of a sheet, for keeping it as JSON."""
    return {
        "name": sheet.name,
        "rows": [[row.number, list(row.cells)] for row in sheet.rows],
        "faults": [[row, column, why] for (row, column), why in sheet.faults.items()],
        "figures": sorted(sheet.figures),
        "covered": sorted(sheet.covered),
    }
