"""Delegations (委托): a post lent to a colleague of one's unit, in force once they accept it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from app.db import delegations, grants, users
from app.db.delegations import Delegation, Found
from app.db.grants import Grant
from app.db.session import locked
from app.db.users import User
from app.domain.actors import Actor, Role
from app.domain.audit import AuditAction, Change, Person, differences
from app.domain.delegations import (
    DELEGATION_LABELS,
    DelegationState,
    can_be_delegated,
    standing,
)
from app.domain.grants import REASON_LENGTH, GrantState, excluded, lane_of
from app.errors import Conflict, Forbidden, NotFound
from app.services import audit, lanes, posts
from app.services.claims import claim
from app.services.fields import Fields
from app.services.posts import day, term

LENT = "委托来的岗位不能再委托给别人，请由本人另行委托。"
NOT_LENT = "管理员岗位不能委托：请由系统管理员申请、安全管理员确认，另行授权。"
UNKNOWN = "本单位没有这个账号，或者它已停用，请核对；只能委托给同一单位的人员"
NOT_ASKED = "委托由被委托人接受，请等待对方办理。"
OVER = "委托人的这个岗位已经到期或被撤销，不能再接受。"

Who = Actor | Person


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationEntry:
    """What is lent to whom until when; `post` is a post's key, `starts` None is today."""

    post: str
    username: str
    starts: date | None
    ends: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ListedDelegation:
    """A delegation as one of the two sees it (`mine`: the lender), and how it stands today."""

    row: Delegation
    role: Role
    holder: User
    delegate: User
    organisation: str
    standing: DelegationState
    mine: bool


def offer(session: Session, who: Who, now: datetime, entry: DelegationEntry) -> Delegation:
    """Offer a post of one's own; raises Forbidden, Unacceptable with all problems."""
    fields = Fields()
    found = _own_post(session, now, who.id, entry.post, fields)
    delegate = _delegate(session, now, who.id, entry.username, found, fields)
    reason = fields.text("/reason", "委托原因", entry.reason, REASON_LENGTH, required=True)
    term_ = _days(entry, found, now, fields)
    if found is None or delegate is None or term_ is None or fields.problems:
        raise fields.refusal()
    closed = lanes.retire(session, now, delegate.id)
    row = Delegation(
        grant_id=found[0].id,
        delegate_id=delegate.id,
        lane=lanes.enter(session, delegate, lane_of(Role(found[0].role))),
        starts=term_[0],
        ends=term_[1],
        state=DelegationState.OFFERED,
        reason=reason,
        offered_at=now,
    )
    session.add(row)
    session.flush()
    cells = {name: getattr(row, name) for name in ("starts", "ends", "state", "reason")}
    told = {"delegate": delegate.name, "role": found[0].role, **cells}
    _tell(session, who, now, AuditAction.DELEGATE, row, (*differences({}, told), *closed))
    return row


def accept(
    session: Session, who: Who, now: datetime, delegation_id: int, version: int
) -> Delegation:
    """Take on what was offered; in force from its first day. Raises NotFound, Conflict."""
    found = _asked(session, who, now, delegation_id, version)
    grant = found.grant
    if grant.state != GrantState.ACTIVE or term(grant).is_over(day(now, found.zone)):
        raise Conflict(OVER)
    return _answer(session, who, now, found, AuditAction.TAKE_ON, DelegationState.ACCEPTED)


def decline(
    session: Session, who: Who, now: datetime, delegation_id: int, version: int
) -> Delegation:
    """Do not take on what was offered."""
    found = _asked(session, who, now, delegation_id, version)
    return _answer(session, who, now, found, AuditAction.DECLINE, DelegationState.DECLINED)


def end(session: Session, who: Who, now: datetime, delegation_id: int, version: int) -> Delegation:
    """End a delegation before its day, by either of the two, with effect at the next request."""
    states = (DelegationState.OFFERED, DelegationState.ACCEPTED, DelegationState.UPCOMING)
    row = _held(session, now, who.id, delegation_id, version, *states).delegation
    before = row.state
    lanes.end(session, now, row, who.name)
    session.flush()
    told = differences({"state": before}, {"state": row.state})
    _tell(session, who, now, AuditAction.END_DELEGATION, row, told)
    return row


def of_user(session: Session, now: datetime, user_id: int) -> tuple[ListedDelegation, ...]:
    """What a person lends and what is lent to them, the newest first."""
    return tuple(
        ListedDelegation(
            row=found.delegation,
            role=Role(found.grant.role),
            holder=found.holder,
            delegate=found.delegate,
            organisation=found.organisation.name,
            standing=_standing(found, now),
            mine=found.holder.id == user_id,
        )
        for found in delegations.of_user(session, user_id)
    )


