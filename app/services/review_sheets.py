"""A form before its reviewer (审核页): the sheet, and all that is said and known beside it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.db import indicator_lines, return_reasons, reviews, self_evaluations, snapshots
from app.db.remarks import Remark
from app.db.return_reasons import ReturnReason
from app.db.reviews import Review, ReviewLine
from app.db.self_evaluations import SelfEvaluation
from app.db.snapshots import Snapshot
from app.domain.actors import Actor
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.workflow import REVIEWS, Action, State
from app.errors import NotFound
from app.services.courses import Desk
from app.services.form_sheets import FormSheet, load

RETURNED = "returned"
LINE_CELLS = {
    "actual": "实际完成值",
    "reason": "偏差原因分析及改进措施",
    "points": "得分",
    "target": "年度指标值",
    "full": "分值",
    "name": "指标名称",
}
FUND_CELLS = {"initial": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数"}


@dataclass(frozen=True, slots=True)
class LastYear:
    """What the same indicator reached a year before."""

    actual: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Said:
    """What the reviewer of a step said of a line."""

    step: str
    branch: str
    points: Decimal | None
    opinion: str


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """A form and its review.

    `review` is the one under way, else the newest of the present step, or of any step where
    nobody reviews now; `lines` are what it says by line id, `said` what the other steps
    said. `changed` names the cells that differ from what was last returned. `returns` are
    the places a return may lead to, `others` the branches that are to agree beside the actor's.
    """

    sheet: FormSheet
    review: Review | None
    lines: Mapping[int, ReviewLine]
    said: Mapping[int, tuple[Said, ...]]
    history: tuple[Review, ...]
    changed: frozenset[str]
    last_year: Mapping[int, LastYear]
    reasons: tuple[ReturnReason, ...]
    returns: tuple[State, ...]
    next_state: State | None
    others: tuple[str, ...]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is pinned to the cells, as the actor may see it."""
        return self.sheet.remarks

    @property
    def reviewed_total(self) -> Decimal:
        """核查总分: each row by its newest reviewer, by its self score where nobody judged."""
        sheet = self.sheet.sheet
        total = sheet.execution.points
        for line, scored in zip(self.sheet.lines, sheet.lines, strict=True):
            given = [word.points for word in self.said.get(line.id, ())]
            if line.id in self.lines:
                given.append(self.lines[line.id].points)
            known = [points for points in given if points is not None]
            total += known[-1] if known else scored.scored.points
        return total


