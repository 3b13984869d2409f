"""Columns of a table by their headings: which role the cells below a heading play."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.files.sources import Cell, Row
from app.services.readings.labels import FUND_COLUMNS, GOAL_COLUMNS, LINE_COLUMNS, Labels, column

FUNDS, GOALS, LINES = "funds", "goals", "lines"
BLOCKS: dict[str, Labels] = {LINES: LINE_COLUMNS, FUNDS: FUND_COLUMNS, GOALS: GOAL_COLUMNS}
# What tells a block from the others; one of each set has to be there.
_NEEDED = {
    LINES: ({"name", "level3", "level2", "level1"}, {"target", "actual", "full", "points"}),
    FUNDS: ({"initial", "adjusted"}, {"executed", "rate"}),
    GOALS: ({"expected"}, {"achieved"}),
}
# A blank or a repeated heading says nothing of what stands below it.
ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading: the role it gives, and from where to where it reaches."""

    role: str
    left: int
    right: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of one block of a table."""

    block: str
    columns: tuple[Column, ...]
    table: int

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the block has columns for."""
        return frozenset(item.role for item in self.columns)

    def role_of(self, cell: Cell) -> str:
        """The role of a cell below the headings: that of the heading it shares most with."""
        shared = [
            (min(cell.right, item.right) - max(cell.left, item.left), item.role)
            for item in self.columns
        ]
        covered = [(much, role) for much, role in shared if much > 0 and role != ASIDE]
        if not covered:
            return ""
        names = [role for _, role in covered if role in ("name", "level3")]
        if len(covered) > 1 and names and covered[0][1].startswith("level"):
            return names[-1]
        return max(covered, key=lambda item: item[0])[1]

    def with_row(self, row: Row) -> "Columns":
        """The headings after a second row of them, whose cells are the more exact ones."""
        added = [item for item in _columns(row, BLOCKS[self.block]) if item.role]
        kept = [
            item
            for item in self.columns
            if not any(item.left < new.right and new.left < item.right for new in added)
        ]
        return Columns(self.block, (*kept, *added), self.table)


def heading(row: Row) -> Columns | None:
    """The row as headings of a block, or None when it has too few of its words."""
    if len(row.cells) < 2:
        return None
    for block, labels in BLOCKS.items():
        found = tuple(_columns(row, labels))
        roles = {item.role for item in found}
        if all(roles & wanted for wanted in _NEEDED[block]) and _mostly(row, found):
            return _settled(Columns(block, found, row.table))
    return None


def more_headings(row: Row, above: Columns) -> bool:
    """Whether the row goes on with the headings above it: cells of headings and nothing else."""
    fresh = [cell for cell in row.cells if cell.text.strip() and not cell.above]
    return bool(fresh) and all(column(cell.text, BLOCKS[above.block]) for cell in fresh)


def _columns(row: Row, labels: Labels) -> Iterator[Column]:
    for cell in row.cells:
        role = column(cell.text, labels) if cell.text.strip() else ""
        if role:
            yield Column(role, cell.left, cell.right, cell.text)


def _mostly(row: Row, found: Sequence[Column]) -> bool:
    """Whether headings make up the row; a narrative may well hold one of the words."""
    told = sum(bool(cell.text.strip()) and not cell.above for cell in row.cells)
    return len(found) * 2 >= told


def _settled(columns: Columns) -> Columns:
    """三级指标 is the indicator's name unless a further column names it."""
    if columns.block != LINES or "name" in columns.roles:
        return columns
    renamed = tuple(
        Column("name", item.left, item.right, item.label) if item.role == "level3" else item
        for item in columns.columns
    )
    return Columns(columns.block, renamed, columns.table)
