"""Grants (授权): requested by one, confirmed by another, ended at any time with effect at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import grants
from app.db.grants import Grant
from app.db.organisations import Organisation, find
from app.db.session import locked
from app.db.users import User
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change, Stranger, differences
from app.domain.grants import (
    GRANT_LABELS,
    REASON_LENGTH,
    GrantState,
    decision_barred,
    lane_of,
    standing,
)
from app.domain.policies import CONFIRMS, REGISTERS, REVOKES, SEES_ACCOUNTS
from app.domain.text import forbidden_characters
from app.errors import Conflict, Forbidden, NotFound, Problem, Unacceptable
from app.services import audit, lanes, paging
from app.services.claims import claim, require_policy
from app.services.fields import Fields
from app.services.grant_entries import Checked, Checker, GrantEntry, cells
from app.services.paging import Page
from app.services.posts import day, term

By = Actor | Stranger


@dataclass(frozen=True, slots=True)
class ListedGrant:
    """A grant, whose it is, where, and how it stands today."""

    grant: Grant
    user: User
    organisation: Organisation
    standing: GrantState


def problems(
    session: Session, actor: Actor, now: datetime, user_id: int, entry: GrantEntry
) -> tuple[Problem, ...]:
    """All that keeps a grant from being requested; raises Forbidden, NotFound."""
    require_policy(actor, REGISTERS)
    user = session.get(User, user_id)
    if user is None or find(session, actor.scope, user.organisation_id) is None:
        raise NotFound
    fields = Fields()
    Checker(session, actor, now, fields, user.id).check(entry, user.organisation_id)
    return tuple(fields.problems)


def request(
    session: Session, actor: Actor, now: datetime, user_id: int, entry: GrantEntry
) -> Grant:
    """A request that a 安全管理员 decides on; raises Forbidden, NotFound, Unacceptable."""
    require_policy(actor, REGISTERS)
    user = locked(session, User, user_id)
    if user is None or find(session, actor.scope, user.organisation_id) is None:
        raise NotFound
    fields = Fields()
    checked = Checker(session, actor, now, fields, user.id).check(entry, user.organisation_id)
    if checked is None:
        raise fields.refusal()
    closed = lanes.retire(session, now, user.id)
    grant = add(session, now, user, checked, actor)
    tell_request(session, now, grant, actor, closed)
    return grant


def add(session: Session, now: datetime, user: User, checked: Checked, by: By) -> Grant:
    """Store a checked request without telling the trail of it."""
    entry = checked.entry
    grant = Grant(
        user_id=user.id,
        role=checked.role,
        lane=lanes.enter(session, user, lane_of(checked.role)),
        organisation_id=checked.organisation.id,
        first_year=entry.first_year,
        last_year=entry.last_year,
        starts=checked.starts,
        ends=entry.ends,
        state=GrantState.REQUESTED,
        reason=entry.reason.strip(),
        requested_at=now,
        requested_by=by.name,
        requested_by_id=person_id(by),
    )
    session.add(grant)
    session.flush()
    return grant


def tell_request(
    session: Session, now: datetime, grant: Grant, by: By, more: Sequence[Change] = ()
) -> None:
    """The event of a request, with the person it is for."""
    told = (*differences({}, {"user_id": grant.user_id, **cells(grant)}), *more)
    audit.record(session, by, now, AuditAction.REQUEST, audit.about(grant), told)


def confirm(session: Session, actor: Actor, now: datetime, grant_id: int, version: int) -> Grant:
    """Let a request take force; raises Forbidden for one's own, Conflict where it is too late."""
    require_policy(actor, CONFIRMS)
    found = _held(session, actor, now, grant_id, version, GrantState.REQUESTED)
    barred = decision_barred(actor.id, found.user.id, found.grant.requested_by_id)
    if barred:
        raise Forbidden(barred)
    if not (found.user.active and found.organisation.active):
        raise Conflict("账号或单位已停用，不能确认这项授权。请先启用，或不同意这项申请。")
    return _decide(session, actor, now, found.grant, AuditAction.CONFIRM, GrantState.ACTIVE, "")


