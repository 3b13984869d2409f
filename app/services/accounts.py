"""Accounts: who is at the door. Passwords, login sessions and API keys are known by hash only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from app.db import api_keys, sessions, users
from app.db.api_keys import ApiKey
from app.db.organisations import Organisation
from app.db.password_records import PasswordRecord
from app.db.sessions import LoginSession
from app.db.users import User
from app.domain.actors import Actor, Role, Scope
from app.domain.audit import AuditAction, Stranger, differences
from app.errors import NotFound, Unauthenticated
from app.services import audit, entrance, hashing, logins, own_sessions
from app.services.logins import LONGEST_USERNAME
from app.services.own_sessions import ABSOLUTE, IDLE, Whence

__all__ = ["LONGEST_USERNAME"]

# A session that is seen all the time is written once a minute, not once a request.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a session: the actor, the account behind it and the session itself."""

    actor: Actor
    user: User
    held: LoginSession


def log_in(
    session: Session,
    now: datetime,
    username: str,
    password: str,
    *,
    lifetime: timedelta = ABSOLUTE,
    address: str = "",
) -> str:
    """The token of a new login session; raises Unauthenticated, the same for any wrong pair.

    All of it in the one transaction given, for a command or a test; the pages use
    `logins.attempt`, which verifies the password between two transactions. The refusal is
    audited in this transaction: whoever catches it lets the transaction commit.
    """
    door = logins.Door(key=b"", lifetime=lifetime)
    candidate = logins.look_up(session, username)
    right = hashing.verified(candidate.stored, password)
    fresh = hashing.hash_password(password) if right and hashing.outdated(candidate.stored) else ""
    verdict = logins.settle(session, now, candidate, right, Whence(address), door, fresh)
    if not verdict.token:
        raise Unauthenticated(verdict.message)
    return verdict.token


def holder_of_token(
    session: Session, now: datetime, token: str, *, idle: timedelta = IDLE
) -> Holder | None:
    """Who holds the token, also while the second factor is waited for; None when it is over."""
    found = sessions.open_at(session, hashing.digest(token), now, now - idle)
    if found is None:
        return None
    held, user, organisation = found
    return Holder(entrance.person(user, organisation), user, held)


def actor_of_token(
    session: Session, now: datetime, token: str, *, idle: timedelta = IDLE
) -> Actor | None:
    """Who holds the token; None when it is unknown, ended, idle too long, expired or pending.

    It only reads: a poll must not keep a session alive, `keep_alive` does.
    """
    holder = holder_of_token(session, now, token, idle=idle)
    return None if holder is None or holder.held.pending else holder.actor


def keep_alive(
    session: Session, now: datetime, token: str, *, idle: timedelta = IDLE
) -> Actor | None:
    """The holder of the token, as `actor_of_token`, after noting that the person is there."""
    actor = actor_of_token(session, now, token, idle=idle)
    if actor is not None and presence_due(session, now, token):
        seen = session.get_one(LoginSession, hashing.digest(token))
        seen.last_seen_at = now
        session.add(seen)
        session.flush()
    return actor


def presence_due(session: Session, now: datetime, token: str) -> bool:
    """Whether `keep_alive` would write: asked while reading, it spares a write transaction."""
    seen = session.get(LoginSession, hashing.digest(token))
    return seen is not None and now - seen.last_seen_at >= SEEN_EVERY


def stay(session: Session, now: datetime, held: LoginSession) -> LoginSession:
    """Note that the person of an open session asked to stay; the session as it is now."""
    seen = session.get_one(LoginSession, held.token_hash)
    seen.last_seen_at = max(seen.last_seen_at, now)
    session.add(seen)
    session.flush()
    return seen


def seconds_left(now: datetime, held: LoginSession, *, idle: timedelta = IDLE) -> int:
    """Whole seconds until a session ends if nobody does anything more."""
    ends = min(held.last_seen_at + idle, held.expires_at)
    return max(0, int((ends - now).total_seconds()))


def log_out(session: Session, now: datetime, token: str, *, address: str = "") -> None:
    """End the login session; an unknown token is no error."""
    found = session.get(LoginSession, hashing.digest(token))
    if found is not None and found.ended_at is None:
        own_sessions.end(session, now, found)
        user = session.get_one(User, found.user_id)
        entrance.note(session, now, user, address, AuditAction.LOG_OUT)


def actor_of_key(session: Session, key: str) -> Actor | None:
    """The system that holds the API key; None when the key is unknown or switched off."""
    found = api_keys.by_hash(session, hashing.digest(key))
    if found is None:
        return None
    own, organisation = found
    return Actor(
        id=own.id,
        name=own.name,
        role=Role.SYSTEM,
        organisation_id=organisation.id,
        scope=Scope(organisation.path),
        scopes=frozenset(own.scopes.split()),
    )


def add_user(
    session: Session,
    now: datetime,
    username: str,
    name: str,
    role: Role,
    unit: Organisation,
    password: str,
    issued_for: timedelta | None = None,
) -> User:
    """Store a new account, by hand at the machine.

    An issued password opens one session and ends after `issued_for`.
    """
    user = User(
        username=username,
        name=name,
        role=role,
        organisation_id=unit.id,
        password_hash=hashing.hash_password(password),
        password_set_at=now,
        issued_until=now + issued_for if issued_for else None,
    )
    return register(session, now, user, audit.CONSOLE)


def register(session: Session, now: datetime, user: User, by: Stranger) -> User:
    """Store a new account as it is given, with the record of its password."""
    session.add(user)
    session.flush()
    record = PasswordRecord(user_id=user.id, password_hash=user.password_hash, set_at=now)
    session.add(record)
    session.flush()
    told = differences({}, {"username": user.username, "name": user.name, "role": user.role})
    audit.record(session, by, now, AuditAction.CREATE, audit.about(user), told)
    return user


def by_username(session: Session, username: str) -> User:
    """The account of that name; raises NotFound."""
    user = users.by_username(session, username)
    if user is None:
        raise NotFound(f"没有用户名为 {username} 的账号，请核对。")
    return user


def change(
    session: Session,
    now: datetime,
    user: User,
    *,
    role: Role | None = None,
    active: bool | None = None,
) -> None:
    """Give an account another role or switch it off or on, by hand at the machine.

    Its open sessions are over at once.
    """
    before = {"role": user.role, "active": user.active}
    if role is not None:
        user.role = role
    if active is not None:
        user.active = active
    user.epoch += 1
    user.version += 1
    session.add(user)
    session.flush()
    told = differences(before, {"role": user.role, "active": user.active})
    audit.record(session, audit.CONSOLE, now, AuditAction.CHANGE, audit.about(user), told)


def add_key(
    session: Session,
    now: datetime,
    key: str,
    name: str,
    unit: Organisation,
    *scopes: str,
    owner_id: int | None = None,
) -> ApiKey:
    """Store the hash of an API key of an organisation, by hand at the machine."""
    row = ApiKey(
        key_hash=hashing.digest(key),
        name=name,
        organisation_id=unit.id,
        owner_id=owner_id,
        scopes=" ".join(scopes),
        created_at=now,
    )
    session.add(row)
    session.flush()
    told = differences({}, {"name": name, "scopes": row.scopes, "owner": owner_id})
    audit.record(session, audit.CONSOLE, now, AuditAction.CREATE, audit.about(row), told)
    return row
