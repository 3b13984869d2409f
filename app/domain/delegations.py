"""Delegations (委托): a grant lent to a colleague for some days, and how such acts are signed."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.domain.actors import ADMINISTRATORS, Role
from app.domain.grants import Term


class DelegationState(StrEnum):
    """Where a delegation stands; UPCOMING and EXPIRED follow from the date."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    UPCOMING = "upcoming"
    EXPIRED = "expired"
    DECLINED = "declined"
    ENDED = "ended"


DELEGATION_LABELS: Mapping[DelegationState, str] = MappingProxyType(
    {
        DelegationState.OFFERED: "待对方接受",
        DelegationState.ACCEPTED: "委托中",
        DelegationState.UPCOMING: "未到开始日期",
        DelegationState.EXPIRED: "已到期",
        DelegationState.DECLINED: "未接受",
        DelegationState.ENDED: "已结束",
    }
)
OPEN = (DelegationState.OFFERED, DelegationState.ACCEPTED)


def can_be_delegated(role: Role) -> bool:
    """Whether holders may lend that role: an administrator's needs a grant of its own."""
    return role not in ADMINISTRATORS


def standing(state: DelegationState, term: Term, today: date) -> DelegationState:
    """How a stored delegation stands on a day."""
    if state not in OPEN:
        return state
    if term.is_over(today):
        return DelegationState.EXPIRED
    if state is DelegationState.ACCEPTED and today < term.starts:
        return DelegationState.UPCOMING
    return state


def signed(name: str, absent: str) -> str:
    """How a delegate's acts are signed: `周晓岚（代沈立群）`."""
    return f"{for_another(name)}{absent}）" if absent else name


def for_another(name: str) -> str:
    """How whatever somebody signs for others begins."""
    return f"{name}（代"