def refuse(
    session: Session, actor: Actor, now: datetime, grant_id: int, version: int, reason: str
) -> Grant:
    """Decline a request with a reason."""
    require_policy(actor, CONFIRMS)
    words = _reason(reason, "不同意的原因")
    found = _held(session, actor, now, grant_id, version, GrantState.REQUESTED, GrantState.EXPIRED)
    state = GrantState.REFUSED
    return _decide(session, actor, now, found.grant, AuditAction.REFUSE, state, words)


def revoke(
    session: Session, actor: Actor, now: datetime, grant_id: int, version: int, reason: str
) -> Grant:
    """End a grant with a reason; whoever acts by it, delegates too, is out at the next request."""
    require_policy(actor, REVOKES)
    words = _reason(reason, "撤销的原因")
    found = _held(session, actor, now, grant_id, version, GrantState.ACTIVE, GrantState.UPCOMING)
    if person_id(actor) == found.user.id:
        raise Forbidden(decision_barred(actor.id, found.user.id, None))
    state = GrantState.REVOKED
    return _decide(session, actor, now, found.grant, AuditAction.REVOKE, state, words)


def list_grants(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    states: Sequence[GrantState] = (),
    user_id: int | None = None,
    text: str = "",
    after: str | None = None,
    limit: int | None = None,
) -> Page[ListedGrant]:
    """A page of the grants within the actor's scope; `states` are those that are stored."""
    require_policy(actor, SEES_ACCOUNTS)
    rows = paging.size(limit)
    found = grants.page(
        session,
        actor.scope,
        states=tuple(states),
        user_id=user_id,
        text=_searched(text),
        after=paging.id_after(after),
        limit=rows + 1,
    )
    return paging.page_of([listed(row, now) for row in found], rows, lambda item: item.grant.id)


def get(session: Session, actor: Actor, now: datetime, grant_id: int) -> ListedGrant:
    """One grant within the actor's scope; raises Forbidden, NotFound."""
    require_policy(actor, SEES_ACCOUNTS)
    found = grants.find(session, actor.scope, grant_id)
    if found is None:
        raise NotFound
    return listed(found, now)


def waiting(session: Session, actor: Actor) -> int:
    """How many requests within the scope wait for a decision; 0 for who does not decide."""
    return grants.count_requested(session, actor.scope) if CONFIRMS.lets_in(actor) else 0


def listed(row: grants.Found, now: datetime) -> ListedGrant:
    """A row with its standing on the day it is in its region."""
    grant, user, unit, zone = row
    return ListedGrant(
        grant, user, unit, standing(GrantState(grant.state), term(grant), day(now, zone))
    )


def person_id(by: By) -> int | None:
    """The account of who acts; a key and the console have none."""
    return by.id if isinstance(by, Actor) and by.is_person else None


def _searched(text: str) -> str:
    if forbidden_characters(text):
        raise Unacceptable([Problem("/text", "姓名或账号含有看不见的控制字符，请删去后重新输入")])
    return text.strip()


def _reason(text: str, label: str) -> str:
    fields = Fields()
    words = fields.text("/reason", label, text, REASON_LENGTH, required=True)
    fields.settle()
    return words


def _held(
    session: Session, actor: Actor, now: datetime, grant_id: int, version: int, *states: GrantState
) -> ListedGrant:
    """The grant within the scope, held, if it stands in one of those states today."""
    if grants.find(session, actor.scope, grant_id) is None:
        raise NotFound
    claim(session, Grant, grant_id, version)
    found = get(session, actor, now, grant_id)
    if found.standing not in states:
        raise Conflict(f"这项授权现在是“{GRANT_LABELS[found.standing]}”，请刷新后核对。")
    return found


def _decide(
    session: Session,
    actor: Actor,
    now: datetime,
    grant: Grant,
    action: AuditAction,
    state: GrantState,
    words: str,
) -> Grant:
    before = cells(grant)
    if state is GrantState.ACTIVE:
        grant.state = state
        grant.version += 1
    else:
        lanes.close(session, grant, state)
    grant.decided_at, grant.decided_by = now, actor.name
    grant.decided_by_id, grant.decision = person_id(actor), words
    session.add(grant)
    ended = lanes.end_delegations(session, now, grant, actor.name) if grant.lane is None else []
    session.flush()
    told = (*differences(before, cells(grant)), *ended)
    audit.record(session, actor, now, action, audit.about(grant), told)
    return grant
