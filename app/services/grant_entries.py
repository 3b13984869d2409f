"""What is asked of a grant before it is stored: every problem at once, nothing written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlmodel import Session

from app.db import organisations
from app.db.grants import Grant
from app.db.organisations import Organisation, OrganisationKind
from app.domain.actors import ADMINISTRATORS, ROLE_LABELS, Actor, Role
from app.domain.grants import REASON_LENGTH, excluded, lane_of
from app.services import lanes, regions
from app.services.fields import Fields

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
NOT_FOUND = "没有找到这个单位，或者它不在您的管理范围内，请核对单位代码"
# Roles that review for a level can only be held at an organisation of that level.
LEVELS: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.FINANCE: frozenset({OrganisationKind.FINANCE}),
        Role.DEPARTMENT: frozenset({OrganisationKind.DEPARTMENT, OrganisationKind.FINANCE}),
    }
)
LEVEL_NAMES = {Role.FINANCE: "财政部门", Role.DEPARTMENT: "主管部门或财政部门"}

TOLD = (
    "role", "organisation_id", "first_year", "last_year", "starts", "ends", "state", "reason",
    "decision",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEntry:
    """A grant as it is asked for; without an organisation at the person's home unit.

    Years are fiscal years and days are of the region's calendar, both ends included; None is
    open, and `starts` is then the day of the request.
    """

    role: str
    organisation_id: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    starts: date | None = None
    ends: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry that may be stored."""

    role: Role
    organisation: Organisation
    entry: GrantEntry
    starts: date


class Checker:
    """Checks the entries of one person; problems stand below `at` of each."""

    def __init__(
        self, session: Session, actor: Actor, now: datetime, fields: Fields, user_id: int = 0
    ) -> None:
        self._session, self._actor, self._now, self._fields = session, actor, now, fields
        held = lanes.held(session, now, user_id) if user_id else []
        self._lane = lanes.bound(session, now, user_id) if user_id else None
        self._seen = {_sameness(grant) for grant in held}

    def check(self, entry: GrantEntry, home_id: int | None, at: str = "") -> Checked | None:
        """The entry ready to be stored, or None with its problems noted."""
        before = len(self._fields.problems)
        role = self._role(entry.role, at)
        unit = self._unit(home_id if entry.organisation_id is None else entry.organisation_id, at)
        self._fields.text(f"{at}/reason", "申请原因", entry.reason, REASON_LENGTH, required=True)
        self._years(entry, role, at)
        starts = self._days(entry, unit, at)
        if role is not None and unit is not None:
            self._place(role, unit, at)
            self._sameness(role, unit, entry, at)
        if role is None or unit is None or len(self._fields.problems) > before:
            return None
        return Checked(role, unit, entry, starts)

    def _role(self, text: str, at: str) -> Role | None:
        if not text:
            self._fields.add(f"{at}/role", "请选择岗位")
            return None
        if text not in PEOPLE:
            choices = "、".join(ROLE_LABELS[role] for role in PEOPLE)
            self._fields.add(f"{at}/role", f"岗位请从这些中选择：{choices}", text)
            return None
        role = Role(text)
        says = excluded(self._lane, role) if self._lane else ""
        if says:
            self._fields.add(f"{at}/role", says, text)
        self._lane = self._lane or lane_of(role)
        return role

    def _unit(self, organisation_id: int | None, at: str) -> Organisation | None:
        if organisation_id is None:
            return None  # the home unit itself is missing, and that was said
        pointer = f"{at}/organisation_id"
        unit = organisations.find(self._session, self._actor.scope, organisation_id)
        if unit is None:
            self._fields.add(pointer, NOT_FOUND, organisation_id or "")
        elif not unit.active:
            self._fields.add(pointer, f"{unit.name}已停用，不能在这里授权", organisation_id)
        return unit

    def _years(self, entry: GrantEntry, role: Role | None, at: str) -> None:
        first, last = entry.first_year, entry.last_year
        if role in ADMINISTRATORS and (first is not None or last is not None):
            self._fields.add(f"{at}/first_year", "管理员岗位不按预算年度限定，请不要填写年度")
            return
        if first is not None:
            self._fields.year(f"{at}/first_year", "开始年度", first)
        if last is not None:
            self._fields.year(f"{at}/last_year", "结束年度", last)
        if first is not None and last is not None and last < first:
            self._fields.add(f"{at}/last_year", "结束年度不能早于开始年度，请核对", last)

    def _days(self, entry: GrantEntry, unit: Organisation | None, at: str) -> date:
        today = (
            regions.today(self._session, unit.region_code, self._now) if unit else self._now.date()
        )
        starts = entry.starts or today
        if entry.ends is not None and entry.ends < max(starts, today):
            mend = "截止日期不能早于开始日期，也不能早于今天，请核对"
            self._fields.add(f"{at}/ends", mend, entry.ends)
        return starts

    def _place(self, role: Role, unit: Organisation, at: str) -> None:
        if unit.kind not in LEVELS.get(role, frozenset({unit.kind})):
            mend = f"{ROLE_LABELS[role]}岗位只能设在{LEVEL_NAMES[role]}，请改选岗位或单位"
            self._fields.add(f"{at}/role", mend, role)
        if role is Role.AUDITADMIN and unit.parent_id is not None:
            mend = "审计管理员查看全部审计记录，只能设在最上级单位"
            self._fields.add(f"{at}/organisation_id", mend, unit.id)

    def _sameness(self, role: Role, unit: Organisation, entry: GrantEntry, at: str) -> None:
        same = (role, unit.id, entry.first_year, entry.last_year)
        if same in self._seen:
            self._fields.add(f"{at}/role", "已有相同岗位、单位和年度的授权或申请，不必重复", role)
        self._seen.add(same)


def _sameness(grant: Grant) -> tuple[str, int, int | None, int | None]:
    return grant.role, grant.organisation_id, grant.first_year, grant.last_year


def cells(grant: Grant) -> dict[str, object]:
    """What the trail tells of a grant."""
    return {name: getattr(grant, name) for name in TOLD}
