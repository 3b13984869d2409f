"""Grants (授权): what excludes what (三员分立), when one is in force, and who may decide on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.domain.actors import ADMINISTRATORS, ROLE_LABELS, Role

REASON_LENGTH = 200


class GrantState(StrEnum):
    """Where a grant stands; UPCOMING is never stored, EXPIRED mostly follows from the date."""

    REQUESTED = "requested"
    ACTIVE = "active"
    UPCOMING = "upcoming"
    EXPIRED = "expired"
    REFUSED = "refused"
    REVOKED = "revoked"


GRANT_LABELS: Mapping[GrantState, str] = MappingProxyType(
    {
        GrantState.REQUESTED: "待确认",
        GrantState.ACTIVE: "在用",
        GrantState.UPCOMING: "未到开始日期",
        GrantState.EXPIRED: "已到期",
        GrantState.REFUSED: "未同意",
        GrantState.REVOKED: "已撤销",
    }
)

# What binds a person to a lane: a request does as much as a grant in force.
LIVE = (GrantState.REQUESTED, GrantState.ACTIVE)


class Lane(StrEnum):
    """What one person may be at a time: everything of one lane, nothing of another."""

    BUSINESS = "business"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITADMIN = "auditadmin"


LANE_LABELS: Mapping[Lane, str] = MappingProxyType(
    {
        Lane.BUSINESS: "业务岗位",
        Lane.SYSADMIN: ROLE_LABELS[Role.SYSADMIN],
        Lane.SECADMIN: ROLE_LABELS[Role.SECADMIN],
        Lane.AUDITADMIN: ROLE_LABELS[Role.AUDITADMIN],
    }
)


def lane_of(role: Role) -> Lane:
    """The lane of a role: each administrator has one, all other roles share one."""
    return Lane(role) if role in ADMINISTRATORS else Lane.BUSINESS


def excluded(held: Lane, role: Role) -> str:
    """Why somebody of a lane cannot hold the role too, in Chinese; "" where they can."""
    if lane_of(role) is held:
        return ""
    return (
        f"{LANE_LABELS[held]}与{ROLE_LABELS[role]}不能由同一人担任（三员分立）："
        "请先撤销原有授权，或另设账号。"
    )


@dataclass(frozen=True, slots=True)
class Term:
    """From a day to a day, both included, in the region's own calendar; None is open."""

    starts: date
    ends: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.starts <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        """Whether the last day has passed."""
        return self.ends is not None and self.ends < day


def standing(state: GrantState, term: Term, today: date) -> GrantState:
    """How a stored grant stands on a day."""
    if state is not GrantState.ACTIVE and state is not GrantState.REQUESTED:
        return state
    if term.is_over(today):
        return GrantState.EXPIRED
    if state is GrantState.ACTIVE and today < term.starts:
        return GrantState.UPCOMING
    return state


def decision_barred(decider: int, holder: int, requester: int | None) -> str:
    """Why a person may not decide on a grant, in Chinese; "" where they may."""
    if decider == holder:
        return "不能办理给自己的授权，请由另一位安全管理员办理。"
    if decider == requester:
        return "不能确认自己申请的授权，请由另一位安全管理员办理。"
    return ""
