"""A grant in words: who, what, where, for which years and days, and how it stands."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.actors import ROLE_LABELS, Actor, Role
from app.domain.grants import GRANT_LABELS, GrantState, decision_barred
from app.domain.policies import CONFIRMS
from app.services.grants import ListedGrant
from app.views.states import StateView

LOOKS = {
    GrantState.REQUESTED: ("warn", "hourglass"),
    GrantState.ACTIVE: ("ok", "circle-check"),
    GrantState.UPCOMING: ("primary", "clock"),
    GrantState.EXPIRED: ("neutral", "clock"),
    GrantState.REFUSED: ("neutral", "undo-2"),
    GrantState.REVOKED: ("neutral", "lock"),
}


@dataclass(frozen=True, slots=True)
class GrantView:
    """One row; `barred` says why the reader may not decide on it, `decidable` whether anybody."""

    id: int
    version: int
    user_id: int
    person: str
    username: str
    role: str
    unit: str
    years: str
    days: str
    state: StateView
    reason: str
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str
    confirmable: bool
    revocable: bool
    barred: str


def grant_view(item: ListedGrant, actor: Actor) -> GrantView:
    """A grant as the actor sees it."""
    grant, decides = item.grant, CONFIRMS.lets_in(actor)
    waits = grant.state == GrantState.REQUESTED
    requester = grant.requested_by_id if waits else None
    return GrantView(
        id=grant.id,
        version=grant.version,
        user_id=item.user.id,
        person=item.user.name,
        username=item.user.username,
        role=ROLE_LABELS[Role(grant.role)],
        unit=item.organisation.name,
        years=years(grant.first_year, grant.last_year),
        days=days(grant.starts, grant.ends),
        state=state_of(item.standing),
        reason=grant.reason,
        requested_by=grant.requested_by,
        requested_at=grant.requested_at,
        decided_by=grant.decided_by,
        decided_at=grant.decided_at,
        decision=grant.decision,
        confirmable=decides and waits,
        revocable=decides and item.standing in (GrantState.ACTIVE, GrantState.UPCOMING),
        barred=decision_barred(actor.id, item.user.id, requester),
    )


def state_of(standing: GrantState) -> StateView:
    """The chip of a standing."""
    return StateView(GRANT_LABELS[standing], *LOOKS[standing])


def years(first: int | None, last: int | None) -> str:
    """Fiscal years in words."""
    if first is None and last is None:
        return "不限年度"
    if first == last:
        return f"{first}年度"
    if first is None:
        return f"{last}年度及以前"
    return f"{first}年度起" if last is None else f"{first}—{last}年度"


def days(starts: date, ends: date | None) -> str:
    """From which day to which: `2025-03-03 起`."""
    return f"{starts} 起" if ends is None else f"{starts} 至 {ends}"
