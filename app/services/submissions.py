"""Submission (送审): blocked by errors, warnings answered, a receipt and a frozen snapshot."""

from datetime import datetime

from sqlmodel import Session

from app.db import cell_undos, finding_answers, snapshots
from app.db.finding_answers import FindingAnswer
from app.db.self_evaluations import SelfEvaluation
from app.db.snapshots import Snapshot
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change, text_of
from app.domain.findings import Finding, Severity
from app.domain.workflow import Action
from app.errors import NotFound, NotReady, Unacceptable
from app.services import audit, entries, form_contents, late_filings
from app.services.courses import actions, move, recorded, touch
from app.services.form_sheets import FormSheet, load
from app.services.self_evaluations import held


def open_findings(loaded: FormSheet) -> tuple[Finding, ...]:
    """What still keeps a form from being submitted: errors, and warnings without an answer."""
    return tuple(
        finding
        for finding in loaded.sheet.findings
        if finding.severity is Severity.ERROR
        or (
            finding.severity is Severity.WARNING
            and not loaded.answers.get((finding.code, finding.path))
        )
    )


def answer_warning(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    code: str,
    path: str,
    reason: str,
) -> FormSheet:
    """Record why a warning does not hold the form back; an empty reason takes it back.

    Raises NotFound when the form has no such warning now, and Unacceptable for the reason.
    """
    form = held(session, actor, form_id, Action.EDIT, None)
    problems = tuple(entries.text_problems(reason, "answer", "预警说明", "/reason"))
    if problems:
        raise Unacceptable(problems)
    loaded = load(session, form, actions(session, actor, form))
    warned = {(finding.code, finding.path) for finding in loaded.sheet.findings}
    if (code, path) not in warned:
        raise NotFound("这条预警已不存在，请刷新后查看。")
    _write_answer(session, actor, now, form, code, path, reason.strip())
    return load(session, form, actions(session, actor, form))


def submit(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    late_reason: str = "",
) -> SelfEvaluation:
    """Submit a form: freeze it and give it a receipt number (回执号).

    Raises Conflict where its filing task takes nothing now, NotReady with the findings that are
    still open, and Unacceptable where it is late and nobody says why (/late_reason).
    """
    form = held(session, actor, form_id, Action.SUBMIT, version)
    lateness = late_filings.judge(session, now, form)
    loaded = load(session, form, frozenset())
    findings = open_findings(loaded)
    if findings:
        raise NotReady(findings)
    reason = late_filings.reason_of(lateness, late_reason)
    with recorded(session, actor, now, form, Action.SUBMIT) as changes:
        move(session, form, actor, Action.SUBMIT, now)
        form.submitted_at = now
        form.returned_reason = ""
        count = len(snapshots.of_form(session, form.id)) + 1
        cell_undos.forget(session, form.id)
        form.receipt = f"ZP{form.fiscal_year}{form.region_code}{form.id:06d}-{count:02d}"
        session.add(_snapshot(loaded, now))
        changes.extend(late_filings.note(session, actor, now, form, lateness, reason))
    return form


def withdraw(
    session: Session, actor: Actor, now: datetime, form_id: int, version: int | None
) -> SelfEvaluation:
    """Take a form back from a reviewer who has not opened it; a submitted one is a draft again."""
    form = held(session, actor, form_id, Action.WITHDRAW, version)
    with recorded(session, actor, now, form, Action.WITHDRAW):
        move(session, form, actor, Action.WITHDRAW, now)
    return form


def _write_answer(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    code: str,
    path: str,
    reason: str,
) -> None:
    answer = finding_answers.find(session, form.id, code, path)
    # A finding's path begins with a slash and its code has none: the pointer is unambiguous.
    change = Change(f"/answers/{code}{path}", text_of(answer and answer.reason), text_of(reason))
    if answer is None:
        answer = FindingAnswer(
            self_evaluation_id=form.id,
            region_code=form.region_code,
            fiscal_year=form.fiscal_year,
            code=code,
            path=path,
            reason=reason,
            answered_by=actor.name,
            answered_at=now,
        )
    answer.reason, answer.answered_by, answer.answered_at = reason, actor.name, now
    session.add(answer)
    touch(session, form, actor, now)
    if change.before != change.after:
        audit.record(session, actor, now, AuditAction.ANSWER, audit.about(form), (change,))


def _snapshot(loaded: FormSheet, now: datetime) -> Snapshot:
    form = loaded.form
    content = form_contents.written(form_contents.content(loaded))
    return Snapshot(
        self_evaluation_id=form.id,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        revision=form.revision,
        version=form.version,
        content=content,
        sha256=form_contents.digest(content),
        taken_at=now,
    )
