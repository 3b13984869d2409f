"""Making of exports: claimed by one worker, a step at a time, each step under the rights of now.

A worker owns a job by its lease and renews it with every step. A job whose lease ran out lost
its process: another worker begins it anew, as often as the policy allows.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from app.db import exports, open_data
from app.db.exports import Export
from app.db.session import after_commit
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Stranger, differences
from app.domain.exports import ExportKind, ExportPolicy, ExportState
from app.errors import Forbidden
from app.files.store import Store
from app.services import audit
from app.services.export_starters import OUTSIDE, acting
from app.services.exports import chosen

CLOCK = Stranger(name="系统")
INTERRUPTED = (
    "服务在生成过程中多次停止，导出没有完成。请稍后再导出一次；仍不成功时请联系系统管理员。"
)
EMPTIED = "要导出的自评表已经没有了，请重新选择后再导出。"
AT_ONCE = 100


class Lost(Exception):
    """The job is no longer this worker's: it was deleted, or another one has taken it up."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed export, and who claimed it."""

    id: int
    kind: ExportKind
    worker: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The file of an export as it was kept."""

    key: str
    size: int
    sha256: str


def any_due(session: Session, now: datetime) -> bool:
    """Whether there is something to make or to delete: asked while reading."""
    return exports.any_due(session, now)


def claim(session: Session, now: datetime, worker: str, policy: ExportPolicy) -> Job | None:
    """The oldest export that nobody is making; one that was begun too often is given up."""
    row = exports.free(session, now)
    while row is not None and row.tries >= policy.most_tries:
        _fail(session, now, row, INTERRUPTED)
        row = exports.free(session, now)
    if row is None:
        return None
    row.state, row.worker, row.done = ExportState.RUNNING, worker, 0
    row.tries += 1
    _renew(session, now, row, policy)
    return Job(row.id, ExportKind(row.kind), worker)


def plan(session: Session, now: datetime, job: Job, policy: ExportPolicy) -> tuple[int, ...]:
    """The forms to take out, by id, as its starter may see them now; their number is stored.

    Raises Lost, and Forbidden where rights or forms are gone.
    """
    row = _own(session, job)
    actor = acting(session, now, row)
    wanted = chosen(row)
    if wanted:
        ids = open_data.chosen_ids(session, actor.scope, wanted)
    else:
        ids = open_data.form_ids(session, actor.scope, row.form_state)
    if len(ids) < len(wanted):
        raise Forbidden(OUTSIDE)
    if not ids:
        raise Forbidden(EMPTIED)
    row.total = len(ids)
    _renew(session, now, row, policy)
    return tuple(ids)


def proceed(session: Session, now: datetime, job: Job, done: int, policy: ExportPolicy) -> Actor:
    """Store how far a job has come and keep it; who it is made for, with the rights of now.

    Raises Lost and Forbidden.
    """
    row = _own(session, job)
    actor = acting(session, now, row)
    row.done = done
    _renew(session, now, row, policy)
    return actor


def finish(session: Session, now: datetime, job: Job, file: Finished, policy: ExportPolicy) -> None:
    """The file is there for as many days as the policy says; raises Lost."""
    row = _own(session, job)
    row.done, row.state = row.total, ExportState.DONE
    row.file_key, row.size, row.sha256 = file.key, file.size, file.sha256
    row.finished_at, row.expires_at, row.lease_until = now, now + policy.keep, None
    _changed(session, row)
    told = {"state": row.state, "forms": row.total, "sha256": row.sha256}
    audit.record(session, CLOCK, now, AuditAction.EXPORT, audit.about(row), differences({}, told))


def fail(session: Session, now: datetime, job: Job, why: str) -> None:
    """The job ends without a file, with the reason in words for its starter; raises Lost."""
    _fail(session, now, _own(session, job), why)


def release(session: Session, _: datetime, job: Job) -> None:
    """Give a job back untouched, because the process is about to end; raises Lost."""
    row = _own(session, job)
    row.state, row.worker, row.lease_until = ExportState.WAITING, "", None
    row.done, row.tries = 0, row.tries - 1
    _changed(session, row)


def expire(session: Session, now: datetime, store: Store) -> int:
    """Delete files whose days are over; how many."""
    rows = exports.spent(session, now, AT_ONCE)
    for row in rows:
        key, was = row.file_key, row.state
        row.state, row.file_key = ExportState.EXPIRED, ""
        _changed(session, row)
        after_commit(session, partial(store.remove, key))
        told = differences({"state": was}, {"state": row.state})
        audit.record(session, CLOCK, now, AuditAction.DELETE, audit.about(row), told)
    return len(rows)


def _own(session: Session, job: Job) -> Export:
    row = exports.find_locked(session, job.id)
    if row is None or row.worker != job.worker or row.state != ExportState.RUNNING:
        raise Lost
    return row


def _fail(session: Session, now: datetime, row: Export, why: str) -> None:
    row.state, row.error = ExportState.FAILED, why
    row.finished_at, row.lease_until = now, None
    _changed(session, row)
    told = differences({}, {"state": row.state, "reason": why})
    audit.record(session, CLOCK, now, AuditAction.EXPORT, audit.about(row), told)


def _renew(session: Session, now: datetime, row: Export, policy: ExportPolicy) -> None:
    row.lease_until = now + policy.lease
    _changed(session, row)


def _changed(session: Session, row: Export) -> None:
    row.version += 1
    session.add(row)
    session.flush()
