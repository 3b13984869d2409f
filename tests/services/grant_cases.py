"""People of a small tree for tests of grants, delegations and accounts."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db.users import User
from app.domain.actors import Actor, Role
from app.services import accounts, grants, posts
from app.services.grant_entries import GrantEntry
from tests.factories import Tree, make_tree

PASSWORD = "Maple-River-2031"


@dataclass(frozen=True, slots=True)
class Office:
    """A tree with its three administrators; `at` is when everything happens."""

    session: Session
    tree: Tree
    at: datetime
    sysadmin: Actor
    secadmin: Actor
    auditadmin: Actor

    def person(self, name: str, role: Role, unit=None) -> User:
        """Somebody with a grant in force."""
        unit = unit or self.tree.unit
        return accounts.add_user(self.session, self.at, name, name, role, unit, PASSWORD)

    def actor(self, user: User, at: datetime | None = None) -> Actor | None:
        """The person in their only post."""
        found = posts.in_force(self.session, at or self.at, user.id)
        return found[0].actor(user.id, user.name) if len(found) == 1 else None

    def granted(self, user: User, role: Role, **given):
        """A grant requested by one and confirmed by another."""
        entry = GrantEntry(role=role, **{"reason": "工作需要"} | given)
        grant = grants.request(self.session, self.sysadmin, self.at, user.id, entry)
        return grants.confirm(self.session, self.secadmin, self.at, grant.id, grant.version)


def office(session: Session, now: datetime) -> Office:
    """A finance bureau with three administrators."""
    tree = make_tree(session)
    people = {}
    for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN):
        name = f"{role}{tree.finance.id}"
        user = accounts.add_user(session, now, name, role, role, tree.finance, PASSWORD)
        people[role.value] = posts.in_force(session, now, user.id)[0].actor(user.id, user.name)
    return Office(session, tree, now, **people)
