"""Many forms at once (批量同意): what is about to be approved, and what became of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import remarks, self_evaluations
from app.domain.actors import Actor
from app.domain.workflow import LABELS, Action, State
from app.errors import AppError, NotFound, Problem, Unacceptable
from app.services import reviews
from app.services.courses import Desk, actions
from app.services.form_sheets import FormSheet, load
from app.services.reviews import ReviewEntry

MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form that somebody means to approve, and what they should know before they do."""

    sheet: FormSheet
    approvable: bool
    unsettled: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one form: approved and where it is now, or why it was not."""

    form_id: int
    approved: bool
    code: str
    message: str


def candidates(session: Session, actor: Actor, form_ids: Iterable[int]) -> tuple[Candidate, ...]:
    """The forms of a summary, in the order asked; raises NotFound and Unacceptable."""
    found = []
    for form_id in _few(form_ids):
        form = self_evaluations.find(session, actor.scope, form_id)
        if form is None:
            raise NotFound
        sheet = load(session, form, actions(session, actor, form))
        told = remarks.of_form(session, form_id, undecided=True)
        unsettled = sum(remark.resolved_at is None for remark in told)
        found.append(Candidate(sheet, Action.APPROVE in sheet.allowed, unsettled))
    return tuple(found)


def approve_many(
    session: Session,
    actor: Actor,
    now: datetime,
    versions: dict[int, int],
    *,
    together: bool,
) -> tuple[Outcome, ...]:
    """Approve forms by id and version, each alone; `together` approves all of them or none."""
    # Every row is held before the first event: see services.audit on the order of locks.
    for form_id in sorted(_few(versions)):
        self_evaluations.find_locked(session, actor.scope, form_id)
    whole = session.begin_nested()
    outcomes = tuple(
        _approve(session, actor, now, form_id, version) for form_id, version in versions.items()
    )
    if together and not all(outcome.approved for outcome in outcomes):
        whole.rollback()
        return tuple(_undone(outcome) for outcome in outcomes)
    whole.commit()
    return outcomes


def _approve(session: Session, actor: Actor, now: datetime, form_id: int, version: int) -> Outcome:
    try:
        with session.begin_nested():
            form = reviews.approve(session, actor, now, form_id, version, ReviewEntry())
            waits = "、".join(sorted(Desk(session, actor).course(form).outstanding))
    except AppError as refusal:
        return Outcome(form_id, False, refusal.code, refusal.message)
    if waits and form.moved_at != now:
        return Outcome(form_id, True, "", f"已同意，待{waits}会签。")
    return Outcome(form_id, True, "", f"已同意，现在是“{LABELS[State(form.state)]}”。")


def _undone(outcome: Outcome) -> Outcome:
    if not outcome.approved:
        return outcome
    return Outcome(outcome.form_id, False, "together", "其他表没有办成，这张表也没有办理。")


def _few(form_ids: Iterable[int]) -> tuple[int, ...]:
    chosen = tuple(dict.fromkeys(form_ids))
    if not chosen:
        raise Unacceptable([Problem("/forms", "请先勾选要同意的表")])
    if len(chosen) > MOST:
        raise Unacceptable([Problem("/forms", f"一次最多同意 {MOST} 张表，请分批办理")])
    return chosen
