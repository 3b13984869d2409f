"""Every page of the program, from its live route table: a new page is among them at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import APIRequestContext
from sqlalchemy import func
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from app.db import indicator_lines, organisations
from app.db.grants import Grant
from app.db.imports import Import
from app.db.messages import Message
from app.db.session import writing
from app.db.users import User
from app.domain.actors import Actor, Role, Scope
from app.domain.grants import GrantState
from app.domain.policies import ANYBODY
from app.services import check_codes, imports, self_evaluations
from app.services.imports import Upload
from app.views import create_views
from tests.matrix.table import routes
from tests.serving import Serving

# In the order in which they are asked whether a page is theirs.
ACCOUNTS = {
    "filler": Role.FILLER,
    "department": Role.DEPARTMENT,
    "finance": Role.FINANCE,
    "sysadmin": Role.SYSADMIN,
    "secadmin": Role.SECADMIN,
    "auditor": Role.AUDITOR,
    "unit-lead": Role.UNIT_LEAD,
}
# The demo's forms by what they show: a draft, one under review, one sent back.
DRAFT, SENT, RETURNED = 5, 6, 7
# Not pages, or pages of a program that is set up otherwise.
ELSEWHERE = frozenset(
    {
        "/login", "/login/verify", "/login/oidc", "/login/oidc/return", "/setup", "/session",
        "/session/done", "/static/",
    }
)  # fmt: skip

# Files, not pages.
FILES = ("{attachment_id}", "{kind}.{ending}", "{file_format}", "{export_id}/file")

ID = re.compile(r"\{(\w+_id)\}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as somebody sees it."""

    account: str
    path: str


def prepared(program: Serving) -> dict[str, str]:
    """Ids of rows that the pages show; those that the demo lacks are made."""
    with writing(program.app.state.engine) as session:
        people = {row.username: row for row in session.exec(select(User))}
        line = indicator_lines.of_form(session, DRAFT)[0]
        return {
            "line_id": str(line.id),
            "task_id": "1",
            "message_id": str(session.exec(_message_of(people["filler"])).one()),
            "user_id": str(people["filler"].id),
            "grant_id": str(_asked(session, program, people["filler"]).id),
            "import_id": str(_import(session, program, people["finance"]).id),
            "code": _code(session, program, people["finance"]),
        }


def _message_of(person: User) -> SelectOfScalar[int]:
    """The first message of somebody, which no other account can read."""
    return select(func.min(Message.id)).where(Message.user_id == person.id)


def _asked(session: Session, program: Serving, person: User) -> Grant:
    grant = Grant(
        user_id=person.id,
        role=Role.UNIT_LEAD,
        lane=person.lane,
        organisation_id=person.organisation_id,
        starts=program.clock().date(),
        state=GrantState.REQUESTED,
        reason="接替",
        requested_at=program.clock(),
        requested_by="系统管理员",
    )
    session.add(grant)
    session.flush()
    return grant


def _code(session: Session, program: Serving, person: User) -> str:
    sheet = self_evaluations.get_sheet(session, _finance(session, person), SENT)
    return check_codes.issue(session, program.clock(), sheet, "").code


def _finance(session: Session, person: User) -> Actor:
    unit = session.get_one(organisations.Organisation, person.organisation_id)
    return Actor(person.id, person.name, Role.FINANCE, unit.id, Scope(unit.path))


def _import(session: Session, program: Serving, person: User) -> Import:
    actor = _finance(session, person)
    table = Upload("单位.csv", "单位代码,单位名称,单位类别,地区代码\nX-1,,单位,310000\n".encode())
    return imports.preview(session, actor, program.clock(), "organisations", table)


def pages(ids: dict[str, str], asks: dict[str, APIRequestContext]) -> Iterator[Shown]:
    """Each page with an account that may open it; a form's page in each of its standings.

    Raises LookupError for a page that nobody can open: then an id is missing above.
    """
    for declared in routes(create_views(), "page"):
        if declared.method != "GET" or declared.path in ELSEWHERE:
            continue
        names, roles = ID.findall(declared.path), declared.policy.roles
        everybody = declared.policy is ANYBODY
        able = {name: ask for name, ask in asks.items() if everybody or ACCOUNTS[name] in roles}
        if "form_id" not in names:
            yield from _opened(declared.path, ids, able)
            continue
        for form in (DRAFT,) if "line_id" in names else (DRAFT, SENT, RETURNED):
            yield from _opened(declared.path, {**ids, "form_id": str(form)}, able)


def _opened(path: str, ids: dict[str, str], asks: dict[str, APIRequestContext]) -> Iterator[Shown]:
    address = path
    for name, value in ids.items():
        address = address.replace(f"{{{name}}}", value)
    if "{" in address:
        if address.endswith(FILES):
            return
        raise LookupError(f"{path}: which row shall it show?")
    tried = {}
    for account, ask in asks.items():
        answer = ask.get(address, max_redirects=0)
        tried[account] = answer.status
        if answer.status == 200:
            if answer.headers["content-type"].startswith("text/html"):
                yield Shown(account, address)
            return
    # Not now, says the page to whoever may in principle: it is looked at as it is.
    told = [account for account, status in tried.items() if status == 409]
    if not told:
        raise LookupError(f"{path}: nobody can open it ({tried})")
    yield Shown(told[0], address)
