"""Exports (导出): started, listed, fetched and deleted by whoever started them and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from app.db import exports, open_data, organisations, self_evaluations, tasks
from app.db.exports import Export
from app.db.organisations import Organisation
from app.db.session import after_commit
from app.domain.actors import Actor, Scope
from app.domain.audit import AuditAction, Change, ObjectKind, differences
from app.domain.exports import KIND_LABELS, ExportKind, ExportPolicy, ExportState
from app.domain.policies import EXPORTS
from app.domain.workflow import State
from app.errors import Conflict, NotFound
from app.files.store import Store
from app.services import audit, paging
from app.services.audit import Subject
from app.services.claims import require_policy
from app.services.export_starters import starter
from app.services.fields import Fields
from app.services.paging import Page

MOST_UNITS = 2000
ABSENT = "没有这个单位，或者它不在您的管理范围内，请重新选择"
ABSENT_FORM = "没有这张自评表，或者它不在您的管理范围内，请重新勾选"
OTHER_YEAR = "这张表是 {year} 年度的；一次请导出同一年度的表，请分开勾选"
NOTHING = "没有可以导出的自评表，请换一个年度、单位或状态"
TOO_MANY = "共有 {count} 张自评表，一次最多导出 {most} 张，请按下级单位分开导出"
TOO_MANY_CHOSEN = "一次最多勾选 {most} 张，现在是 {count} 张；更多的请按单位和年度导出"
BUSY = "您已有 {count} 个导出正在等待或生成，请等其中一个完成后再开始。"
NOT_READY = "文件还没有生成，请稍候再下载。"
FAILED = "这次导出没有完成：{why}"
EXPIRED = "文件已过保存期，已经删除。请重新导出。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEntry:
    """What is to be taken out: forms by their ids, or those of an organisation and a year.

    Without an organisation the actor's own is meant; all below it are included.
    """

    kind: str
    fiscal_year: int | None = None
    organisation_id: int | None = None
    state: str = ""
    form_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A finished file: where it is kept, what it is called and what it must be."""

    key: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What an actor may choose from: years, the newest first, and organisations as a tree."""

    years: tuple[int, ...]
    units: tuple[Organisation, ...]


def offered(session: Session, actor: Actor, now: datetime) -> Offered:
    """The years with forms or targets within the scope, and the organisations that are open."""
    years = tuple(tasks.years(session, actor.scope)) or (now.year,)
    return Offered(years, tuple(organisations.tree(session, actor.scope, MOST_UNITS)))


def start(
    session: Session, actor: Actor, now: datetime, entry: ExportEntry, policy: ExportPolicy
) -> Export:
    """A job that waits for whoever makes files.

    Raises Unacceptable with every problem of the entry, and Conflict while enough others wait.
    """
    require_policy(actor, EXPORTS)
    fields = Fields()
    fields.choice("/kind", "格式", entry.kind, frozenset(ExportKind))
    unit, year = _place(session, actor, entry, fields, policy)
    unfinished = exports.count_unfinished(session, starter(actor))
    fields.settle()
    if unfinished >= policy.most_unfinished:
        raise Conflict(BUSY.format(count=unfinished))
    row = Export(
        kind=entry.kind,
        region_code=unit.region_code,
        fiscal_year=year,
        organisation_id=unit.id,
        form_state="" if entry.form_ids else entry.state,
        chosen=" ".join(str(number) for number in sorted(set(entry.form_ids))),
        started_at=now,
        started_by_id=actor.id,
        started_by=actor.name,
        role=actor.role,
        post_id=actor.organisation_id,
        absent_id=actor.absent_id,
        file_name=_file_name(unit, year, entry),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, now, AuditAction.EXPORT, audit.about(row), _told(row))
    return row


def take_out(
    session: Session, actor: Actor, now: datetime, entry: ExportEntry
) -> tuple[Actor, tuple[int, ...]]:
    """At the machine, without a job: the forms to take out now, and who may see just those.

    Recorded as taken out; whoever asks writes the file at once. Raises Unacceptable.
    """
    fields = Fields()
    year = fields.year("/fiscal_year", "预算年度", entry.fiscal_year or 0)
    fields.settle()
    reach = Scope(actor.scope.path, year, year)
    ids = tuple(open_data.form_ids(session, reach, entry.state))
    subject = Subject(ObjectKind.EXPORT, "", actor.organisation_id, None, year)
    told = {
        "kind": KIND_LABELS[ExportKind(entry.kind)],
        "form_state": entry.state,
        "forms": len(ids),
    }
    audit.record(session, audit.CONSOLE, now, AuditAction.EXPORT, subject, differences({}, told))
    return replace(actor, scope=reach), ids


def list_exports(
    session: Session, actor: Actor, after: str | None = None, limit: int | None = None
) -> Page[Export]:
    """A page of the actor's own exports, the newest first."""
    size, before = paging.size(limit), paging.id_after(after)
    rows = exports.page(session, starter(actor), before, size + 1)
    return paging.page_of(rows, size, lambda row: row.id)


