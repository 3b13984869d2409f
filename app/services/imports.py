"""Imports (导入): a table is previewed first, then applied whole, exactly as previewed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import imports
from app.db.imports import Import
from app.db.organisations import Organisation
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change, differences
from app.domain.imports import (
    Effect,
    ImportState,
    Report,
    RowEffect,
    RowProblem,
    plan_digest,
    read_report,
)
from app.domain.text import forbidden_characters
from app.errors import Conflict, NotFound
from app.files import tables
from app.files.places import column_number
from app.files.tables import Sheet
from app.services import audit, paging
from app.services.audit import Act, Subject
from app.services.audit_batches import record_all
from app.services.claims import claim
from app.services.import_kinds import KINDS, kind_for, open_to, table_for
from app.services.import_plans import By, Kind, Planned, TableKind
from app.services.paging import Page

FILE_NAME_LENGTH = 180
MOVED = "预览以后，有关的数据已经变动，这次没有导入。请重新预览，核对后再确认。"
DONE = "这份表已经导入，不能再次导入。"
FAULTY = "这份表还有问题，没有导入。请按提示修改后重新上传。"
TOLD = ("state", "added", "changed", "unchanged", "problems")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name, for people only, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would do now: its report, the effects to apply, the hash over them."""

    report: Report
    planned: tuple[Planned, ...]
    digest: str

    @property
    def state(self) -> ImportState:
        """Whether it can be applied."""
        return ImportState.FAULTY if self.report.problems else ImportState.READY


def preview(
    session: Session, actor: Actor, now: datetime, kind_name: str, upload: Upload
) -> Import:
    """Store what an uploaded table would change, and what in it needs mending; nothing else.

    Raises UnreadableFile. The file is read before the session is used: no writer waits for it.
    """
    kind = kind_for(actor, kind_name)
    sheets = kind.read(upload.content)
    plan = _plan(session, By(actor, now), kind, sheets, hold=False)
    home = session.get_one(Organisation, actor.organisation_id)
    row = Import(
        kind=kind.name,
        state=plan.state,
        organisation_id=home.id,
        region_code=home.region_code,
        file_name=_file_name(upload.name),
        file_digest=sha256(upload.content).hexdigest(),
        source=json.dumps([tables.plain(sheet) for sheet in sheets], ensure_ascii=False),
        created_at=now,
        created_by=actor.name,
        created_by_id=actor.id,
        **_outcome(plan),
    )
    session.add(row)
    session.flush()
    told = {name: getattr(row, name) for name in ("kind", "file_name", *TOLD)}
    audit.record(session, actor, now, AuditAction.CREATE, _about(row), differences({}, told))
    return row


def take(
    session: Session, actor: Actor, now: datetime, kind_name: str, upload: Upload, *, dry_run: bool
) -> Import:
    """A preview, or the import itself where no dry run is asked for and nothing needs mending."""
    row = preview(session, actor, now, kind_name, upload)
    if dry_run or row.state == ImportState.FAULTY:
        return row
    return apply(session, actor, now, row.id, row.version)


def preview_again(
    session: Session, actor: Actor, now: datetime, import_id: int, version: int
) -> Import:
    """The same table compared with the data as they are now."""
    row = _held(session, actor, import_id, version)
    before = _told(row)
    plan = _plan(session, By(actor, now), KINDS[row.kind], _sheets(row), hold=False)
    for name, value in {"state": plan.state, **_outcome(plan)}.items():
        setattr(row, name, value)
    row.version += 1
    session.flush()
    audit.record(session, actor, now, AuditAction.CHANGE, _about(row), _since(before, row))
    return row


def apply(session: Session, actor: Actor, now: datetime, import_id: int, version: int) -> Import:
    """Store everything that the preview showed, or nothing; raises Conflict if data have moved."""
    row = _held(session, actor, import_id, version)
    if row.state == ImportState.FAULTY:
        raise Conflict(FAULTY)
    kind = KINDS[row.kind]
    plan = _plan(session, By(actor, now), kind, _sheets(row), hold=True)
    if plan.digest != row.plan:
        raise Conflict(MOVED)
    try:
        with session.begin_nested():
            acts = kind.apply(session, By(actor, now), plan.planned)
    except IntegrityError as error:
        raise Conflict(MOVED) from error
    before = _told(row)
    row.state, row.source = ImportState.APPLIED, ""
    row.applied_at, row.applied_by = now, actor.name
    row.version += 1
    session.flush()
    own = Act(AuditAction.IMPORT, _about(row), _since(before, row))
    record_all(session, actor, now, [*acts, own])
    return row


