"""Organisations (单位): each actor sees their own organisation and all below it."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import organisations
from app.db.organisations import Organisation, OrganisationKind
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.errors import Conflict, NotFound
from app.services import audit, paging, regions
from app.services.claims import claim, require
from app.services.fields import CODE_LENGTH, NAME_LENGTH, Fields
from app.services.paging import Page

CODE = re.compile(rf"[0-9A-Za-z._-]{{1,{CODE_LENGTH}}}", re.ASCII)
KINDS = frozenset(OrganisationKind)
TAKEN = "这个单位代码已经登记，请核对"
NO_REGION = "这个地区代码没有登记，请核对"
IN_USE = "这个单位还有下级单位、项目或用户，不能删除；不再使用时可以停用。"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationEntry:
    """All that is to be known of an organisation; no parent means the actor's own one."""

    code: str
    name: str
    region_code: str
    kind: str
    parent_id: int | None = None
    active: bool = True


def create(session: Session, actor: Actor, now: datetime, entry: OrganisationEntry) -> Organisation:
    """Store a new organisation below one that the actor sees."""
    require(actor, Noun.ORGANISATION)
    parent_id = actor.organisation_id if entry.parent_id is None else entry.parent_id
    fields = Fields()
    _check(session, fields, entry, own_id=None)
    if organisations.find(session, actor.scope, parent_id) is None:
        fields.add("/parent_id", "上级单位不在您的管理范围内，请核对编号", parent_id)
    else:
        organisations.hold_tree(session, parent_id)
    fields.settle()
    new = organisations.add(session, made(entry, parent_id))
    told = differences({}, audit.cells(new, OrganisationEntry))
    audit.record(session, actor, now, AuditAction.CREATE, about(new), told)
    return new


def get(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """One organisation within the actor's scope; raises NotFound."""
    found = organisations.find(session, actor.scope, organisation_id)
    if found is None:
        raise NotFound
    return found


def id_of_code(session: Session, actor: Actor, code: str) -> int | None:
    """The id behind a code as typed: None for nothing typed, 0 where the actor sees no such one."""
    if not code.strip():
        return None
    named = organisations.by_code(session, code.strip())
    seen = named and organisations.find(session, actor.scope, named.id)
    return seen.id if seen else 0


def list_organisations(
    session: Session,
    actor: Actor,
    *,
    region_code: str | None = None,
    parent_id: int | None = None,
    kind: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Page[Organisation]:
    """A page of the organisations within the actor's scope."""
    rows = paging.size(limit)
    found = organisations.page(
        session,
        actor.scope,
        region_code=region_code,
        parent_id=parent_id,
        kind=kind,
        after=paging.id_after(after),
        limit=rows + 1,
    )
    return paging.page_of(found, rows, lambda organisation: organisation.id)


def update(
    session: Session,
    actor: Actor,
    now: datetime,
    organisation_id: int,
    version: int,
    entry: OrganisationEntry,
) -> Organisation:
    """Replace what is known of an organisation; under another parent it moves with all below it.

    Whoever is let in by a scope sees it at the new place, and there alone, from the next
    request on.
    """
    require(actor, Noun.ORGANISATION)
    get(session, actor, organisation_id)
    organisations.hold_tree(session, organisation_id)
    held = _held(session, actor, organisation_id, version)
    fields = Fields()
    _check(session, fields, entry, own_id=held.id)
    parent = _new_parent(session, actor, fields, held, entry.parent_id)
    fields.settle()
    before = audit.cells(held, OrganisationEntry)
    if parent is not None:
        organisations.move(session, held, parent)
    put(held, entry)
    session.add(held)
    session.flush()
    changes = differences(before, audit.cells(held, OrganisationEntry))
    audit.record(session, actor, now, AuditAction.CHANGE, about(held), changes)
    return held


def delete(
    session: Session, actor: Actor, now: datetime, organisation_id: int, version: int
) -> None:
    """Delete an organisation that nothing refers to; raises Conflict for any other."""
    held = _held(session, actor, organisation_id, version)
    try:
        with session.begin_nested():
            session.delete(held)
    except IntegrityError as error:
        raise Conflict(IN_USE) from error
    lost = differences(audit.cells(held, OrganisationEntry), {})
    audit.record(session, actor, now, AuditAction.DELETE, about(held), lost)


def about(row: Organisation) -> audit.Subject:
    """What an event on an organisation is about: it belongs to itself."""
    return audit.about(row, row.id)


def _held(session: Session, actor: Actor, organisation_id: int, version: int) -> Organisation:
    require(actor, Noun.ORGANISATION)
    get(session, actor, organisation_id)
    return claim(session, Organisation, organisation_id, version)


def _new_parent(
    session: Session, actor: Actor, fields: Fields, held: Organisation, parent_id: int | None
) -> Organisation | None:
    """Where it moves to; None where it stays."""
    if parent_id in (None, held.parent_id):
        return None
    parent = organisations.find(session, actor.scope, parent_id or 0)
    if parent is None:
        fields.add("/parent_id", "上级单位不在您的管理范围内，请核对编号", parent_id)
    elif parent.path.startswith(held.path):
        fields.add("/parent_id", "上级单位不能是本单位或它的下级", parent_id)
    elif held.parent_id is None or held.id == actor.organisation_id:
        fields.add("/parent_id", "不能移动最上级单位或您所在的单位", parent_id)
    return parent


def check_cells(fields: Fields, entry: OrganisationEntry) -> None:
    """What can be said of an entry by itself."""
    if not CODE.fullmatch(entry.code):
        message = f"单位代码请用字母、数字、点、横线书写，最多 {CODE_LENGTH} 位"
        fields.add("/code", message, entry.code)
    fields.text("/name", "单位名称", entry.name, NAME_LENGTH, required=True)
    fields.choice("/kind", "单位类别", entry.kind, KINDS)


def made(entry: OrganisationEntry, parent_id: int) -> Organisation:
    """A new row, not yet stored and without its path."""
    return Organisation(
        code=entry.code,
        name=entry.name.strip(),
        region_code=entry.region_code,
        parent_id=parent_id,
        kind=entry.kind,
        active=entry.active,
    )


def put(row: Organisation, entry: OrganisationEntry) -> None:
    """Write an entry into a stored row, as its next version."""
    row.code, row.name, row.kind = entry.code, entry.name.strip(), entry.kind
    row.region_code, row.active = entry.region_code, entry.active
    row.version += 1


def _check(
    session: Session, fields: Fields, entry: OrganisationEntry, *, own_id: int | None
) -> None:
    check_cells(fields, entry)
    other = organisations.by_code(session, entry.code) if CODE.fullmatch(entry.code) else None
    if other is not None and other.id != own_id:
        fields.add("/code", TAKEN, entry.code)
    if not regions.known(session, entry.region_code):
        fields.add("/region_code", NO_REGION, entry.region_code)