def get(session: Session, actor: Actor, export_id: int) -> Export:
    """One of the actor's own exports; raises NotFound."""
    row = exports.find(session, starter(actor), export_id)
    if row is None:
        raise NotFound
    return row


def ready(session: Session, actor: Actor, now: datetime, export_id: int) -> Ready:
    """The file of a finished export; raises NotFound, and Conflict where there is none."""
    row = get(session, actor, export_id)
    if row.state == ExportState.FAILED:
        raise Conflict(FAILED.format(why=row.error))
    over = row.expires_at is not None and row.expires_at <= now
    if row.state == ExportState.EXPIRED or over:
        raise Conflict(EXPIRED)
    if row.state != ExportState.DONE:
        raise Conflict(NOT_READY)
    return Ready(row.file_key, row.file_name, row.size, row.sha256)


def record_download(session: Session, actor: Actor, now: datetime, export_id: int) -> None:
    """Note that the file is taken out of the house; raises NotFound."""
    row = get(session, actor, export_id)
    told = differences({}, {"file_name": row.file_name, "sha256": row.sha256})
    audit.record(session, actor, now, AuditAction.DOWNLOAD, audit.about(row), told)


def delete(session: Session, actor: Actor, now: datetime, export_id: int, store: Store) -> None:
    """Delete an export with its file, or give up one that is not finished; raises NotFound."""
    row = get(session, actor, export_id)
    held = exports.find_locked(session, row.id)
    if held is None:
        raise NotFound
    subject, key = audit.about(held), held.file_key
    told = differences({"state": held.state, "file_name": held.file_name}, {})
    session.delete(held)
    session.flush()
    if key:
        after_commit(session, partial(store.remove, key))
    audit.record(session, actor, now, AuditAction.DELETE, subject, told)


def unit_names(session: Session, rows: Sequence[Export]) -> dict[int, str]:
    """The names of the organisations that exports name."""
    return organisations.names(session, {row.organisation_id for row in rows})


def chosen(row: Export) -> tuple[int, ...]:
    """The forms that were ticked by hand, none where an organisation was named."""
    return tuple(int(number) for number in row.chosen.split())


def _place(
    session: Session, actor: Actor, entry: ExportEntry, fields: Fields, policy: ExportPolicy
) -> tuple[Organisation, int]:
    """Whose forms of which year; what is wrong with either is noted."""
    home = session.get_one(Organisation, actor.organisation_id)
    if entry.form_ids:
        return home, _chosen_year(session, actor, entry.form_ids, fields, policy)
    if entry.fiscal_year is None:
        fields.add("/fiscal_year", "请写明预算年度，如 2024")
    if entry.state:
        fields.choice("/state", "办理状态", entry.state, frozenset(State))
    number = entry.organisation_id
    unit = organisations.find(session, actor.scope, number) if number else home
    if unit is None:
        fields.add("/organisation_id", ABSENT, number)
    year = entry.fiscal_year or 0
    if not fields.problems and unit is not None:
        _require_some(session, actor, Scope(unit.path, year, year), entry.state, fields, policy)
    return unit or home, year


def _require_some(
    session: Session,
    actor: Actor,
    wanted: Scope,
    state: str,
    fields: Fields,
    policy: ExportPolicy,
) -> None:
    year = wanted.first_year
    count = open_data.count(session, wanted, state) if actor.scope.has_year(year) else 0
    if not count:
        fields.add("/fiscal_year", NOTHING, year)
    elif count > policy.most_forms:
        many = TOO_MANY.format(count=count, most=policy.most_forms)
        fields.add("/organisation_id", many)


def _chosen_year(
    session: Session, actor: Actor, ids: Sequence[int], fields: Fields, policy: ExportPolicy
) -> int:
    if len(set(ids)) > policy.most_chosen:
        many = TOO_MANY_CHOSEN.format(most=policy.most_chosen, count=len(set(ids)))
        fields.add("/form_ids", many)
        return 0
    years = self_evaluations.years_of(session, actor.scope, ids)
    first = next((years[number] for number in ids if number in years), 0)
    for place, number in enumerate(ids):
        if number not in years:
            fields.add(f"/form_ids/{place}", ABSENT_FORM, number)
        elif years[number] != first:
            message = OTHER_YEAR.format(year=years[number])
            fields.add(f"/form_ids/{place}", message, number)
    return first


def _file_name(unit: Organisation, year: int, entry: ExportEntry) -> str:
    whose = f"所选{len(set(entry.form_ids))}张" if entry.form_ids else unit.name
    return f"绩效自评-{year}年度-{whose}-{entry.kind}.zip"


def _told(row: Export) -> tuple[Change, ...]:
    values = {
        "kind": KIND_LABELS[ExportKind(row.kind)],
        "fiscal_year": row.fiscal_year,
        "organisation_id": row.organisation_id,
        "form_state": row.form_state,
        "form_ids": row.chosen,
    }
    return differences({}, values)
