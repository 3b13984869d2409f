"""After the last review (已完成): publish, take back, and reopen as the next revision."""

from datetime import datetime

from sqlmodel import Session

from app.db import finding_answers, fund_lines, goals, indicator_lines, reviews
from app.db.base import Table
from app.db.reviews import Review
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change, differences
from app.domain.text import is_blank
from app.domain.workflow import Action, State
from app.errors import Problem, Unacceptable
from app.services import attachments, audit, entries, filing_terms
from app.services.courses import move, recorded, touch
from app.services.form_sheets import load, store_score
from app.services.self_evaluations import held

UNAPPROVED, REOPENED = "unapproved", "reopened"
BEGUN = ("state", "revision", "supersedes_id")  # what the event of a new revision tells
# What a copied row does not take along: its own id, the form it belongs to, its version.
OWN = {"id", "self_evaluation_id", "version"}


def publish(
    session: Session, actor: Actor, now: datetime, form_id: int, version: int | None
) -> SelfEvaluation:
    """Publish a completed form (公开)."""
    return _move(session, actor, now, form_id, version, Action.PUBLISH)


def unpublish(
    session: Session, actor: Actor, now: datetime, form_id: int, version: int | None
) -> SelfEvaluation:
    """Take a published form from the public again (撤销公开)."""
    return _move(session, actor, now, form_id, version, Action.UNPUBLISH)


def unapprove(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    reason: str,
) -> SelfEvaluation:
    """Put a completed form before its last reviewer again (取消审核), with a reason."""
    form = held(session, actor, form_id, Action.UNAPPROVE, version)
    _require(reason, "取消审核的原因")
    with recorded(session, actor, now, form, Action.UNAPPROVE) as changes:
        changes.append(Change("/reason", None, reason.strip()))
        _note(session, actor, now, form, UNAPPROVED, reason)
        move(session, form, actor, Action.UNAPPROVE, now)
    return form


def reopen(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    reason: str,
) -> SelfEvaluation:
    """Begin the next revision of a completed form (重新开放), returned to its filler.

    The form stays as it was completed, no longer in use; the revision names it in
    `supersedes_id` and holds a copy of every cell and answer and the same evidence.
    """
    form = held(session, actor, form_id, Action.REOPEN, version)
    _require(reason, "重新开放的原因")
    with recorded(session, actor, now, form, Action.REOPEN) as changes:
        changes.append(Change("/reason", None, reason.strip()))
        _note(session, actor, now, form, REOPENED, reason)
        form.is_current = False
        touch(session, form, actor, now)
        revision = _revision(session, actor, now, form, reason.strip())
        filing_terms.let_mend(session, actor, now, revision)
        filing_terms.follow(session, revision)
        store_score(session, load(session, revision, frozenset()), now)
    begun = differences({}, {name: getattr(revision, name) for name in BEGUN})
    audit.record(session, actor, now, AuditAction.OPEN, audit.about(revision), begun)
    return revision


def _move(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    action: Action,
) -> SelfEvaluation:
    form = held(session, actor, form_id, action, version)
    with recorded(session, actor, now, form, action):
        move(session, form, actor, action, now)
    return form


def _require(reason: str, label: str) -> None:
    problems = list(entries.text_problems(reason, "answer", label, "/reason"))
    if is_blank(reason):
        problems.append(Problem("/reason", f"请填写{label}"))
    if problems:
        raise Unacceptable(problems)


def _note(
    session: Session, actor: Actor, now: datetime, form: SelfEvaluation, decision: str, reason: str
) -> None:
    earlier = [row for row in reviews.of_form(session, form.id) if row.step == form.state]
    session.add(
        Review(
            self_evaluation_id=form.id,
            region_code=form.region_code,
            fiscal_year=form.fiscal_year,
            step=form.state,
            round=len(earlier) + 1,
            reviewer_id=actor.id,
            reviewer=actor.name,
            opinion=reason.strip(),
            decision=decision,
            begun_at=now,
            decided_at=now,
        )
    )


def _revision(
    session: Session, actor: Actor, now: datetime, form: SelfEvaluation, reason: str
) -> SelfEvaluation:
    session.flush()  # the old one must be out of use before the new one comes into it
    revision = SelfEvaluation(
        project_id=form.project_id,
        organisation_id=form.organisation_id,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        kind=form.kind,
        revision=form.revision + 1,
        supersedes_id=form.id,
        standard=form.standard,
        edition=form.edition,
        edition_hash=form.edition_hash,
        state=State.RETURNED,
        due_on=form.due_on,
        returned_reason=reason,
        created_at=now,
        updated_at=now,
        updated_by=actor.name,
        moved_at=now,
        moved_by=actor.name,
    )
    session.add(revision)
    session.flush()
    rows: tuple[Table, ...] = (
        *fund_lines.of_form(session, form.id),
        *goals.of_form(session, form.id),
        *indicator_lines.of_form(session, form.id),
        *finding_answers.of_form(session, form.id),
    )
    for row in rows:
        cells = row.model_dump(exclude=OWN) | {"self_evaluation_id": revision.id}
        session.add(type(row)(**cells))
    session.flush()
    attachments.carry(session, form, revision)
    return revision
