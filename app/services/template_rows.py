"""The rows of a form as filling templates hold them, and the cells that can be filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.db import fund_lines, goals, indicator_lines
from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.domain.filling_templates import Part, RowKey
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.numbers import plain
from app.domain.scored import Kind
from app.domain.standards import Standard
from app.domain.targets import Target, TargetKind
from app.services import standards
from app.services.entries import FUND_LABELS
from app.services.form_sheets import SOURCES


@dataclass(frozen=True, slots=True)
class FormRows:
    """A form with what can be filled in, without its score."""

    form: SelfEvaluation
    project: Project
    standard: Standard
    lines: tuple[IndicatorLine, ...]
    goal: Goal
    funds: tuple[FundLine, ...]

    def keyed(self) -> dict[RowKey, IndicatorLine | Goal | FundLine]:
        """Every row by the key that templates know it by."""
        found: dict[RowKey, IndicatorLine | Goal | FundLine] = {
            RowKey(Part.LINES, str(line.id)): line for line in self.lines
        }
        found[RowKey(Part.GOAL, str(self.goal.id))] = self.goal
        return found | {RowKey(Part.FUNDS, fund.source): fund for fund in self.funds}


def rows_of(session: Session, form: SelfEvaluation) -> FormRows:
    """The rows of a form, in its order."""
    stored = {fund.source: fund for fund in fund_lines.of_form(session, form.id)}
    return FormRows(
        form=form,
        project=session.get_one(Project, form.project_id),
        standard=standards.get(form.standard, form.edition),
        lines=tuple(indicator_lines.of_form(session, form.id)),
        goal=goals.of_form(session, form.id)[0],
        funds=tuple(stored[source] for source in SOURCES),
    )


def filled_cells(row: IndicatorLine | Goal | FundLine) -> dict[str, str]:
    """What can be filled in of a row, as text; amounts in 元."""
    if isinstance(row, IndicatorLine):
        judged = "" if row.judged is None else plain(row.judged)
        return {"actual": row.actual, "judged": judged, "reason": row.reason}
    if isinstance(row, Goal):
        return {"achieved": row.achieved}
    return {name: plain(getattr(row, name)) for name in FUND_LABELS}


def shown_cells(row: IndicatorLine | Goal | FundLine) -> Mapping[str, str]:
    """What templates only show of a row, and somebody may have overwritten."""
    if isinstance(row, IndicatorLine):
        full = "" if row.full is None else plain(row.full)
        return {"name": row.name, "target": row.target, "full": full}
    return {"expected": row.expected} if isinstance(row, Goal) else {}


def row_label(row: IndicatorLine | Goal | FundLine) -> str:
    """How people know a row: 第3行“印制数量”."""
    if isinstance(row, IndicatorLine):
        return f"第{row.position + 1}行“{row.name}”"
    return "年度总体目标" if isinstance(row, Goal) else SOURCE_LABELS[FundSource(row.source)]


def pointer(row: IndicatorLine | Goal | FundLine, name: str) -> str:
    """How the audit trail names a cell of a row."""
    if isinstance(row, IndicatorLine):
        return f"/lines/{row.id}/{name}"
    return f"/{name}" if isinstance(row, Goal) else f"/funds/{row.source}/{name}"


def is_qualitative(line: IndicatorLine) -> bool:
    """Whether what was achieved is chosen from words."""
    return Target.parse(line.target).kind is TargetKind.QUALITATIVE


def may_judge(line: IndicatorLine) -> bool:
    """Whether a person may give the points of a line."""
    return line.kind == Kind.JUDGED or is_qualitative(line)