def colleagues(session: Session, user_id: int) -> tuple[User, ...]:
    """The people of the same unit to whom a post may be lent."""
    own = session.get_one(User, user_id)
    found = users.of_unit(session, own.organisation_id)
    return tuple(user for user in found if user.id != user_id)


def _own_post(
    session: Session, now: datetime, user_id: int, key: str, fields: Fields
) -> tuple[Grant, str] | None:
    """The grant behind a post in force, held, with its zone; raises Forbidden if it is lent."""
    found = posts.in_force(session, now, user_id)
    post = next((item for item in found if item.key == key), None)
    if post is None:
        fields.add("/post", "请选择要委托的岗位", key)
        return None
    if post.delegation_id is not None:
        raise Forbidden(LENT)
    if not can_be_delegated(post.role):
        raise Forbidden(NOT_LENT)
    grant = claim(session, Grant, post.grant_id, session.get_one(Grant, post.grant_id).version)
    zones = {row.id: zone for row, _, _, zone in grants.active_of(session, user_id)}
    return grant, zones[grant.id]


def _delegate(
    session: Session,
    now: datetime,
    lender_id: int,
    username: str,
    found: tuple[Grant, str] | None,
    fields: Fields,
) -> User | None:
    """The colleague, held, if they may be what they are lent."""
    named = users.by_username(session, username.strip())
    delegate = locked(session, User, named.id) if named else None
    lender = session.get_one(User, lender_id)
    if delegate is None or delegate.organisation_id != lender.organisation_id:
        fields.add("/username", UNKNOWN, username)
        return None
    if not delegate.active or delegate.id == lender.id:
        fields.add("/username", UNKNOWN, username)
        return None
    lane = lanes.bound(session, now, delegate.id)
    says = excluded(lane, Role(found[0].role)) if found and lane else ""
    if says:
        fields.add("/username", says, username)
    return delegate


def _days(
    entry: DelegationEntry, found: tuple[Grant, str] | None, now: datetime, fields: Fields
) -> tuple[date, date] | None:
    if entry.ends is None:
        fields.add("/ends", "请填写截止日期：委托必须有截止日期")
        return None
    if found is None:
        return None
    grant, today = found[0], day(now, found[1])
    starts = max(entry.starts or today, grant.starts)
    if entry.ends < max(starts, today):
        fields.add("/ends", "截止日期不能早于开始日期，也不能早于今天，请核对", entry.ends)
    elif grant.ends is not None and entry.ends > grant.ends:
        mend = f"截止日期不能晚于授权的截止日期 {grant.ends.isoformat()}，请核对"
        fields.add("/ends", mend, entry.ends)
    return starts, entry.ends


def _asked(session: Session, who: Who, now: datetime, delegation_id: int, version: int) -> Found:
    """An offer that waits for this person's answer."""
    found = _held(session, now, who.id, delegation_id, version, DelegationState.OFFERED)
    if found.delegate.id != who.id:
        raise Forbidden(NOT_ASKED)
    return found


def _held(
    session: Session,
    now: datetime,
    user_id: int,
    delegation_id: int,
    version: int,
    *states: DelegationState,
) -> Found:
    """The delegation of one of the two, held, if it stands in one of those states today."""
    if delegations.find(session, user_id, delegation_id) is None:
        raise NotFound
    claim(session, Delegation, delegation_id, version)
    found = delegations.find(session, user_id, delegation_id)
    if found is None:
        raise NotFound
    stands = _standing(found, now)
    if stands not in states:
        raise Conflict(f"这项委托现在是“{DELEGATION_LABELS[stands]}”，请刷新后核对。")
    return found


def _standing(found: Found, now: datetime) -> DelegationState:
    row = found.delegation
    return standing(DelegationState(row.state), term(row), day(now, found.zone))


def _answer(
    session: Session,
    who: Who,
    now: datetime,
    found: Found,
    action: AuditAction,
    state: DelegationState,
) -> Delegation:
    row = found.delegation
    told = differences({"state": row.state}, {"state": state})
    row.state, row.answered_at = state, now
    if state is DelegationState.DECLINED:
        row.lane = None
    row.version += 1
    session.add(row)
    session.flush()
    _tell(session, who, now, action, row, told)
    return row


def _tell(
    session: Session,
    who: Who,
    now: datetime,
    action: AuditAction,
    row: Delegation,
    told: Iterable[Change],
) -> None:
    grant = session.get_one(Grant, row.grant_id)
    audit.record(session, who, now, action, audit.about(row, grant.organisation_id), told)
