"""The review page (审核): the sheet to read, and beside each row what its reviewer says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.db.reviews import Review
from app.domain.numbers import plain
from app.domain.workflow import LABELS, Action, State
from app.services.review_sheets import ReviewSheet, cell_labels
from app.services.threads import Thread
from app.views.forms import Cell, Entered
from app.views.remarks import cell_name, unsettled
from app.views.rows import LineView
from app.views.sheets import FormPage, form_page, with_thread

DECISIONS = {
    "approved": "同意",
    "agreed": "会签同意",
    "lapsed": "会签作废",
    "returned": "退回",
    "unapproved": "取消审核",
    "reopened": "重新开放",
}
HOLDERS = {
    State.RETURNED: "经办人",
    State.UNIT_REVIEW: "单位负责人",
    State.DEPARTMENT_REVIEW: "主管部门",
}
NEW = "remarks.new"
PIN_TO = {"actual": "实际完成值", "reason": "偏差原因", "points": "得分", "target": "年度指标值"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A remark of the review under way, which its reviewer may still change."""

    key: str
    path: str
    label: str
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class SaidView:
    """What the reviewer of another step said of a row."""

    step: str
    points: str
    opinion: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """An indicator row with the two cells of its reviewer."""

    line: LineView
    points: Cell
    opinion: Cell
    said: tuple[SaidView, ...]
    last_year: str
    changed: frozenset[str]
    drafts: tuple[Draft, ...]
    pins: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decided review."""

    step: str
    reviewer: str
    decision: str
    to: str
    opinion: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """审核页: `form` is the sheet as the form page shows it.

    `pinned` are the new remarks as typed and not saved, by field name.
    """

    form: FormPage
    rows: tuple[ReviewRow, ...]
    reviewing: bool
    may_accept: bool
    may_publish: bool
    may_unpublish: bool
    may_unapprove: bool
    may_withdraw: bool
    opened_at: datetime | None
    opened_by: str
    reviewed_total: str
    opinion: Cell
    reason: Cell
    code: str
    to: str
    returns: Mapping[str, str]
    reasons: Mapping[str, str]
    drafts: tuple[Draft, ...]
    other_cells: Mapping[str, str]
    approve_label: str
    unsettled: int
    changed: frozenset[str]
    history: tuple[DecisionView, ...]
    pinned: Mapping[str, str]
    errors: tuple[Cell, ...]
    conflict: str


def review_with_thread(
    found: tuple[ReviewSheet, Thread],
    today: date,
    entered: Entered | None = None,
    conflict: str = "",
) -> ReviewPage:
    """The page of a form under review with what was written at the form below it."""
    review, thread = found
    page = review_page(review, today, entered, conflict)
    return replace(page, form=with_thread(page.form, review.sheet, thread))


def review_page(
    found: ReviewSheet, today: date, entered: Entered | None = None, conflict: str = ""
) -> ReviewPage:
    """The page of a form under review; what was typed and refused stands as typed."""
    entered = entered or Entered()
    sheet, allowed = found.sheet, found.sheet.allowed
    form = form_page(sheet, today, here="review")
    drafts = _drafts(found, entered)
    rows = tuple(_row(line, found, drafts, entered) for line in form.lines)
    opinion = _cell("opinion", "总体意见", found.review.opinion if found.review else "", entered)
    reason = _cell("reason", "退回说明", "", entered)
    others = tuple(draft for draft in drafts if not draft.path.startswith("/lines/"))
    return ReviewPage(
        form=form,
        rows=rows,
        reviewing=Action.REVIEW in allowed,
        may_accept=Action.ACCEPT in allowed,
        may_publish=Action.PUBLISH in allowed,
        may_unpublish=Action.UNPUBLISH in allowed,
        may_unapprove=Action.UNAPPROVE in allowed,
        may_withdraw=Action.WITHDRAW in allowed,
        opened_at=sheet.form.opened_at,
        opened_by=sheet.form.opened_by or "",
        reviewed_total=sheet.standard.points.shown(found.reviewed_total),
        opinion=opinion,
        reason=reason,
        code=entered.values.get("code", ""),
        to=entered.values.get("to", ""),
        returns={state: HOLDERS[state] for state in found.returns},
        reasons={item.code: item.label for item in found.reasons},
        drafts=others,
        other_cells=_other_cells(found),
        approve_label=_approve_label(found),
        unsettled=unsettled(found.remarks),
        changed=frozenset(cell_name(path) for path in found.changed),
        history=tuple(_decision(review) for review in found.history),
        pinned={name: text for name, text in entered.values.items() if name.startswith(NEW)},
        errors=_errors(rows, drafts, opinion, reason, entered),
        conflict=conflict,
    )


def typed_cells(page: ReviewPage) -> dict[str, str]:
    """What stands in each place to type, by field name."""
    cells = [cell for row in page.rows for cell in (row.points, row.opinion)]
    drafts = (*page.drafts, *(draft for row in page.rows for draft in row.drafts))
    texts = {f"remarks.{draft.key}.text": draft.text for draft in drafts}
    return {cell.name: cell.value for cell in (*cells, page.opinion, page.reason)} | texts


def _row(
    line: LineView, found: ReviewSheet, drafts: tuple[Draft, ...], entered: Entered
) -> ReviewRow:
    judged, before = found.lines.get(line.id), found.last_year.get(line.id)
    points = plain(judged.points) if judged and judged.points is not None else ""
    begins = f"/lines/{line.id}/"
    return ReviewRow(
        line=line,
        points=_cell(f"lines.{line.id}.points", f"{line.name} 核查得分", points, entered),
        opinion=_cell(
            f"lines.{line.id}.opinion",
            f"{line.name} 核查意见",
            judged.opinion if judged else "",
            entered,
        ),
        said=tuple(
            SaidView(
                step_label(word.step, word.branch),
                "" if word.points is None else plain(word.points),
                word.opinion,
            )
            for word in found.said.get(line.id, ())
        ),
        last_year=f"{before.actual or '未填写'}，得分 {plain(before.points)}" if before else "",
        changed=frozenset(
            path.removeprefix(begins) for path in found.changed if path.startswith(begins)
        ),
        drafts=tuple(draft for draft in drafts if draft.path.startswith(begins)),
        pins={f"{begins}{column}": words for column, words in PIN_TO.items()},
    )


def _cell(name: str, label: str, stored: str, entered: Entered) -> Cell:
    return Cell(
        id=f"review-{name.replace('.', '-')}",
        name=name,
        label=label,
        value=entered.values.get(name, stored),
        message=entered.messages.get(name, ""),
    )


def _drafts(found: ReviewSheet, entered: Entered) -> tuple[Draft, ...]:
    """The remarks that this review has pinned so far."""
    if found.review is None or found.review.decision:
        return ()
    labels = cell_labels(found.sheet)
    return tuple(
        Draft(
            key=str(remark.id),
            path=remark.path,
            label=labels.get(remark.path, remark.path),
            text=entered.values.get(f"remarks.{remark.id}.text", remark.text),
            message=entered.messages.get(f"remarks.{remark.id}.text", ""),
        )
        for remark in found.remarks
        if remark.review_id == found.review.id
    )


def _other_cells(found: ReviewSheet) -> dict[str, str]:
    """The cells outside the indicator rows that a remark may be pinned to."""
    labels = cell_labels(found.sheet)
    return {path: words for path, words in labels.items() if not path.startswith("/lines/")}


def step_label(step: str, branch: str) -> str:
    """A review step with the branch that shares it: 财政审核（绩效处）."""
    label = LABELS[State(step)]
    return f"{label}（{branch}）" if branch else label


def _approve_label(found: ReviewSheet) -> str:
    if found.others:
        return f"同意，待{'、'.join(found.others)}会签"
    if found.next_state in (None, State.COMPLETED):
        return "同意，办结"
    return f"同意，报{LABELS[found.next_state].removesuffix('审核')}审核"


def _decision(review: Review) -> DecisionView:
    to = HOLDERS[State(review.returned_to)] if review.returned_to else ""
    return DecisionView(
        step=step_label(review.step, review.branch),
        reviewer=review.reviewer,
        decision=DECISIONS[review.decision],
        to=to,
        opinion=review.opinion,
        decided_at=review.decided_at,
    )


def _errors(
    rows: tuple[ReviewRow, ...],
    drafts: tuple[Draft, ...],
    opinion: Cell,
    reason: Cell,
    entered: Entered,
) -> tuple[Cell, ...]:
    """The cells with a message in the order of the page; a choice is told at the return."""
    cells = [cell for row in rows for cell in (row.points, row.opinion)]
    cells += [
        Cell(f"draft-{draft.key}", "", draft.label, draft.text, draft.message) for draft in drafts
    ]
    told = {name for name in entered.messages if name in ("to", "code")}
    told |= {name for name in entered.messages if name.startswith(NEW)}
    cells += [opinion, reason]
    cells += [Cell("return", name, "", "", entered.messages[name]) for name in sorted(told)]
    return tuple(cell for cell in cells if cell.message)
