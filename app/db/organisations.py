"""Organisations (单位): a tree whose every node carries its path from the root."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, func, literal, update
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.types import KEY
from app.domain.actors import Scope


class OrganisationKind(StrEnum):
    """财政部门, 主管部门, 预算单位."""

    FINANCE = "finance"
    DEPARTMENT = "department"
    UNIT = "unit"


class Organisation(Versioned, table=True):
    """One organisation; `path` ("/1/3/") names its ancestors and itself."""

    __tablename__ = "organisations"
    # Scopes are prefixes of the path; under a locale's collation only this class of index serves.
    __table_args__ = (
        Index(None, "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index(None, "region_code", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True)
    name: str
    region_code: str = Field(foreign_key="regions.code")
    parent_id: int | None = Field(
        default=None, foreign_key="organisations.id", index=True, sa_type=KEY
    )
    path: str = ""
    kind: str
    active: bool = True


def within(scope: Scope, fiscal_year: Any = None) -> ColumnElement[bool]:
    """The one scope filter: organisations at or below a path, and years of the row's column.

    Join Organisation and add it to the query; rows without a fiscal year name no column.
    """
    reached: ColumnElement[bool] = col(Organisation.path).startswith(scope.path, autoescape=True)
    if fiscal_year is None:
        return reached
    return and_(reached, col(fiscal_year).between(scope.first_year, scope.last_year))


def add(session: Session, organisation: Organisation) -> Organisation:
    """Store a new organisation under its parent."""
    session.add(organisation)
    session.flush()
    place(session, organisation)
    return organisation


def add_all(session: Session, new: Sequence[Organisation]) -> None:
    """Store new organisations whose parents are all stored already."""
    session.add_all(new)
    session.flush()
    place(session, *new)


def place(session: Session, *placed: Organisation) -> None:
    """Write the paths of organisations from their parents': the only writer of paths."""
    for organisation in placed:
        above = "/"
        if organisation.parent_id is not None:
            above = session.get_one(Organisation, organisation.parent_id).path
        organisation.path = f"{above}{organisation.id}/"
    session.flush()


def move(session: Session, organisation: Organisation, parent: Organisation) -> None:
    """Put an organisation with all below it under another one; `hold_tree` comes first."""
    before = organisation.path
    organisation.parent_id = parent.id
    place(session, organisation)
    below = col(Organisation.path).startswith(before, autoescape=True)
    rest = func.substr(Organisation.path, len(before) + 1)
    session.execute(
        update(Organisation)
        .where(below)
        .values(path=literal(organisation.path).op("||")(rest))
        .execution_options(synchronize_session="fetch")
    )


def hold_tree(session: Session, organisation_id: int) -> None:
    """Wait for whoever changes the shape of a tree: paths are read and written by one at a time."""
    path = session.get_one(Organisation, organisation_id).path
    root = int(path.strip("/").partition("/")[0])
    session.exec(select(Organisation).where(Organisation.id == root).with_for_update()).one()
    session.expire_all()


def find(session: Session, scope: Scope, organisation_id: int) -> Organisation | None:
    """The organisation, if it lies within the scope."""
    row = select(Organisation).where(Organisation.id == organisation_id, within(scope))
    return session.exec(row).first()


def by_code(session: Session, code: str) -> Organisation | None:
    """The organisation of that code."""
    return session.exec(select(Organisation).where(Organisation.code == code)).first()


def page(
    session: Session,
    scope: Scope,
    *,
    region_code: str | None,
    parent_id: int | None,
    kind: str | None,
    after: int,
    limit: int,
) -> list[Organisation]:
    """Up to `limit` organisations within the scope, by id, after that id."""
    rows = select(Organisation).where(within(scope), col(Organisation.id) > after)
    if region_code is not None:
        rows = rows.where(Organisation.region_code == region_code)
    if parent_id is not None:
        rows = rows.where(Organisation.parent_id == parent_id)
    if kind is not None:
        rows = rows.where(Organisation.kind == kind)
    return list(session.exec(rows.order_by(col(Organisation.id)).limit(limit)))


def region_codes(session: Session, scope: Scope, kind: str | None = None) -> frozenset[str]:
    """The regions of the organisations within the scope, or of those of one kind."""
    rows = select(Organisation.region_code).where(within(scope)).distinct()
    if kind is not None:
        rows = rows.where(Organisation.kind == kind)
    return frozenset(session.exec(rows))


def department_of(session: Session, organisation: Organisation) -> Organisation | None:
    """The supervising department (主管部门): the nearest one above or the organisation itself."""
    ids = [int(part) for part in organisation.path.strip("/").split("/")]
    above = (
        select(Organisation)
        .where(
            col(Organisation.id).in_(ids),
            Organisation.kind == OrganisationKind.DEPARTMENT,
        )
        .order_by(func.length(Organisation.path).desc())
    )
    return session.exec(above).first()


def children(session: Session, organisation_id: int) -> list[Organisation]:
    """The organisations directly below one, by code."""
    rows = select(Organisation).where(Organisation.parent_id == organisation_id)
    return list(session.exec(rows.order_by(col(Organisation.code))))


def parents_below(session: Session, organisation_id: int) -> set[int]:
    """Those directly below an organisation that have others below them."""
    below = select(Organisation.id).where(Organisation.parent_id == organisation_id)
    rows = select(Organisation.parent_id).where(col(Organisation.parent_id).in_(below))
    return {parent_id for parent_id in session.exec(rows.distinct()) if parent_id is not None}


def paths(session: Session, scope: Scope) -> dict[int, str]:
    """The path of every organisation within a scope, by id."""
    rows = select(Organisation.id, Organisation.path).where(within(scope))
    return dict(session.exec(rows).all())


def line(session: Session, scope: Scope, organisation: Organisation) -> list[Organisation]:
    """From the top of a scope down to an organisation within it, both included."""
    ids = [int(part) for part in organisation.path.strip("/").split("/")]
    rows = select(Organisation).where(col(Organisation.id).in_(ids), within(scope))
    return list(session.exec(rows.order_by(func.length(Organisation.path))))


def all_within(session: Session, scope: Scope) -> list[Organisation]:
    """Every organisation within the scope, each after its parent."""
    rows = select(Organisation).where(within(scope))
    return sorted(session.exec(rows), key=lambda row: (row.path.count("/"), row.id))


def roots(session: Session) -> list[Organisation]:
    """The organisations that stand below no other."""
    return list(session.exec(select(Organisation).where(col(Organisation.parent_id).is_(None))))


def tree(session: Session, scope: Scope, limit: int) -> list[Organisation]:
    """Up to `limit` organisations in use within a scope, each after the one above it."""
    rows = select(Organisation).where(within(scope), col(Organisation.active))
    return list(session.exec(rows.order_by(col(Organisation.path)).limit(limit)))


def of_codes(session: Session, scope: Scope, codes: list[str]) -> dict[str, int]:
    """The ids of the organisations of those codes within a scope."""
    rows = select(Organisation.code, Organisation.id).where(
        within(scope), col(Organisation.code).in_(codes)
    )
    return dict(session.exec(rows).all())


def names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of those organisations."""
    rows = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(ids))
    return dict(session.exec(rows).all())
