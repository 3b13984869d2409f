"""Who acts: the roles of the house and what each may maintain (岗位与权限)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a grant lets somebody be; SYSTEM is another system, known by its API key."""

    FILLER = "filler"
    UNIT_LEAD = "unit_lead"
    DEPARTMENT = "department"
    FINANCE = "finance"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITADMIN = "auditadmin"
    SYSTEM = "system"


ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.FILLER: "经办人",
        Role.UNIT_LEAD: "单位负责人",
        Role.DEPARTMENT: "主管部门",
        Role.FINANCE: "财政部门",
        Role.EVALUATOR: "第三方机构",
        Role.AUDITOR: "审计人员",
        Role.SYSADMIN: "系统管理员",
        Role.SECADMIN: "安全管理员",
        Role.AUDITADMIN: "审计管理员",
        Role.SYSTEM: "外部系统",
    }
)

# 三员分立: one person is one of the three, or works on business data, never both.
ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN)


class Noun(StrEnum):
    """Master data that has maintainers; regions and organisations are data of the system."""

    REGION = "region"
    ORGANISATION = "organisation"
    PROJECT = "project"
    BUDGET = "budget"
    DECLARATION = "declaration"
    WORKFLOW = "workflow"


_STAFF = frozenset({Role.DEPARTMENT, Role.FINANCE, Role.SYSTEM})
MAINTAINERS: Mapping[Noun, frozenset[Role]] = MappingProxyType(
    {
        Noun.REGION: frozenset({Role.FINANCE, Role.SYSADMIN, Role.SYSTEM}),
        Noun.ORGANISATION: frozenset({Role.FINANCE, Role.SYSADMIN, Role.SYSTEM}),
        Noun.PROJECT: _STAFF,
        Noun.BUDGET: _STAFF,
        Noun.DECLARATION: _STAFF | {Role.FILLER},
        Noun.WORKFLOW: frozenset({Role.FINANCE, Role.SYSTEM}),
    }
)

AUDITORS = frozenset({Role.AUDITOR, Role.AUDITADMIN, Role.SYSTEM})
# Accounts and grants: who sees them, who makes and requests, who confirms, who revokes.
REGISTRARS = frozenset({Role.SYSADMIN, Role.SYSTEM})
CONFIRMERS = frozenset({Role.SECADMIN})
REVOKERS = CONFIRMERS | {Role.SYSTEM}
KEEPERS = REGISTRARS | CONFIRMERS

READ, WRITE, SCORE, AUDIT, ACCOUNTS = "read", "write", "score", "audit", "accounts"
EVERY_SCOPE = frozenset({READ, WRITE, SCORE, AUDIT, ACCOUNTS})


FIRST_YEAR, LAST_YEAR = 1, 9999


@dataclass(frozen=True, slots=True)
class Scope:
    """What an actor reaches: the organisations at or below a path ("/1/3/"), and fiscal years."""

    path: str
    first_year: int = FIRST_YEAR
    last_year: int = LAST_YEAR

    def has_year(self, fiscal_year: int) -> bool:
        """Whether a fiscal year lies within."""
        return self.first_year <= fiscal_year <= self.last_year

    def has_path(self, path: str) -> bool:
        """Whether an organisation's path lies within."""
        return path.startswith(self.path)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, in which role, and how far the role reaches.

    `scopes` narrow what an API key may do; a person who logs in holds all of them.
    `address` is where the request came from; the edge fills it in for the audit trail.
    `absent_id` is the account of whoever lent this post; what is theirs by name is the actor's.
    """

    id: int
    name: str
    role: Role
    organisation_id: int
    scope: Scope
    scopes: frozenset[str] = EVERY_SCOPE
    address: str = ""
    absent_id: int | None = None

    @property
    def stands_for(self) -> int:
        """The account whose place is taken: the absent one's in a lent post, else one's own."""
        return self.id if self.absent_id is None else self.absent_id

    @property
    def is_person(self) -> bool:
        """Whether somebody with an account acts, and not another system."""
        return self.role is not Role.SYSTEM
