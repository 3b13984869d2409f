"""Projects (项目) of the organisations that the actor sees."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import organisations, projects
from app.db.projects import Project
from app.domain import project_codes
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.errors import Conflict, NotFound
from app.services import audit, paging
from app.services.claims import claim, require
from app.services.fields import NAME_LENGTH, Fields
from app.services.paging import Page

TAKEN = "这个项目代码已经登记，请核对"
IN_USE = "这个项目已有预算、绩效目标或自评表，不能删除。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectEntry:
    """All that is to be known of a project; its kind follows from its code."""

    code: str
    name: str
    organisation_id: int
    first_year: int
    last_year: int
    recurring: bool = False


def create(session: Session, actor: Actor, now: datetime, entry: ProjectEntry) -> Project:
    """Store a new project of an organisation that the actor sees."""
    require(actor, Noun.PROJECT)
    fields = Fields()
    _check(session, fields, entry, own_id=None)
    owner = organisations.find(session, actor.scope, entry.organisation_id)
    if owner is None:
        message = "实施单位不在您的管理范围内，请核对编号"
        fields.add("/organisation_id", message, entry.organisation_id)
        raise fields.refusal()
    fields.settle()
    project = made(entry, owner.region_code)
    session.add(project)
    session.flush()
    told = differences({}, audit.cells(project, ProjectEntry))
    audit.record(session, actor, now, AuditAction.CREATE, audit.about(project), told)
    return project


def get(session: Session, actor: Actor, project_id: int) -> Project:
    """One project within the actor's scope; raises NotFound."""
    found = projects.find(session, actor.scope, project_id)
    if found is None:
        raise NotFound
    return found


def list_projects(
    session: Session,
    actor: Actor,
    *,
    organisation_id: int | None = None,
    fiscal_year: int | None = None,
    kind: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Page[Project]:
    """A page of the projects within the actor's scope; `fiscal_year` is one of their years."""
    rows = paging.size(limit)
    found = projects.page(
        session,
        actor.scope,
        organisation_id=organisation_id,
        fiscal_year=fiscal_year,
        kind=kind,
        after=paging.id_after(after),
        limit=rows + 1,
    )
    return paging.page_of(found, rows, lambda project: project.id)


def update(
    session: Session,
    actor: Actor,
    now: datetime,
    project_id: int,
    version: int,
    entry: ProjectEntry,
) -> Project:
    """Replace what is known of a project; its owner stays."""
    held = _held(session, actor, project_id, version)
    fields = Fields()
    _check(session, fields, entry, own_id=held.id)
    if entry.organisation_id != held.organisation_id:
        message = "实施单位建立后不能更改，请写原来的编号"
        fields.add("/organisation_id", message, entry.organisation_id)
    fields.settle()
    before = audit.cells(held, ProjectEntry)
    put(held, entry)
    session.add(held)
    session.flush()
    changes = differences(before, audit.cells(held, ProjectEntry))
    audit.record(session, actor, now, AuditAction.CHANGE, audit.about(held), changes)
    return held


def delete(session: Session, actor: Actor, now: datetime, project_id: int, version: int) -> None:
    """Delete a project that nothing refers to; raises Conflict for any other."""
    held = _held(session, actor, project_id, version)
    try:
        with session.begin_nested():
            session.delete(held)
    except IntegrityError as error:
        raise Conflict(IN_USE) from error
    lost = differences(audit.cells(held, ProjectEntry), {})
    audit.record(session, actor, now, AuditAction.DELETE, audit.about(held), lost)


def _held(session: Session, actor: Actor, project_id: int, version: int) -> Project:
    require(actor, Noun.PROJECT)
    get(session, actor, project_id)
    return claim(session, Project, project_id, version)


def made(entry: ProjectEntry, region_code: str) -> Project:
    """A new row, not yet stored, in the region of its owner."""
    return Project(
        code=entry.code,
        name=entry.name.strip(),
        kind=project_codes.kind_of(entry.code),
        organisation_id=entry.organisation_id,
        region_code=region_code,
        first_year=entry.first_year,
        last_year=entry.last_year,
        recurring=entry.recurring,
    )


def put(row: Project, entry: ProjectEntry) -> None:
    """Write an entry into a stored row, as its next version."""
    row.code, row.name = entry.code, entry.name.strip()
    row.kind = project_codes.kind_of(entry.code)
    row.first_year, row.last_year = entry.first_year, entry.last_year
    row.recurring = entry.recurring
    row.version += 1


def check_cells(fields: Fields, entry: ProjectEntry) -> None:
    """What can be said of an entry by itself."""
    for message in project_codes.problems(entry.code):
        fields.add("/code", message, entry.code)
    fields.text("/name", "项目名称", entry.name, NAME_LENGTH, required=True)
    fields.year("/first_year", "开始年度", entry.first_year)
    fields.year("/last_year", "结束年度", entry.last_year)
    if entry.last_year < entry.first_year:
        fields.add("/last_year", "结束年度不能早于开始年度，请核对", entry.last_year)


def _check(session: Session, fields: Fields, entry: ProjectEntry, *, own_id: int | None) -> None:
    check_cells(fields, entry)
    sound = not project_codes.problems(entry.code)
    other = projects.by_code(session, entry.code) if sound else None
    if other is not None and other.id != own_id:
        fields.add("/code", TAKEN, entry.code)
