"""A filing task over a small tree: what tests of tasks, extensions and reminders begin from."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from app.db.filing_tasks import FilingTask
from app.db.projects import Project
from app.domain.actors import Actor, Role
from app.services import filing_tasks, self_evaluations
from app.services.filing_entries import FilingTaskEntry
from app.services.filing_requests import RequestEntry
from tests import factories
from tests.factories import Tree

OPENS, DUE, CLOSES = date(2025, 3, 1), date(2025, 3, 31), date(2025, 4, 10)
INDICATORS = ({"name": "印制数量", "target": "≥100册"},)


@dataclass(frozen=True, slots=True)
class Bureau:
    """A tree with its people, and a declared project of each unit."""

    tree: Tree
    finance: Actor
    department: Actor
    filler: Actor
    lead: Actor
    stranger: Actor
    project: Project
    other_project: Project


def bureau(session: Session, zone: str = "") -> Bureau:
    """The tree before any task is issued; `zone` is that of all its regions."""
    given = {"code": "659001", "time_zone": zone} if zone else {}
    region = factories.make_region(session, **given)
    tree = factories.make_tree(session)
    for unit in (tree.finance, tree.department, tree.unit, tree.other_department, tree.other_unit):
        unit.region_code = region.code
    session.flush()
    return Bureau(
        tree=tree,
        finance=factories.make_actor(tree.finance, Role.FINANCE, name="陆建中"),
        department=factories.make_actor(tree.department, Role.DEPARTMENT, name="沈立群"),
        filler=factories.make_actor(tree.unit, name="周晓岚"),
        lead=factories.make_actor(tree.unit, Role.UNIT_LEAD, name="顾明远"),
        stranger=factories.make_actor(tree.other_unit, name="路人"),
        project=declared(session, tree.unit),
        other_project=declared(session, tree.other_unit),
    )


def declared(session: Session, unit) -> Project:
    """A project with targets for the year."""
    project = factories.make_project(session, unit)
    factories.make_budget(session, project)
    factories.make_declaration(session, project, INDICATORS)
    return project


def entry(case: Bureau, **given) -> FilingTaskEntry:
    """A task for the whole tree."""
    usual = {
        "title": "2024年度项目支出绩效自评",
        "fiscal_year": factories.YEAR,
        "opens": OPENS,
        "due": DUE,
        "closes": CLOSES,
        "targets": {case.tree.finance.id: True},
    }
    return FilingTaskEntry(**usual | given)


def issued(session: Session, now: datetime, case: Bureau, **given) -> FilingTask:
    """The task, issued by finance."""
    return filing_tasks.issue(session, case.finance, now, entry(case, **given))


def begun(session: Session, now: datetime, case: Bureau):
    """The form of the unit's project."""
    return self_evaluations.open_form(session, case.filler, now, case.project.id, factories.YEAR)


def extension(until: date, **given) -> RequestEntry:
    """A wish for an extension."""
    return RequestEntry(kind="extension", reason="决算数据推迟", until=until, **given)


def waiver(**given) -> RequestEntry:
    """A wish for a waiver."""
    return RequestEntry(kind="waiver", reason="项目已终止", **given)
