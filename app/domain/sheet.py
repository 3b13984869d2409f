"""A form scored whole (绩效自评表): lines, subtotals, total, grade."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.domain.execution import Execution
from app.domain.findings import Finding
from app.domain.forms import Form
from app.domain.funds import ReadFund, execution_of, read_funds
from app.domain.lines import Line, score_line
from app.domain.standards import Standard

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Subtotal:
    """小计 of a level: points and full points below one label."""

    level: str
    full: Decimal
    points: Decimal
    children: tuple["Subtotal", ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form reckoned. Points are rounded as the edition prints them.

    `determined` tells whether every line could be scored; where not, the total counts the
    others only, and the findings say which lines are missing.
    """

    form: Form
    standard: Standard
    funds: tuple[ReadFund, ...]
    execution: Execution
    lines: tuple[Line, ...]
    subtotals: tuple[Subtotal, ...]
    full: Decimal
    total: Decimal
    grade: str
    determined: bool
    findings: tuple[Finding, ...] = ()

    @property
    def indicator_points(self) -> Decimal:
        """得分 of all indicators, without budget execution."""
        return sum((line.scored.points for line in self.lines), ZERO)


def reckon(form: Form, standard: Standard) -> Sheet:
    """Every figure of a form under an edition, without findings; nothing in it is refused."""
    funds = read_funds(form.funds)
    execution = execution_of(funds, standard)
    lines = tuple(score_line(row, form.fiscal_year, standard) for row in form.indicators)
    exact = sum((line.scored.points for line in lines), execution.points)
    total = standard.points.apply(exact)  # the grade is that of the total as printed
    full = sum((line.full or ZERO for line in lines), execution.full)
    return Sheet(
        form=form,
        standard=standard,
        funds=funds,
        execution=execution,
        lines=lines,
        subtotals=subtotals_of(lines),
        full=full,
        total=total,
        grade=standard.scale.grade(total),
        determined=all(line.scored.determined for line in lines) and execution.known,
    )


def subtotals_of(lines: Iterable[Line]) -> tuple[Subtotal, ...]:
    """小计 by level 1, each with its level 2, in the order of the form."""
    groups: dict[str, dict[str, list[Line]]] = {}
    for line in lines:
        groups.setdefault(line.row.level1, {}).setdefault(line.row.level2, []).append(line)
    return tuple(
        _subtotal(
            level1,
            [line for rows in below.values() for line in rows],
            tuple(_subtotal(level2, rows) for level2, rows in below.items()),
        )
        for level1, below in groups.items()
    )


def _subtotal(level: str, lines: list[Line], children: tuple[Subtotal, ...] = ()) -> Subtotal:
    full = sum((line.full or ZERO for line in lines), ZERO)
    points = sum((line.scored.points for line in lines), ZERO)
    return Subtotal(level, full, points, children)
