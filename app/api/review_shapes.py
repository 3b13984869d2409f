"""A review as it travels, and what a request says of one."""

from app.api.shapes import form_out
from app.db.indicator_lines import IndicatorLine
from app.db.remarks import Remark
from app.db.reviews import Review
from app.domain.workflow import LABELS, State
from app.schemas.reviews import (
    DecisionOut,
    OutcomeOut,
    RemarkIn,
    RemarkOut,
    ReturnIn,
    ReviewedLineOut,
    ReviewIn,
    ReviewOut,
    SaidOut,
)
from app.services.approvals import Outcome
from app.services.remarks import RemarkEntry
from app.services.review_sheets import ReviewSheet
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry


def review_entry(body: ReviewIn) -> ReviewEntry:
    """The whole review that a request holds."""
    lines = {key: JudgementEntry(row.points, row.opinion) for key, row in body.lines.items()}
    return ReviewEntry(body.opinion, lines, _remarks(body.remarks))


def return_entry(body: ReturnIn) -> ReturnEntry:
    """Why and to whom a request returns a form."""
    told = ReviewEntry(remarks=None if body.remarks is None else _remarks(body.remarks))
    return ReturnEntry(body.reason, body.code, body.to, told)


def _remarks(given: list[RemarkIn]) -> tuple[RemarkEntry, ...]:
    return tuple(RemarkEntry(remark.path, remark.text) for remark in given)


def review_out(found: ReviewSheet) -> ReviewOut:
    """The form with its review."""
    form, review = found.sheet.form, found.review
    return ReviewOut(
        form=form_out(found.sheet),
        step=form.state,
        opinion=review.opinion if review else "",
        reviewer=review.reviewer if review else "",
        opened_at=form.opened_at,
        opened_by=form.opened_by,
        lines=[_line_out(line, found) for line in found.sheet.lines],
        reviewed_total=found.sheet.standard.points.shown(found.reviewed_total),
        remarks=[remark_out(remark) for remark in found.remarks],
        changed=sorted(found.changed),
        history=[_decision_out(item) for item in found.history],
        returns=[*found.returns],
    )


def _line_out(line: IndicatorLine, found: ReviewSheet) -> ReviewedLineOut:
    row, before = found.lines.get(line.id), found.last_year.get(line.id)
    return ReviewedLineOut(
        line_id=line.id,
        points=row.points if row else None,
        opinion=row.opinion if row else "",
        said=[
            SaidOut(step=word.step, branch=word.branch, points=word.points, opinion=word.opinion)
            for word in found.said.get(line.id, ())
        ],
        last_actual=before.actual if before else None,
        last_points=before.points if before else None,
    )


def remark_out(remark: Remark) -> RemarkOut:
    """One remark."""
    return RemarkOut(**remark.model_dump(include=set(RemarkOut.model_fields)))


def outcome_out(outcome: Outcome) -> OutcomeOut:
    """What became of one form of many."""
    return OutcomeOut(
        id=outcome.form_id,
        approved=outcome.approved,
        code=outcome.code,
        message=outcome.message,
    )


def _decision_out(review: Review) -> DecisionOut:
    cells = review.model_dump(include=set(DecisionOut.model_fields))
    return DecisionOut(**cells, step_label=LABELS[State(review.step)])