def get(session: Session, actor: Actor, import_id: int) -> Import:
    """One import within the actor's scope of a kind that the actor may import; else NotFound."""
    found = imports.find(session, actor.scope, import_id)
    if found is None or KINDS[found.kind] not in open_to(actor):
        raise NotFound
    return found


def report_of(row: Import) -> Report:
    """What an import would change or has changed, and what needs mending."""
    return read_report(row.report)


def list_imports(
    session: Session, actor: Actor, after: str | None = None, limit: int | None = None
) -> Page[Import]:
    """A page of the imports within the actor's scope, the newest first."""
    rows = paging.size(limit)
    kinds = tuple(kind.name for kind in open_to(actor))
    found = imports.page(session, actor.scope, kinds, paging.id_after(after), rows + 1)
    return paging.page_of(found, rows, lambda row: row.id)


def record_export(session: Session, actor: Actor, now: datetime, kind_name: str) -> TableKind:
    """Note that the records of a kind are taken out as a table; raises NotFound, Forbidden."""
    kind = table_for(actor, kind_name)
    subject = Subject(audit.KINDS[Import], kind.name, actor.organisation_id)
    told = differences({}, {"kind": kind.name})
    audit.record(session, actor, now, AuditAction.EXPORT, subject, told)
    return kind


def exported(session: Session, actor: Actor, kind: TableKind) -> Iterator[tuple[str, ...]]:
    """What the actor sees of a kind, without headings, as rows that the import reads back."""
    yield from kind.rows(session, actor)


def _plan(session: Session, by: By, kind: Kind, sheets: Sequence[Sheet], *, hold: bool) -> Plan:
    found = kind.understood(sheets, by.now)
    planned: list[Planned] = []
    if not found.head_problems:
        planned = kind.plan(session, by.actor, found, hold=hold)
    order = {sheet.name: place for place, sheet in enumerate(sheets)}
    report = Report(
        problems=tuple(sorted(found.problems, key=lambda item: _standing(item, order))),
        effects=tuple(_effect(item) for item in planned),
        left_out=tuple(found.left_out),
    )
    digest = plan_digest(kind.name, [item.bound for item in planned])
    return Plan(report, tuple(planned), digest)


def _standing(item: RowProblem, order: dict[str, int]) -> tuple[int, ...]:
    """Where a problem stands in the file."""
    return order.get(item.sheet, 0), item.row, column_number(item.column)


def _effect(item: Planned) -> RowEffect:
    return RowEffect(
        sheet=item.record.sheet,
        row=item.record.row,
        effect=item.effect,
        key=item.key,
        changes=item.changes,
    )


def _outcome(plan: Plan) -> dict[str, Any]:
    counts = plan.report.counts()
    return {
        "report": plan.report.written(),
        "plan": plan.digest,
        "added": counts[Effect.NEW],
        "changed": counts[Effect.CHANGED],
        "unchanged": counts[Effect.UNCHANGED],
        "problems": len(plan.report.problems),
    }


def _held(session: Session, actor: Actor, import_id: int, version: int) -> Import:
    kind_for(actor, get(session, actor, import_id).kind)
    row = claim(session, Import, import_id, version)
    if row.state == ImportState.APPLIED:
        raise Conflict(DONE)
    return row


def _sheets(row: Import) -> tuple[Sheet, ...]:
    return tuple(tables.of_plain(sheet) for sheet in json.loads(row.source))


def _about(row: Import) -> Subject:
    return audit.about(row, row.organisation_id)


def _told(row: Import) -> dict[str, object]:
    return {name: getattr(row, name) for name in TOLD}


def _since(before: dict[str, object], row: Import) -> tuple[Change, ...]:
    return differences(before, _told(row))


def _file_name(name: str) -> str:
    """The name without folders, short and printable."""
    base = name.replace("\\", "/").rpartition("/")[2].strip()
    shown = "".join(sign for sign in base if not forbidden_characters(sign) and sign.isprintable())
    return shown[-FILE_NAME_LENGTH:] or "未命名"
