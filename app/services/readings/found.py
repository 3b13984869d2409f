"""What was read of one form: its cells, what is uncertain, what stands beside, what was left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.forms import Claimed, Form, FundRow, IndicatorRow
from app.files.sources import Row


@dataclass(frozen=True, slots=True)
class Mark:
    """A reading that the source does not settle: where in the form, at which line, and why."""

    path: str
    line: int
    because: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A cell that a form prints and a scoring does not ask for, such as 主管部门 or 备注."""

    path: str
    label: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A line, or the cells of it, that nothing was made of."""

    line: int
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One form as read. `fiscal_year` and `title` are as printed; nothing is judged yet."""

    title: str
    form: Form
    fiscal_year: str
    year_because: str
    department: str
    asides: tuple[Aside, ...]
    marks: tuple[Mark, ...]
    unread: tuple[Unread, ...]
    line: int
    place: str = ""


@dataclass(slots=True)
class Draft:
    """A form while it is being read, and which cells of the source have been used."""

    rows: Sequence[Row]
    title: str = ""
    unit: str = ""  # of amounts
    heads: dict[str, str] = field(default_factory=dict)
    funds: list[FundRow] = field(default_factory=list)
    lines: list[IndicatorRow] = field(default_factory=list)
    claimed: dict[str, str] = field(default_factory=dict)
    goals: dict[str, list[str]] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    used: set[tuple[int, int]] = field(default_factory=set)

    def use(self, row: int, cells: Iterable[int] | None = None) -> None:
        """Count cells of a row, or all of them, as read."""
        places = range(len(self.rows[row].cells)) if cells is None else cells
        self.used.update((row, place) for place in places)

    def mark(self, path: str, row: int, because: str) -> None:
        """Note that a reading is uncertain."""
        self.marks.append(Mark(path, self.rows[row].line, because))

    def aside(self, path: str, label: str, text: str, row: int) -> None:
        """Keep a cell that the scoring does not ask for."""
        if text:
            self.asides.append(Aside(path, label, text, self.rows[row].line))

    def unread(self) -> tuple[Unread, ...]:
        """Every line with a cell that nothing was made of."""
        found = []
        for number, row in enumerate(self.rows):
            left = [
                cell.text.strip()
                for place, cell in enumerate(row.cells)
                if cell.text.strip() and not cell.above and (number, place) not in self.used
            ]
            if left:
                found.append(Unread(row.line, "  ".join(left), row.place))
        return tuple(found)

    def form(self) -> Form:
        """The form of what has been read so far."""
        return Form(
            project=self.heads.get("project", ""),
            unit=self.heads.get("unit", ""),
            expected="".join(self.goals.get("expected", ())),
            achieved="".join(self.goals["achieved"]) if "achieved" in self.goals else None,
            funds=tuple(self.funds),
            indicators=tuple(self.lines),
            claimed=Claimed(**self.claimed),
        )


def with_cells(line: IndicatorRow, cells: Mapping[str, str]) -> IndicatorRow:
    """The row with these cells in place of its own."""
    changed: dict[str, Any] = dict(cells)
    return replace(line, **changed)
