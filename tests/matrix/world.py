"""The world of the matrix: two trees, somebody of each role everywhere, a form in each standing.

Whatever belongs to an organisation carries its mark (`own-U-2024`), so that an answer which
shows more than its reader's scope gives itself away whatever route it came by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product

from sqlalchemy import text
from sqlmodel import Session

from app.db.api_keys import ApiKey
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.remarks import Remark
from app.db.reviews import Review
from app.db.schema import metadata
from app.db.self_evaluations import SelfEvaluation
from app.db.users import User
from app.domain.actors import EVERY_SCOPE, Actor, Role, Scope
from app.domain.findings import Severity
from app.domain.workflow import Course, State
from app.services import (
    accounts,
    completions,
    filling,
    form_tokens,
    hashing,
    own_sessions,
    reviews,
    submissions,
)
from app.services.entries import LineEntry
from app.services.own_sessions import Whence
from app.services.reviews import ReturnEntry, ReviewEntry
from app.services.self_evaluations import get_sheet, open_form
from tests import factories
from tests.factories import MOMENT, YEAR

# name: above, kind, region. U is where the records are that everybody asks for.
TREE = {
    "F": (None, "finance", "310000"),
    "D": ("F", "department", "310000"),
    "U": ("D", "unit", "310000"),
    "C": ("U", "unit", "310000"),
    "S": ("D", "unit", "310000"),
    "V": ("D", "unit", "310000"),
    "D2": ("F", "department", "310000"),
    "U2": ("D2", "unit", "310000"),
    "X": (None, "finance", "330000"),
}
RELATIONS = {
    "U": "own", "C": "child", "D": "parent", "F": "top", "S": "sibling", "D2": "other branch",
    "U2": "other unit", "X": "other tree",
}  # fmt: skip
SCOPES = ("read", "write", "score", "audit", "read write score audit")
PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
ABSENT = "999999"
LAST_YEAR = "287册"
INDICATORS = (
    {"target": "≥100册", "full": Decimal(50)},
    {"level1": "效益指标", "level2": "社会效益指标", "target": "改善", "full": Decimal(30)},
    {"level1": "满意度指标", "level2": "服务对象满意度指标", "target": "≥90%",
     "full": Decimal(10)},
)  # fmt: skip
STANDINGS: Mapping[str, tuple[str, ...]] = {
    "draft": (),
    "withdrawn": ("submit", "withdraw"),
    "unit review": ("submit",),
    "unit review, opened": ("submit", "accept"),
    "department review": ("submit", "approve"),
    "department review, opened": ("submit", "approve", "accept"),
    "finance review": ("submit", "approve", "approve"),
    "finance review, opened": ("submit", "approve", "approve", "accept"),
    "returned": ("submit", "return"),
    "completed": ("submit", "approve", "approve", "approve"),
    "published": ("submit", "approve", "approve", "approve", "publish"),
    "superseded": ("submit", "approve", "approve", "approve", "reopen"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a desk of some organisation, or a key; nobody at all without either."""

    name: str
    place: str
    role: Role | None = None
    scopes: frozenset[str] = EVERY_SCOPE
    token: str = ""
    csrf: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A row that a request can name, and all that goes with it."""

    name: str
    place: str
    ids: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    state: State | None = None
    course: Course = field(default_factory=Course)
    warning: tuple[str, str] = ("", "")
    code: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """Who there is and what there is; `paths` are those of the organisations."""

    people: tuple[Person, ...]
    keys: tuple[Person, ...]
    records: Mapping[str, Record]
    paths: Mapping[str, str]

    def reaches(self, person: Person, place: str) -> bool:
        """Whether the organisation lies at or below the person's own."""
        return self.paths[place].startswith(self.paths[person.place])

    def shown_above(self, person: Person, place: str) -> bool:
        """Whether the organisation stands above the person's: its name is no secret there."""
        return self.paths[person.place].startswith(self.paths[place])


