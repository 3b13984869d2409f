"""Posts (岗位): what somebody may act as at this moment, read from grants at every request."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.db import delegations, grants
from app.db.delegations import Delegation
from app.db.grants import Grant
from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import FIRST_YEAR, LAST_YEAR, Role, Scope
from app.domain.audit import AuditAction, differences
from app.domain.grants import Term
from app.domain.posts import Post
from app.errors import Conflict
from app.services import audit

GONE = "这个岗位现在不能使用：授权已到期、被撤销，或委托已结束。请另选一个岗位。"


def in_force(session: Session, now: datetime, user_id: int) -> tuple[Post, ...]:
    """What the person may act as: own grants first, then what colleagues lent.

    Days are judged by the clock of the region that the granted organisation lies in.
    """
    own = (
        _own(grant, unit)
        for grant, _, unit, zone in grants.active_of(session, user_id)
        if term(grant).covers(day(now, zone))
    )
    lent = (
        _lent(grant, unit, delegation, holder)
        for delegation, grant, holder, _, unit, zone in delegations.accepted_of(session, user_id)
        if term(grant).covers(day(now, zone)) and term(delegation).covers(day(now, zone))
    )
    return (*own, *sorted(lent, key=lambda post: post.delegation_id or 0))


def confirmed_roles(session: Session, user_id: int) -> frozenset[Role]:
    """What the person is or will be by what is confirmed and taken on, whatever the day is."""
    own = {Role(grant.role) for grant, *_ in grants.active_of(session, user_id)}
    lent = {Role(grant.role) for _, grant, *_ in delegations.accepted_of(session, user_id)}
    return frozenset(own | lent)


def reachable(
    session: Session, now: datetime, role: Role, organisation_id: int, fiscal_year: int
) -> tuple[User, ...]:
    """Who acts in a role for an organisation and a year at this moment, stand-ins included."""
    path = session.get_one(Organisation, organisation_id).path
    reaching = reaching_by_unit(session, now, role, path, fiscal_year)
    return tuple({user.id: user for _, user in reaching}.values())


def reaching_by_unit(
    session: Session, now: datetime, role: Role, path: str, fiscal_year: int
) -> Iterator[tuple[Organisation, User]]:
    """The same, each with the organisation that the role was granted for."""
    for grant, user, unit, zone in grants.holders(session, role, path, fiscal_year):
        today = day(now, zone)
        if not term(grant).covers(today):
            continue
        yield unit, user
        for delegation, delegate in delegations.accepted_of_grant(session, grant.id):
            if term(delegation).covers(today):
                yield unit, delegate


def choose(session: Session, now: datetime, user: User, key: str, address: str = "") -> Post:
    """The post of that key, noted as chosen; raises Conflict.

    The caller renews the session in it: rights have changed, and so has the session's name.
    """
    post = next((item for item in in_force(session, now, user.id) if item.key == key), None)
    if post is None:
        raise Conflict(GONE)
    actor = post.actor(user.id, user.name, address)
    told = differences({}, {"role": post.role, "grant_id": post.grant_id})
    audit.record(session, actor, now, AuditAction.SWITCH, audit.about(user), told)
    return post


def term(row: Grant | Delegation) -> Term:
    """The days of a grant or of a delegation."""
    return Term(row.starts, row.ends)


def day(now: datetime, zone: str) -> date:
    """The day it is in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def reach(grant: Grant, path: str) -> Scope:
    """The organisations and years of a grant."""
    return Scope(path, grant.first_year or FIRST_YEAR, grant.last_year or LAST_YEAR)


def _own(grant: Grant, unit: Organisation) -> Post:
    return Post(
        grant_id=grant.id,
        role=Role(grant.role),
        organisation_id=unit.id,
        organisation=unit.name,
        scope=reach(grant, unit.path),
        ends=grant.ends,
    )


def _lent(grant: Grant, unit: Organisation, delegation: Delegation, holder: User) -> Post:
    ends = min(delegation.ends, grant.ends or delegation.ends)
    post = _own(grant, unit)
    return replace(
        post, delegation_id=delegation.id, ends=ends, absent=holder.name, absent_id=holder.id
    )
