"""The filing task of the demo, and what its units asked for, through the services of people."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.db import organisations, projects
from app.db.filing_tasks import FilingTask
from app.db.organisations import Organisation
from app.db.regions import Region
from app.domain.actors import Actor, Role
from app.domain.filing_tasks import local_day
from app.services import filing_requests, filing_tasks
from app.services.filing_entries import FilingTaskEntry
from app.services.filing_requests import RequestEntry

Document = Mapping[str, Any]


def issue(
    session: Session, now: datetime, people: Mapping[Role, Actor], document: Document
) -> FilingTask:
    """Issue the task; its days are counted from today in its region."""
    unit = organisations.by_code(session, document["organisation"])
    if unit is None:
        raise LookupError(f"{document['organisation']}: not among the demo organisations")
    today = _today(session, now, unit)
    entry = FilingTaskEntry(
        title=document["title"],
        note=document["note"],
        fiscal_year=document["fiscal_year"],
        opens=today - timedelta(days=document["opens_days_ago"]),
        due=today + timedelta(days=document["due_in_days"]),
        closes=today + timedelta(days=document["closes_in_days"]),
        targets={unit.id: True},
    )
    at = now - timedelta(days=document["issued_days_ago"])
    return filing_tasks.issue(session, people[Role.FINANCE], at, entry)


def ask(
    session: Session,
    now: datetime,
    people: Mapping[Role, Actor],
    task: FilingTask,
    document: Document,
) -> None:
    """Let the unit ask, and the department grant what it has granted."""
    for row in document["requests"]:
        project = projects.by_code(session, row["project"])
        if project is None:
            raise LookupError(f"{row['project']}: not among the demo projects")
        unit = session.get_one(Organisation, project.organisation_id)
        entry = RequestEntry(
            kind=row["kind"],
            reason=row["reason"],
            until=_today(session, now, unit) + timedelta(days=row["until_in_days"]),
            project_id=project.id,
        )
        asked = now - timedelta(days=row["asked_days_ago"])
        request = filing_requests.ask(session, people[Role.FILLER], asked, task.id, entry)
        if "granted_days_ago" in row:
            at = now - timedelta(days=row["granted_days_ago"])
            place = (session, people[Role.DEPARTMENT], at, request.id, request.version)
            filing_requests.decide(*place, granted=True)


def _today(session: Session, now: datetime, unit: Organisation) -> date:
    return local_day(now, ZoneInfo(session.get_one(Region, unit.region_code).time_zone))