def build(session: Session, key: bytes) -> World:
    """Everything, in an empty database."""
    _number_high(session)
    places = dict(_places(session))
    maker = Actor(1, "某人", Role.SYSTEM, places["F"].id, Scope("/"))
    for name in places.keys() - {"V"}:  # which nothing hangs on, so that it can be deleted
        _form(session, maker, name, places[name], "draft", ())
    records = {
        standing: _form(session, maker, "U", places["U"], standing, acts)
        for standing, acts in STANDINGS.items()
    }
    records["loose"] = _loose(session, places["U"])
    records["spare"] = Record("spare", "V", {"organisation_id": str(places["V"].id)}, code="SPARE")
    nobody = Person("nobody", "U")
    people = (
        _person(session, key, name, places[name], role) for name, role in product(RELATIONS, PEOPLE)
    )
    keys = (
        _key(session, name, places[name], scopes) for name, scopes in product(RELATIONS, SCOPES)
    )
    paths = {name: place.path for name, place in places.items()}
    return World((*people, nobody), (*keys, nobody), records, paths)


def _number_high(session: Session) -> None:
    """Ids of six digits: one that is not there has as many, and none is a part of another."""
    for place, table in enumerate(metadata.sorted_tables):
        if table.dialect_options["sqlite"]["autoincrement"]:
            row = {"name": table.name, "seq": 100_000 + 10_000 * place}
            session.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :seq)"), row)


def _places(session: Session) -> Iterator[tuple[str, Organisation]]:
    made: dict[str, Organisation] = {}
    for name, (above, kind, region) in TREE.items():
        given = {"name": f"单位 org-{name}", "code": f"{region}-{name}", "kind": kind}
        made[name] = factories.make_organisation(
            session, made.get(above or ""), region_code=region, **given
        )
        yield name, made[name]


def _project(session: Session, name: str, place: Organisation) -> dict[str, int]:
    """A project with a budget and declared targets."""
    mark = f"own-{name}-{YEAR}"
    project = factories.make_project(session, place, name=f"项目 {mark}", first_year=2020)
    budget = factories.make_budget(session, project)
    rows = [{"name": f"指标 {mark} {place}"} | row for place, row in enumerate(INDICATORS)]
    declared = factories.make_declaration(session, project, rows, goal=f"目标 {mark}")
    return {"project_id": project.id, "budget_id": budget.id, "declaration_id": declared.id}


def _loose(session: Session, place: Organisation) -> Record:
    """Master data of U: a project that nothing hangs on, and another without a form."""
    ids = _project(session, "U", place)
    alone = factories.make_project(session, place, name=f"项目 own-U-{YEAR}")
    named = ids | {"declared_id": ids["project_id"], "project_id": alone.id}
    named["organisation_id"] = place.id
    return Record("loose", "U", _words(named), code=alone.code)


def _form(
    session: Session,
    maker: Actor,
    name: str,
    place: Organisation,
    standing: str,
    acts: tuple[str, ...],
) -> Record:
    """A form that was filled in and taken as far as the acts say; the year before another."""
    ids = _project(session, name, place)
    _last_year(session, maker, ids["project_id"])
    form = open_form(session, maker, MOMENT, ids["project_id"], YEAR, date(2025, 3, 31))
    mark = f"own-{name}-{YEAR}"
    _fill(session, maker, form.id, mark)
    for act in acts:
        _take(session, maker, form.id, act, mark)
    sheet = get_sheet(session, maker, form.id)
    warned = next(item for item in sheet.sheet.findings if item.severity is Severity.WARNING)
    ids |= {"form_id": form.id, "line_id": sheet.lines[0].id, "organisation_id": place.id}
    if acts:
        ids["remark_id"] = _remark(session, form, mark).id
    return Record(
        name=standing,
        place=name,
        ids=_words(ids),
        version=form.version,
        state=State(form.state),
        course=Course(opened=form.opened_at is not None, in_use=form.is_current),
        warning=(warned.code, warned.path),
    )


