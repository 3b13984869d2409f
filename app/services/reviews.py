"""Reviewing (审核): points and opinions beside the self score, remarks at cells, the decision."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.db import return_reasons
from app.db import reviews as stored
from app.db.indicator_lines import IndicatorLine
from app.db.reviews import AGREED, Review, ReviewLine
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import Change, differences
from app.domain.text import is_blank
from app.domain.workflow import Action, State
from app.errors import NotFound, Problem, Unacceptable
from app.services import entries, remarks, standards
from app.services.courses import Desk, move, recorded, touch
from app.services.form_sheets import load
from app.services.remarks import RemarkEntry
from app.services.review_sheets import RETURNED, cell_labels
from app.services.self_evaluations import held

APPROVED, LAPSED = "approved", "lapsed"


@dataclass(frozen=True, slots=True)
class JudgementEntry:
    """What a reviewer typed for one line; "" clears."""

    points: str = ""
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A review as typed, whole; None leaves a part as it is."""

    opinion: str | None = None
    lines: dict[int, JudgementEntry] | None = None
    remarks: tuple[RemarkEntry, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReturnEntry:
    """Why and to whom a form goes back: a reason of the catalogue, words, or both."""

    reason: str = ""
    code: str = ""
    to: str = State.RETURNED
    review: ReviewEntry = field(default_factory=ReviewEntry)


def accept(
    session: Session, actor: Actor, now: datetime, form_id: int, version: int | None
) -> SelfEvaluation:
    """Open a form for review (受理): from here on its sender can no longer withdraw it."""
    form = held(session, actor, form_id, Action.ACCEPT, version)
    with recorded(session, actor, now, form, Action.ACCEPT):
        _begin(session, actor, now, form)
    return form


def save(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    entry: ReviewEntry,
) -> SelfEvaluation:
    """Store a review without deciding it; raises Unacceptable with all that needs mending.

    Pointers: /opinion, /lines/12/points, /lines/12/opinion, /remarks/0/path, /remarks/0/text.
    """
    form = held(session, actor, form_id, Action.REVIEW, version)
    with recorded(session, actor, now, form, Action.REVIEW) as changes:
        _write(session, actor, now, form, entry, changes)
    return form


def approve(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    entry: ReviewEntry,
) -> SelfEvaluation:
    """Agree to a form (同意): it goes on to the next review, or is completed."""
    form = held(session, actor, form_id, Action.APPROVE, version)
    with recorded(session, actor, now, form, Action.APPROVE) as changes:
        review = _write(session, actor, now, form, entry, changes)
        form.returned_reason = ""
        step = form.state
        move(session, form, actor, Action.APPROVE, now)
        review.decision, review.decided_at = AGREED, now
        if form.state != step:
            _settle(session, form, step, APPROVED)
    return form


def send_back(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    entry: ReturnEntry,
) -> SelfEvaluation:
    """Return a form to its filler or an earlier reviewer (退回) with a reason and remarks."""
    form = held(session, actor, form_id, Action.RETURN, version)
    returns = Desk(session, actor).course(form).returns(State(form.state))
    told = list(_return_problems(session, entry, returns))
    if told:
        raise Unacceptable(told)
    with recorded(session, actor, now, form, Action.RETURN) as changes:
        review = _write(session, actor, now, form, entry.review, changes)
        _settle(session, form, form.state, LAPSED)
        review.decision, review.decided_at = RETURNED, now
        review.reason_code, review.returned_to = entry.code, entry.to
        form.returned_reason = _reason(session, entry)
        move(session, form, actor, Action.RETURN, now, State(entry.to))
    return form


def _settle(session: Session, form: SelfEvaluation, step: str, decision: str) -> None:
    """What the branches of a step agreed to becomes its decision."""
    session.flush()
    for review in stored.agreed(session, form.id, step):
        review.decision = decision


def _begin(session: Session, actor: Actor, now: datetime, form: SelfEvaluation) -> Review:
    """The review under way; a new one begins with what the same step said the last time."""
    branch = Desk(session, actor).course(form).branch
    review = stored.open_of(session, form.id, form.state, branch)
    if review is None:
        own = (form.state, branch)
        earlier = [row for row in stored.of_form(session, form.id) if (row.step, row.branch) == own]
        review = Review(
            **_keys(form),
            self_evaluation_id=form.id,
            step=form.state,
            branch=branch,
            round=len(earlier) + 1,
            reviewer_id=actor.id,
            reviewer=actor.name,
            begun_at=now,
        )
        session.add(review)
        session.flush()
        if earlier:
            for row in stored.lines_of(session, earlier[-1].id).values():
                session.add(_line_row(form, review, row.line_id, row))
    review.reviewer_id, review.reviewer = actor.id, actor.name
    if form.opened_at is None:
        form.opened_at, form.opened_by = now, actor.name
    touch(session, form, actor, now)
    return review


def _write(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    entry: ReviewEntry,
    changes: list[Change],
) -> Review:
    """Store what was typed, and add to `changes` what it changed."""
    sheet = load(session, form, frozenset())
    lines = {line.id: line for line in sheet.lines}
    judged = entry.lines or {}
    if not judged.keys() <= lines.keys():
        raise NotFound
    problems = [
        *entries.text_problems(entry.opinion, "answer", "总体意见", "/opinion"),
        *_line_problems(form, judged, lines),
        *remarks.problems(entry.remarks or (), cell_labels(sheet)),
    ]
    if problems:
        raise Unacceptable(problems)
    review = _begin(session, actor, now, form)
    before = _said(session, review)
    if entry.opinion is not None:
        review.opinion = entry.opinion.strip()
    if entry.lines is not None:
        _write_lines(session, form, review, judged)
    if entry.remarks is not None:
        remarks.replace(session, actor, now, review, entry.remarks)
    session.flush()
    changes.extend(differences(before, _said(session, review)))
    return review


def _said(session: Session, review: Review) -> dict[str, object]:
    """What a review holds, by the pointers that its entry has."""
    said: dict[str, object] = {"opinion": review.opinion}
    for line_id, row in stored.lines_of(session, review.id).items():
        said[f"lines/{line_id}/reviewed_points"] = row.points
        said[f"lines/{line_id}/opinion"] = row.opinion
    for remark in remarks.of_review(session, review):
        at = f"remarks{remark.path}"
        said[at] = f"{said[at]}；{remark.text}" if at in said else remark.text
    return said


def _line_problems(
    form: SelfEvaluation, judged: dict[int, JudgementEntry], lines: dict[int, IndicatorLine]
) -> Iterator[Problem]:
    standard = standards.get(form.standard, form.edition)
    for line_id, typed in judged.items():
        at, line = f"/lines/{line_id}", lines[line_id]
        label = f"第{line.position + 1}行核查"
        message = entries.judged_fault(typed.points, line, standard)
        if message:
            yield Problem(f"{at}/points", f"{label}得分{message}", typed.points[:200])
        yield from entries.text_problems(typed.opinion, "answer", f"{label}意见", f"{at}/opinion")


def _write_lines(
    session: Session, form: SelfEvaluation, review: Review, judged: dict[int, JudgementEntry]
) -> None:
    """The lines of a review become those typed; a line without a word has no row."""
    known = stored.lines_of(session, review.id)
    for line_id in known.keys() - judged.keys():
        session.delete(known[line_id])
    for line_id, typed in judged.items():
        points, opinion = entries.points(typed.points), typed.opinion.strip()
        row = known.get(line_id)
        if row is not None and points is None and not opinion:
            session.delete(row)
        elif points is not None or opinion:
            row = row or _line_row(form, review, line_id)
            row.points, row.opinion = points, opinion
            session.add(row)


def _line_row(
    form: SelfEvaluation, review: Review, line_id: int, said: ReviewLine | None = None
) -> ReviewLine:
    row = ReviewLine(**_keys(form), review_id=review.id, line_id=line_id)
    if said is not None:
        row.points, row.opinion = said.points, said.opinion
    return row


def _return_problems(
    session: Session, entry: ReturnEntry, returns: tuple[State, ...]
) -> Iterator[Problem]:
    offered = {reason.code: reason for reason in return_reasons.offered(session)}
    if entry.to not in returns:
        yield Problem("/to", "请选择退回给谁", entry.to[:200])
    if entry.code and entry.code not in offered:
        yield Problem("/code", "请从列出的退回原因中选择", entry.code[:200])
    elif is_blank(entry.reason) and (not entry.code or offered[entry.code].needs_words):
        yield Problem("/reason", "请填写退回原因，说明需要修改的内容")
    yield from entries.text_problems(entry.reason, "answer", "退回原因", "/reason")


def _reason(session: Session, entry: ReturnEntry) -> str:
    """What the holder reads: the reason of the catalogue, then the words."""
    offered = {reason.code: reason.label for reason in return_reasons.offered(session)}
    parts = (offered.get(entry.code, ""), entry.reason.strip())
    return "：".join(part for part in parts if part)


def _keys(form: SelfEvaluation) -> dict[str, Any]:
    return {"region_code": form.region_code, "fiscal_year": form.fiscal_year}
