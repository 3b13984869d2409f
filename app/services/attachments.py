"""Attachments (佐证材料): kept at a form or at one of its lines, listed, taken out, deleted."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import attachments as stored
from app.db import indicator_lines, self_evaluations
from app.db.attachments import Attachment
from app.db.organisations import Organisation
from app.db.self_evaluations import SelfEvaluation
from app.db.session import after_commit, locked
from app.domain.actors import Actor
from app.domain.attachments import AttachmentPolicy, Kept, quota_problems
from app.domain.audit import AuditAction, Change, Result
from app.domain.workflow import Action
from app.errors import Conflict, Forbidden, NotFound, Problem, Unacceptable, VersionConflict
from app.files.store import Store
from app.services import audit
from app.services.courses import Desk, recorded, standing, touch
from app.services.self_evaluations import held

GONE = "这份佐证材料已不存在，请刷新后查看。"
HASH = " sha256:"
UNCHANGING = 1  # an attachment has one version for ever

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that arrived whole, was examined and lies in the store."""

    key: str
    name: str
    kind: str
    size: int
    sha256: str
    marks: str = ""


def may_attach(session: Session, actor: Actor, form_id: int) -> None:
    """Ask before a file is received; raises what `attach` would raise."""
    form = self_evaluations.find(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    desk = Desk(session, actor)
    if not desk.grants(Action.EDIT):
        raise Forbidden
    if Action.EDIT not in desk.actions(form):
        raise Conflict(standing(session, form))


def attach(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    line_id: int | None,
    files: Iterable[Received],
    policy: AttachmentPolicy,
) -> list[Attachment]:
    """Keep received files at a form, or at the line of that id: all of them or none.

    Raises NotFound, Forbidden, Conflict, and Unacceptable where a quota is used up.
    """
    form = held(session, actor, form_id, Action.EDIT, None)
    if line_id is not None and indicator_lines.find(session, form_id, line_id) is None:
        raise NotFound("这一行指标已不在这张表上，请刷新后重新选择。")
    added = tuple(files)
    # Uploads to other forms of the unit wait here: each sees what the one before has taken.
    locked(session, Organisation, form.organisation_id)
    full = quota_problems(policy, _kept(session, form), tuple(file.size for file in added))
    problems = [Problem("/files", message) for message in full]
    if problems:
        raise Unacceptable(problems)
    with recorded(session, actor, now, form, AuditAction.ATTACH) as changes:
        rows = [_row(form, actor, now, line_id, file) for file in added]
        session.add_all(rows)
        touch(session, form, actor, now)
        changes += [Change(_place(row), None, _told(row)) for row in rows]
    return rows


def get(session: Session, actor: Actor, form_id: int, attachment_id: int) -> Attachment:
    """One attachment of a form that the actor may read; raises NotFound."""
    if self_evaluations.find(session, actor.scope, form_id) is None:
        raise NotFound
    found = stored.find(session, form_id, attachment_id)
    if found is None:
        raise NotFound
    return found


def record_export(
    session: Session, actor: Actor, now: datetime, form_id: int, attachment_id: int
) -> Attachment:
    """Note that an attachment is taken out of the house; raises NotFound."""
    found = get(session, actor, form_id, attachment_id)
    form = session.get_one(SelfEvaluation, form_id)
    change = Change(_place(found), None, _told(found))
    audit.record(session, actor, now, AuditAction.EXPORT, audit.about(form), (change,))
    return found


def record_infected(
    session: Session, actor: Actor, now: datetime, form_id: int, finds: Mapping[str, str]
) -> None:
    """Note that files were refused: their names with what the scanner found in each."""
    form = self_evaluations.find(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    changes = tuple(Change("/attachments", None, f"{name}：{find}") for name, find in finds.items())
    subject = audit.about(form)
    audit.record(session, actor, now, AuditAction.ATTACH, subject, changes, Result.REFUSED)


def delete(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    attachment_id: int,
    version: int | None,
    store: Store,
) -> None:
    """Delete an attachment; its bytes go once that is stored, unless a revision names them too."""
    form = held(session, actor, form_id, Action.EDIT, None)
    row = stored.find(session, form_id, attachment_id)
    if row is None:
        raise NotFound(GONE)
    if version not in (None, UNCHANGING):
        raise VersionConflict(UNCHANGING)
    key = row.key
    with recorded(session, actor, now, form, AuditAction.DETACH) as changes:
        changes.append(Change(_place(row), _told(row), None))
        session.delete(row)
        touch(session, form, actor, now)
    if not stored.in_use(session, key):
        after_commit(session, lambda: _remove(store, key))


def carry(session: Session, form: SelfEvaluation, revision: SelfEvaluation) -> None:
    """A revision begins with the evidence of the form that it replaces, at the same lines."""
    before = {line.id: line.position for line in indicator_lines.of_form(session, form.id)}
    after = {line.position: line.id for line in indicator_lines.of_form(session, revision.id)}
    for row in stored.of_form(session, form.id):
        line_id = None if row.line_id is None else after[before[row.line_id]]
        cells = row.model_dump(exclude={"id", "self_evaluation_id", "line_id"})
        session.add(Attachment(**cells, self_evaluation_id=revision.id, line_id=line_id))
    session.flush()


def link_problems(
    session: Session, form: SelfEvaluation, rows: Iterable[Attachment], policy: AttachmentPolicy
) -> Iterator[Problem]:
    """What keeps a form from naming those files of another form too."""
    # They are of another year: the unit's space for this year has to hold them.
    locked(session, Organisation, form.organisation_id)
    sizes = tuple(row.size for row in rows)
    for message in quota_problems(policy, _kept(session, form), sizes):
        yield Problem("/files", message)


def link(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    rows: Iterable[tuple[int | None, Attachment]],
) -> None:
    """Let a form that its caller holds name files of another form too, each at a line's id."""
    with recorded(session, actor, now, form, AuditAction.ATTACH) as changes:
        for line_id, row in rows:
            file = Received(row.key, row.name, row.kind, row.size, row.sha256, row.marks)
            made = _row(form, actor, now, line_id, file)
            session.add(made)
            changes.append(Change(_place(made), None, _told(made)))
        touch(session, form, actor, now)


def _kept(session: Session, form: SelfEvaluation) -> Kept:
    rows = stored.of_form(session, form.id)
    whole = stored.unit_bytes(session, form.organisation_id, form.fiscal_year)
    return Kept(len(rows), sum(row.size for row in rows), whole)


def _row(
    form: SelfEvaluation, actor: Actor, now: datetime, line_id: int | None, file: Received
) -> Attachment:
    return Attachment(
        self_evaluation_id=form.id,
        organisation_id=form.organisation_id,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        line_id=line_id,
        key=file.key,
        name=file.name,
        kind=file.kind,
        size=file.size,
        sha256=file.sha256,
        marks=file.marks,
        attached_by=actor.name,
        attached_at=now,
    )


def _place(row: Attachment) -> str:
    """Where an attachment belongs, as a change names it."""
    return "/attachments" if row.line_id is None else f"/lines/{row.line_id}/attachments"


def _told(row: Attachment) -> str:
    """An attachment as the trail keeps it: the hash proves later what was attached."""
    return f"{row.name}{HASH}{row.sha256}"


def _remove(store: Store, key: str) -> None:
    try:
        store.remove(key)
    except OSError:
        log.exception("attachment %s was deleted, its file could not be", key)