def _words(ids: Mapping[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in ids.items()}


def _last_year(session: Session, maker: Actor, project_id: int) -> None:
    project = session.get_one(Project, project_id)
    rows = [{"name": f"指标 {project.name[3:]} {place}"} | row
            for place, row in enumerate(INDICATORS)]  # fmt: skip
    factories.make_declaration(session, project, rows, fiscal_year=YEAR - 1)
    form = open_form(session, maker, MOMENT, project_id, YEAR - 1)
    line = get_sheet(session, maker, form.id).lines[0]
    entry = LineEntry(actual=LAST_YEAR)
    filling.save_line(session, maker, MOMENT, form.id, line.id, None, entry)


def _fill(session: Session, maker: Actor, form_id: int, mark: str) -> None:
    sheet = get_sheet(session, maker, form_id)
    reason = f"说明 {mark}"
    # Far beyond the target without a reason: the warning that the form is answered for.
    typed = (("300册", ""), ("达成指标", reason), ("95%", reason))
    for line, (actual, why) in zip(sheet.lines, typed, strict=True):
        entry = LineEntry(actual=actual, reason=why)
        filling.save_line(session, maker, MOMENT, form_id, line.id, None, entry)
    sheet = filling.save_goal(session, maker, MOMENT, form_id, None, f"完成 {mark}")
    for finding in sheet.sheet.findings:
        if finding.severity is Severity.WARNING:
            said = (finding.code, finding.path, f"情况 {mark}")
            submissions.answer_warning(session, maker, MOMENT, form_id, *said)


def _take(session: Session, maker: Actor, form_id: int, act: str, mark: str) -> None:
    place = (session, maker, MOMENT, form_id, None)
    said = ReviewEntry(opinion=f"意见 {mark}")
    if act == "submit":
        submissions.submit(*place)
    elif act == "withdraw":
        submissions.withdraw(*place)
    elif act == "accept":
        reviews.accept(*place)
    elif act == "approve":
        reviews.approve(*place, said)
    elif act == "return":
        reviews.send_back(*place, ReturnEntry(reason=f"退回 {mark}", review=said))
    elif act == "publish":
        completions.publish(*place)
    else:
        completions.reopen(*place, f"重开 {mark}")


def _remark(session: Session, form: SelfEvaluation, mark: str) -> Remark:
    """A remark that is still to be settled, of a review long decided."""
    keys = {"region_code": form.region_code, "fiscal_year": form.fiscal_year}
    keys |= {"self_evaluation_id": form.id}
    review = Review(**keys, step=State.UNIT_REVIEW, round=9, reviewer_id=1, reviewer="某人",
                    decision=reviews.APPROVED, begun_at=MOMENT, decided_at=MOMENT)  # fmt: skip
    session.add(review)
    session.flush()
    remark = Remark(**keys, review_id=review.id, path="/achieved", text=f"批注 {mark}",
                    author_id=1, author="某人", written_at=MOMENT)  # fmt: skip
    session.add(remark)
    session.flush()
    return remark


def _person(session: Session, key: bytes, name: str, place: Organisation, role: Role) -> Person:
    """An account with a session; demo accounts owe no second factor."""
    user = User(
        username=f"{role}-{name}", name=f"{role}-{name}", role=role, organisation_id=place.id,
        password_hash="none", demo=True, password_set_at=MOMENT,
    )  # fmt: skip
    session.add(user)
    session.flush()
    token = own_sessions.begin(session, MOMENT, user, Whence())
    holder = accounts.holder_of_token(session, MOMENT, token)
    assert holder is not None
    csrf = form_tokens.token(key, holder)
    return Person(f"{role} at {RELATIONS[name]}", name, role, EVERY_SCOPE, token, csrf,
                  own_sessions.handle(token))  # fmt: skip


def _key(session: Session, name: str, place: Organisation, scopes: str) -> Person:
    """A key of an organisation."""
    token = f"key of {name} for {scopes}"
    session.add(
        ApiKey(
            key_hash=hashing.digest(token), name=token, organisation_id=place.id, scopes=scopes,
            created_at=MOMENT,
        )
    )  # fmt: skip
    label = f"key ({scopes}) at {RELATIONS[name]}"
    return Person(label, name, Role.SYSTEM, frozenset(scopes.split()), token)
