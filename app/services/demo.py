"""Demo data (演示数据): a small tree, one account a role, and the forms of one year."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from sqlmodel import Session

from app.db import declarations, indicator_lines, organisations, projects
from app.db.budgets import Budget
from app.db.declarations import Declaration, DeclaredIndicator
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.regions import Region
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor, Role, Scope
from app.domain.audit import AuditAction, ObjectKind
from app.domain.findings import Severity
from app.files.store import Store
from app.services import (
    accounts,
    audit,
    demo_courses,
    demo_evidence,
    demo_filing,
    filling,
    submissions,
)
from app.services.entries import FormEntry, LineEntry
from app.services.form_sheets import FormSheet
from app.services.self_evaluations import open_form

Document = Mapping[str, Any]
People = Mapping[Role, Actor]
STAFFED = timedelta(days=90)


def load(session: Session, now: datetime, store: Store | None = None) -> None:
    """Fill an empty database; where any organisation exists, change nothing.

    Evidence is attached only where there is a store for its files.
    """
    everywhere = {"region_code": None, "parent_id": None, "kind": None}
    if organisations.page(session, Scope("/"), **everywhere, after=0, limit=1):
        return
    folder = files("app.demo")
    people = _load_tree(session, now, _read(folder / "organisations.toml"))
    asked = _read(folder / "filing_task.toml")
    task = demo_filing.issue(session, now, people, asked)
    for kind in ("forms", "earlier"):
        for file in sorted((folder / kind).iterdir(), key=lambda item: item.name):
            _load_form(session, now, people, _read(file), store)
    demo_filing.ask(session, now, people, task, asked)
    demo_courses.settle_messages(session, now)
    whole = audit.Subject(ObjectKind.DATABASE, "demo")
    audit.record(session, audit.CONSOLE, now, AuditAction.LOAD, whole)


def _read(file: Traversable) -> Document:
    return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


def _load_tree(session: Session, now: datetime, document: Document) -> People:
    """Regions, organisations, keys and accounts; the actor of each role."""
    session.add_all(Region(**row) for row in document["regions"])
    session.flush()
    units: dict[str, Organisation] = {}
    for row in document["organisations"]:
        units[row["code"]] = _add_organisation(session, row, units)
    for row in document["api_keys"]:
        unit = units[row["organisation"]]
        accounts.add_key(session, now, row["key"], row["name"], unit, *row["scopes"].split())
    password = document["accounts"]["password"]
    return {
        Role(row["role"]): _add_person(session, now, row, units[row["organisation"]], password)
        for row in document["users"]
    }


def _add_organisation(
    session: Session, row: Document, units: Mapping[str, Organisation]
) -> Organisation:
    parent = units[row["parent"]].id if "parent" in row else None
    organisation = Organisation(
        code=row["code"],
        name=row["name"],
        region_code=row["region"],
        parent_id=parent,
        kind=row["kind"],
    )
    return organisations.add(session, organisation)


def _add_person(
    session: Session, now: datetime, row: Document, unit: Organisation, password: str
) -> Actor:
    """An account whose password is public: it is marked, and no policy binds it.

    It is as old as the oldest form: who had no post then would have been told of nothing.
    """
    role, person = Role(row["role"]), (row["username"], row["name"])
    user = accounts.add_user(session, now - STAFFED, *person, role, unit, password)
    user.demo = True
    return Actor(user.id, user.name, role, unit.id, Scope(unit.path))


def _load_form(
    session: Session, now: datetime, people: People, document: Document, store: Store | None
) -> None:
    """A project with its budget and targets, and its form as far as it has come."""
    project = _project(session, document)
    _add_budgets(session, project, document)
    _declare(session, project, document)
    form = _fill(session, now, people[Role.FILLER], project, document)
    course = document["self_evaluation"]
    if store is not None:
        attached, papers = _days_ago(now, course["saved_days_ago"]), document.get("attachments", ())
        demo_evidence.attach(session, people[Role.FILLER], attached, form.id, papers, store)
    if "submitted_days_ago" in course:
        submitted = _days_ago(now, course["submitted_days_ago"])
        submissions.submit(session, people[Role.FILLER], submitted, form.id, None)
    demo_courses.follow(session, now, people, form.id, document.get("course", ()))


def _project(session: Session, document: Document) -> Project:
    """The file's own project, or the one whose code it names: then it is of an earlier year."""
    if not isinstance(document["project"], str):
        return _add_project(session, document)
    project = projects.by_code(session, document["project"])
    if project is None:
        raise LookupError(f"{document['project']}: no demo form of a later year has this project")
    project.first_year = min(project.first_year, document["fiscal_year"])
    return project


def _add_project(session: Session, document: Document) -> Project:
    row = dict(document["project"])
    owner = organisations.by_code(session, row.pop("owner"))
    if owner is None:
        raise LookupError(f"{row['code']}: its owner is not among the demo organisations")
    project = Project(**row, organisation_id=owner.id, region_code=owner.region_code)
    session.add(project)
    session.flush()
    return project


def _add_budgets(session: Session, project: Project, document: Document) -> None:
    session.add_all(
        Budget(
            project_id=project.id,
            region_code=project.region_code,
            fiscal_year=document["fiscal_year"],
            source=row["source"],
            initial=Decimal(row["initial"]),
            adjustment=Decimal(row["adjustment"]),
            executed=Decimal(row["executed"]),
        )
        for row in document["budgets"]
    )


def _declare(session: Session, project: Project, document: Document) -> None:
    where = {"region_code": project.region_code, "fiscal_year": document["fiscal_year"]}
    goal = document["declaration"]["goal"]
    declaration = Declaration(project_id=project.id, goal=goal, **where)
    session.add(declaration)
    session.flush()
    indicators = (
        DeclaredIndicator(
            declaration_id=declaration.id,
            position=position,
            level1=row["level1"],
            level2=row["level2"],
            name=row["name"],
            target=row["target"],
            full=Decimal(row["full"]),
            **where,
        )
        for position, row in enumerate(document["indicators"])
    )
    declarations.replace_indicators(session, declaration.id, indicators)


def _fill(
    session: Session, now: datetime, filler: Actor, project: Project, document: Document
) -> SelfEvaluation:
    """Open the form and type into it what the file holds, as a filler would."""
    course = document["self_evaluation"]
    opened, saved = (_days_ago(now, course[f"{done}_days_ago"]) for done in ("opened", "saved"))
    year = document["fiscal_year"]
    form = open_form(session, filler, opened, project.id, year)
    lines = indicator_lines.of_form(session, form.id)
    entry = FormEntry(
        achieved=course.get("achieved"),
        lines={
            line.id: LineEntry(row.get("actual"), row.get("judged"), row.get("reason"))
            for line, row in zip(lines, document["indicators"], strict=True)
        },
    )
    filled = filling.save_all(session, filler, saved, form.id, None, entry)
    _answer(session, filler, saved, filled, document.get("answers", {}))
    return form


def _answer(
    session: Session, filler: Actor, now: datetime, filled: FormSheet, answers: Mapping[str, str]
) -> None:
    """Give the file's reason for each warning of a check that it names."""
    for finding in filled.sheet.findings:
        if finding.severity is Severity.WARNING and finding.code in answers:
            reason = answers[finding.code]
            submissions.answer_warning(
                session, filler, now, filled.form.id, finding.code, finding.path, reason
            )


def _days_ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)
