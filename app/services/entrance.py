"""What happens at the door, on record: who came, went, was refused or locked out, from where."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import Actor, Role, Scope
from app.domain.audit import AuditAction, Change, ObjectKind, Result, Stranger
from app.services import audit


def person(user: User, organisation: Organisation, address: str = "") -> Actor:
    """The account as an actor."""
    return Actor(
        id=user.id,
        name=user.name,
        role=Role(user.role),
        organisation_id=organisation.id,
        scope=Scope(organisation.path),
        address=address,
    )


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
    actor = person(user, session.get_one(Organisation, user.organisation_id), address)
    audit.record(session, actor, now, action, audit.about(user), changes, result)
