"""What an import does to accounts (账号): made without a password, changed, posts asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db.organisations import Organisation
from app.db.users import User
from app.domain.audit import AuditAction, differences
from app.domain.grants import lane_of
from app.services import audit, grants, lanes
from app.services.audit import Act
from app.services.grant_entries import Checked, cells
from app.services.import_plans import By, Planned


@dataclass(frozen=True, slots=True)
class Person:
    """One account as the table wants it, with the posts that are asked for anew."""

    username: str
    name: str
    home: Organisation
    active: bool
    posts: tuple[Checked, ...] = ()


def made(person: Person, now: datetime) -> User:
    """An account that no password opens until one is issued."""
    return User(
        username=person.username,
        name=person.name.strip(),
        organisation_id=person.home.id,
        password_hash="",
        password_set_at=now,
        active=person.active,
    )


def _cells(user: User) -> dict[str, object]:
    names = ("username", "name", "organisation_id", "active")
    return {name: getattr(user, name) for name in names}


def creation(user: User) -> Act:
    """The act of making an account."""
    return Act(AuditAction.CREATE, audit.about(user), differences({}, _cells(user)))


def change(item: Planned) -> Act:
    """Write what changed of an account; the act of it."""
    user, person = item.row, item.entry
    before = _cells(user)
    moved = (user.organisation_id, user.active) != (person.home.id, person.active)
    user.name, user.organisation_id = person.name.strip(), person.home.id
    user.active = person.active
    if _cells(user) != before:
        user.version += 1
        user.epoch += moved  # whoever is moved or switched off is out at the next request
    return Act(AuditAction.CHANGE, audit.about(user), differences(before, _cells(user)))


def requests(session: Session, by: By, user: User, posts: Sequence[Checked]) -> Iterator[Act]:
    """Requests for posts, told like those made one by one."""
    if not posts:
        return
    closed = lanes.retire(session, by.now, user.id)
    lanes.enter(session, user, lane_of(posts[0].role))
    for post in posts:
        grant = grants.add(session, by.now, user, post, by.actor)
        told = differences({}, {"user_id": user.id, **cells(grant)})
        yield Act(AuditAction.REQUEST, audit.about(grant), (*told, *closed))
        closed = []
