"""Who may come to a route at all (访问规则): each route declares one policy of this table.

A policy looks at the caller alone. Which rows are there for them is the scope's business, and
what the state of a form allows now is that of the workflow; a service asks both.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from app.domain.actors import (
    ACCOUNTS,
    AUDIT,
    AUDITORS,
    CONFIRMERS,
    KEEPERS,
    MAINTAINERS,
    READ,
    REGISTRARS,
    REVOKERS,
    SCORE,
    WRITE,
    Actor,
    Noun,
    Role,
)
from app.domain.filing_tasks import ASKERS, DECIDERS, ISSUERS
from app.domain.threads import TALKERS
from app.domain.workflow import Action, grants

EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who comes in: anybody where `public`, else who has one of the roles.

    A key needs one of the `scopes`, the first of which its refusal names; a person holds them
    all. `actions` or `noun` tell what the route is asked for, where its service asks again.
    """

    name: str
    public: bool = False
    scopes: tuple[str, ...] = (READ,)
    roles: frozenset[Role] = EVERY_ROLE
    actions: frozenset[Action] = frozenset()
    noun: Noun | None = None
    refusal: str = ""

    @property
    def writes(self) -> bool:
        """Whether whoever comes may change something."""
        return not {WRITE, ACCOUNTS}.isdisjoint(self.scopes)

    def opened_by(self, scopes: frozenset[str]) -> bool:
        """Whether a key with those scopes comes in."""
        return self.public or not scopes.isdisjoint(self.scopes)

    def admits(self, roles: Iterable[Role], scopes: frozenset[str]) -> bool:
        """Whether somebody in one of those roles comes in."""
        return self.public or (self.opened_by(scopes) and not self.roles.isdisjoint(roles))

    def lets_in(self, actor: Actor) -> bool:
        """Whether an actor comes in by their own role."""
        return self.admits({actor.role}, actor.scopes)


ANYBODY = Policy(name="anybody", public=True, scopes=())
# One's own account and messages: whoever is here, whatever they do here.
SIGNED_IN = Policy(name="signed_in", scopes=(READ, WRITE))
READS = Policy(name="reads")
POLLS = Policy(name="polls", scopes=(SCORE, READ))
AUDITS = Policy(
    name="audits",
    scopes=(AUDIT,),
    roles=AUDITORS,
    refusal="只有审计人员可以查阅审计记录，需要时请联系审计人员。",
)
# Whoever may read forms may take them out; that they did is an event.
EXPORTS = Policy(name="exports")
# At a form, those who fill it in and those who review it write to one another.
TALKS = Policy(
    name="talks",
    scopes=(WRITE,),
    roles=TALKERS,
    refusal="只有填报和审核这张表的人员可以留言。",
)
# Whether mail arrived is the business of who looks after the machine; its words are not.
MAILS = Policy(
    name="mails",
    scopes=(READ, WRITE),
    roles=frozenset({Role.SYSADMIN}),
    refusal="只有系统管理员可以查看邮件的发送情况。",
)

# Filing tasks are read by all; the head of a page leads there whoever files or asks for it.
FILES = Policy(name="files", roles=ASKERS | DECIDERS)
# A key comes in for whoever it acts for; the service asks whom that is.
ISSUES_TASKS = Policy(
    name="issues_tasks",
    scopes=(WRITE,),
    roles=ISSUERS,
    refusal="填报任务由财政部门下达和管理，需要时请联系财政部门。",
)
ASKS_FOR_FILING = Policy(
    name="asks_for_filing",
    scopes=(WRITE,),
    roles=ASKERS | {Role.SYSTEM},
    refusal="延期和免报由填报单位申请。",
)
DECIDES_FILINGS = Policy(
    name="decides_filings",
    scopes=(WRITE,),
    roles=DECIDERS,
    refusal="延期、免报和催报由上级主管部门或财政部门办理。",
)
TAKES_FILING_BACK = Policy(
    name="takes_filing_back",
    scopes=(WRITE,),
    roles=ASKERS | DECIDERS,
    refusal=ASKS_FOR_FILING.refusal,
)

# Accounts and grants: a key for them needs a scope of its own, which other systems are not given.
KEEPING = "账号和授权由系统管理员、安全管理员办理，需要时请联系他们。"
SEES_ACCOUNTS = Policy(name="sees_accounts", scopes=(ACCOUNTS,), roles=KEEPERS, refusal=KEEPING)
REGISTERS = Policy(
    name="registers",
    scopes=(ACCOUNTS,),
    roles=REGISTRARS,
    refusal="账号由系统管理员建立和停用，授权由系统管理员申请，需要时请联系系统管理员。",
)
CONFIRMS = Policy(
    name="confirms",
    scopes=(ACCOUNTS,),
    roles=CONFIRMERS,
    refusal="授权由安全管理员确认和撤销，需要时请联系安全管理员。",
)
REVOKES = Policy(name="revokes", scopes=(ACCOUNTS,), roles=REVOKERS, refusal=CONFIRMS.refusal)
FORGETS_FACTORS = Policy(
    name="forgets_factors",
    scopes=(ACCOUNTS,),
    roles=CONFIRMERS,
    refusal="二次验证由安全管理员取消，需要时请联系安全管理员。",
)
# Tables of several kinds: whoever maintains one of them; the service asks for which.
IMPORTED = (Noun.ORGANISATION, Noun.PROJECT, Noun.BUDGET, Noun.DECLARATION)
IMPORTS = Policy(
    name="imports",
    scopes=(WRITE, ACCOUNTS),
    roles=REGISTRARS.union(*(MAINTAINERS[noun] for noun in IMPORTED)),
    refusal="您的岗位不能批量导入，需要时请联系主管部门或财政部门。",
)
READS_IMPORTS = replace(IMPORTS, name="reads imports", scopes=(READ, ACCOUNTS))


@cache
def maintains(noun: Noun) -> Policy:
    """Whoever creates, changes and deletes such master data."""
    return Policy(name=f"maintains {noun}", scopes=(WRITE,), roles=MAINTAINERS[noun], noun=noun)


@cache
def acts(*actions: Action) -> Policy:
    """Whoever may ever do one of those things to a form, in some state of it."""
    roles = frozenset(role for role in Role if any(grants(action, role) for action in actions))
    return Policy(
        name=f"acts {' '.join(actions)}", scopes=(WRITE,), roles=roles, actions=frozenset(actions)
    )