def get_review(session: Session, actor: Actor, form_id: int) -> ReviewSheet:
    """A form with its review as the actor may see it; raises NotFound."""
    form = self_evaluations.find(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    return review_of(session, actor, form)


def review_of(session: Session, actor: Actor, form: SelfEvaluation) -> ReviewSheet:
    """The same for a form at hand; a review under way is shown to reviewers alone."""
    desk = Desk(session, actor)
    sheet = load(session, form, desk.actions(form))
    may_review = Action.REVIEW in sheet.allowed
    history = reviews.of_form(session, form.id)
    state, course = State(form.state), desk.course(form)
    decided = tuple(item for item in history if _is_told(item, may_review))
    review = _shown(history if may_review else decided, state, course.branch, may_review)
    return ReviewSheet(
        sheet=sheet,
        review=review,
        lines=reviews.lines_of(session, review.id) if review else {},
        said=_said(session, decided, review),
        history=decided,
        changed=changed_cells(session, sheet, decided),
        last_year=_last_year(session, actor, sheet),
        reasons=tuple(return_reasons.offered(session)) if may_review else (),
        returns=course.returns(state) if may_review else (),
        next_state=course.after(state) if may_review else None,
        others=tuple(sorted(course.outstanding - {course.branch})) if may_review else (),
    )


def _is_told(review: Review, may_review: bool) -> bool:
    """Whether a review is decided; what a branch agreed to is at first for reviewers alone."""
    return review.decision not in ({""} if may_review else {"", reviews.AGREED})


def _shown(told: Sequence[Review], state: State, branch: str, may_review: bool) -> Review | None:
    """The newest review of the present step, of the reader's branch if they review."""
    steps = {state} if state in REVIEWS else set(REVIEWS)
    for review in reversed(told):
        if review.step in steps and (not may_review or review.branch == branch):
            return review
    return None


def cell_labels(sheet: FormSheet) -> dict[str, str]:
    """Every cell that a remark may be pinned to: its path and what it is called."""
    labels = {"/expected": "预期目标", "/achieved": "实际完成情况"}
    for source in (FundSource.TOTAL, *(FundSource(fund.source) for fund in sheet.funds)):
        for column, words in FUND_CELLS.items():
            labels[f"/funds/{source}/{column}"] = f"{SOURCE_LABELS[source]} {words}"
    for line in sheet.lines:
        for column, words in LINE_CELLS.items():
            labels[f"/lines/{line.id}/{column}"] = f"{line.name} {words}"
    return labels


def changed_cells(
    session: Session, sheet: FormSheet, decided: tuple[Review, ...]
) -> frozenset[str]:
    """Paths of the cells that differ from the form as it was returned or completed before."""
    before = _returned(session, sheet.form, decided)
    if before is None:
        return frozenset()
    return frozenset(_differences(json.loads(before.content)["form"], sheet))


def _returned(
    session: Session, form: SelfEvaluation, decided: tuple[Review, ...]
) -> Snapshot | None:
    """The snapshot that was last returned to the filler, or that this revision replaces."""
    returns = [item for item in decided if item.returned_to == State.RETURNED and item.decided_at]
    if returns:
        at = returns[-1].decided_at
        taken = snapshots.of_form(session, form.id)
        return next((item for item in reversed(taken) if at and item.taken_at <= at), None)
    if form.supersedes_id is None:
        return None
    return next(reversed(snapshots.of_form(session, form.supersedes_id)), None)


def _differences(before: Mapping[str, Any], sheet: FormSheet) -> Iterator[str]:
    now = sheet.sheet.form
    if before["achieved"] != now.achieved:
        yield "/achieved"
    for old, fund in zip(before["funds"], now.funds, strict=True):
        for column in FUND_CELLS:
            if old[column] != getattr(fund, column):
                yield f"/funds/{fund.source}/{column}"
    for line, old, row in zip(sheet.lines, before["indicators"], now.indicators, strict=True):
        for column in ("actual", "reason", "points"):
            if old[column] != getattr(row, column):
                yield f"/lines/{line.id}/{column}"


def _said(
    session: Session, decided: tuple[Review, ...], shown: Review | None
) -> dict[int, tuple[Said, ...]]:
    """The newest decided word of each step but the one that is shown anyway."""
    newest = {(review.step, review.branch): review for review in decided}
    if shown is not None:
        newest.pop((shown.step, shown.branch), None)
    found: dict[int, tuple[Said, ...]] = {}
    for review in newest.values():
        for line_id, row in reviews.lines_of(session, review.id).items():
            word = Said(review.step, review.branch, row.points, row.opinion)
            found[line_id] = (*found.get(line_id, ()), word)
    return found


def _last_year(session: Session, actor: Actor, sheet: FormSheet) -> dict[int, LastYear]:
    """The indicators of the year before by their levels and name, where the actor may read it."""
    form = sheet.form
    before = self_evaluations.current(session, form.project_id, form.fiscal_year - 1, form.kind)
    if before is None or self_evaluations.find(session, actor.scope, before.id) is None:
        return {}
    known = {
        (line.level1, line.level2, line.name): LastYear(line.actual, line.points)
        for line in indicator_lines.of_form(session, before.id)
    }
    keys = {line.id: (line.level1, line.level2, line.name) for line in sheet.lines}
    return {line_id: known[key] for line_id, key in keys.items() if key in known}
