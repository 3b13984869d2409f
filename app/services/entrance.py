"""What happens at the door, on record: who came, went, was refused or locked out, from where."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.db.users import User
from app.domain.audit import AuditAction, Change, ObjectKind, Person, Result, Stranger
from app.services import audit, posts


def person(session: Session, now: datetime, user: User, address: str = "") -> Person:
    """Somebody with an account, in their only post if they have just one."""
    roles = {post.role for post in posts.in_force(session, now, user.id)}
    return Person(user.id, user.name, roles.pop() if len(roles) == 1 else "", address)


def note(
    session: Session,
    now: datetime,
    user: User | None,
    address: str,
    action: AuditAction,
    changes: Iterable[Change] = (),
    result: Result = Result.DONE,
) -> None:
    """Note who came or went. A name without an account is not kept: it may be a password."""
    if user is None:
        subject = audit.Subject(ObjectKind.USER)
        audit.record(session, Stranger(address), now, action, subject, changes, result)
        return
    actor = person(session, now, user, address)
    audit.record(session, actor, now, action, audit.about(user), changes, result)
