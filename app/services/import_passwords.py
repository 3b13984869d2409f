"""First passwords of imported accounts: drawn once, shown once, kept as hashes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db.imports import Import
from app.db.lookups import by_values
from app.db.organisations import Organisation
from app.db.password_records import PasswordRecord
from app.db.users import User
from app.domain.actors import Actor
from app.domain.audit import AuditAction, differences
from app.domain.imports import Effect, ImportState
from app.domain.passwords import PasswordProfile
from app.domain.policies import REGISTERS
from app.errors import Conflict
from app.services import audit, imports, passwords
from app.services.audit import Act
from app.services.audit_batches import record_all
from app.services.claims import claim, require_policy
from app.services.hashing import hash_issued
from app.services.import_users import Users

NONE_LEFT = "初始密码已经发放。没有收到的账号，请在账号页面逐个重新发放。"


@dataclass(frozen=True, slots=True)
class IssuedPassword:
    """What is handed over to one person; it opens one session, in which it is changed."""

    username: str
    name: str
    unit: str
    password: str
    until: datetime


def waiting(session: Session, row: Import) -> list[User]:
    """The accounts that the import made and for which no password was issued yet."""
    if row.kind != Users.name or row.state != ImportState.APPLIED:
        return []
    users = by_values(session, User, User.username, _made(row))
    return [user for user in users if not user.password_hash]


def issue_all(
    session: Session,
    actor: Actor,
    now: datetime,
    import_id: int,
    version: int,
    profile: PasswordProfile,
) -> list[IssuedPassword]:
    """A password for each account that waits for one; raises Conflict when none does."""
    require_policy(actor, REGISTERS)
    imports.get(session, actor, import_id)
    row = claim(session, Import, import_id, version)
    users = waiting(session, row)
    if not users:
        raise Conflict(NONE_LEFT)
    homes = by_values(
        session, Organisation, Organisation.id, {user.organisation_id for user in users}
    )
    units = {unit.id: unit.name for unit in homes}
    issued = [_issue(session, now, user, profile, units) for user in users]
    row.issued_at, row.version = now, row.version + 1
    session.flush()
    told = differences({}, {"issued": True})
    acts = [Act(AuditAction.PASSWORD, audit.about(user), told) for user in users]
    export = Act(AuditAction.EXPORT, audit.about(row), differences({}, {"issued": len(users)}))
    record_all(session, actor, now, [*acts, export])
    return issued


def _made(row: Import) -> list[str]:
    """The names of the accounts that the import made, as its report tells them."""
    label = next(column.label for column in Users.columns if column.name == "username")
    new = (item for item in imports.report_of(row).effects if item.effect == Effect.NEW)
    changes = (change for item in new for change in item.changes if change.field == label)
    return [change.after for change in changes if change.after]


def _issue(
    session: Session, now: datetime, user: User, profile: PasswordProfile, units: dict[int, str]
) -> IssuedPassword:
    password = passwords.random_password()
    user.password_hash = hash_issued(password)
    user.password_set_at, user.issued_until = now, now + profile.issued_for
    user.version += 1
    session.add(PasswordRecord(user_id=user.id, password_hash=user.password_hash, set_at=now))
    unit = units[user.organisation_id]
    return IssuedPassword(user.username, user.name, unit, password, user.issued_until)


def as_rows(issued: Iterable[IssuedPassword]) -> list[tuple[str, ...]]:
    """The rows of the list that is handed over; times as the country's clocks show them."""
    return [
        (item.username, item.name, item.unit, item.password, _minute(item.until)) for item in issued
    ]


def _minute(moment: datetime) -> str:
    return moment.astimezone(audit.ZONE).strftime("%Y-%m-%d %H:%M")
