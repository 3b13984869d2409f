"""Builds nouns for tests: each function stores one row with whatever it was not told made up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlmodel import Session

from app.db import organisations
from app.db.budgets import Budget
from app.db.declarations import Declaration, DeclaredIndicator
from app.db.grants import Grant
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.regions import Region
from app.db.self_evaluations import SelfEvaluation
from app.db.users import User
from app.domain import project_codes
from app.domain.actors import EVERY_SCOPE, Actor, Role, Scope
from app.domain.grants import GrantState, lane_of
from app.domain.workflow import State

REGION = "310000"
YEAR = 2024
MOMENT = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)

_numbers = count(1)


def make_region(session: Session, code: str = REGION, **given: Any) -> Region:
    """A region; the one of that code if it is there."""
    return session.get(Region, code) or _stored(
        session, Region(code=code, **{"name": code} | given)
    )


def make_organisation(
    session: Session, parent: Organisation | None = None, **given: Any
) -> Organisation:
    """An organisation below `parent`, in its region."""
    number = next(_numbers)
    usual = {
        "code": f"O{number}",
        "name": f"第{number}单位",
        "region_code": make_region(session, given.get("region_code", REGION)).code,
        "parent_id": parent.id if parent else None,
        "kind": "unit" if parent else "finance",
    }
    return organisations.add(session, Organisation(**usual | given))


def make_project(session: Session, owner: Organisation, **given: Any) -> Project:
    """A project of 2024 alone."""
    code = given.get("code", f"31000024T{next(_numbers):012}")
    usual = {
        "code": code,
        "name": f"项目{code[-4:]}",
        "kind": project_codes.kind_of(code),
        "organisation_id": owner.id,
        "region_code": owner.region_code,
        "first_year": YEAR,
        "last_year": YEAR,
    }
    return _stored(session, Project(**usual | given))


def make_budget(session: Session, project: Project, **given: Any) -> Budget:
    """A budget of 100.00 元 appropriated and spent."""
    usual = {
        "project_id": project.id,
        "region_code": project.region_code,
        "fiscal_year": YEAR,
        "source": "appropriation",
        "initial": Decimal("100.00"),
        "executed": Decimal("100.00"),
    }
    return _stored(session, Budget(**usual | given))


def make_declaration(
    session: Session, project: Project, indicators: Iterable[dict[str, Any]] = (), **given: Any
) -> Declaration:
    """Declared targets with those indicators, each 10 points for ≥1 unless told otherwise."""
    usual = {"project_id": project.id, "region_code": project.region_code, "fiscal_year": YEAR}
    declaration = _stored(session, Declaration(**usual | given))
    for position, indicator in enumerate(indicators):
        row = {
            "declaration_id": declaration.id,
            "region_code": declaration.region_code,
            "fiscal_year": declaration.fiscal_year,
            "position": position,
            "level1": "产出指标",
            "level2": "数量指标",
            "name": f"指标{position + 1}",
            "target": "≥1",
            "full": Decimal(10),
        }
        _stored(session, DeclaredIndicator(**row | indicator))
    return declaration


def make_form(session: Session, project: Project, **given: Any) -> SelfEvaluation:
    """The bare head of a draft self-evaluation; services fill the rest."""
    usual = {
        "project_id": project.id,
        "organisation_id": project.organisation_id,
        "region_code": project.region_code,
        "fiscal_year": YEAR,
        "standard": "shanghai-self-evaluation",
        "edition": "2024-01-01",
        "edition_hash": "0" * 64,
        "state": State.DRAFT,
        "due_on": date(2025, 3, 31),
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
    return _stored(session, SelfEvaluation(**usual | given))


def make_actor(organisation: Organisation, role: Role = Role.FILLER, **given: Any) -> Actor:
    """Someone of that organisation, without an account."""
    usual = {
        "id": next(_numbers),
        "name": "某人",
        "role": role,
        "organisation_id": organisation.id,
        "scope": Scope(organisation.path),
        "scopes": EVERY_SCOPE,
    }
    return Actor(**usual | given)


def make_account(
    session: Session, organisation: Organisation, username: str, role: Role = Role.FINANCE
) -> Actor:
    """Somebody of that organisation with an account that no password opens, and a grant."""
    user = User(
        username=username,
        name=username,
        lane=lane_of(role),
        organisation_id=organisation.id,
        password_hash="",
        password_set_at=MOMENT,
    )
    grant = Grant(
        user_id=_stored(session, user).id,
        role=role,
        lane=user.lane,
        organisation_id=organisation.id,
        starts=date(YEAR, 1, 1),
        state=GrantState.ACTIVE,
        requested_at=MOMENT,
        requested_by="某人",
    )
    _stored(session, grant)
    return make_actor(organisation, role, id=user.id, name=username)


@dataclass(frozen=True, slots=True)
class Tree:
    """A finance bureau, two departments below it, and a unit below each."""

    finance: Organisation
    department: Organisation
    unit: Organisation
    other_department: Organisation
    other_unit: Organisation


def make_tree(session: Session) -> Tree:
    """The smallest tree in which someone can look where they should not."""
    finance = make_organisation(session)
    department = make_organisation(session, finance, kind="department")
    other_department = make_organisation(session, finance, kind="department")
    return Tree(
        finance=finance,
        department=department,
        unit=make_organisation(session, department),
        other_department=other_department,
        other_unit=make_organisation(session, other_department),
    )


def _stored(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
