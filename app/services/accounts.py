"""Accounts: who is at the door. Passwords, login sessions and API keys are known by hash only."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from app.db import api_keys, sessions, users
from app.db.api_keys import ApiKey
from app.db.organisations import Organisation
from app.db.password_records import PasswordRecord
from app.db.sessions import LoginSession
from app.db.users import User
from app.domain.actors import Actor, Role, Scope
from app.domain.audit import AuditAction, Person, Stranger, differences
from app.domain.posts import Post, chosen
from app.errors import NotFound, Unauthenticated
from app.services import appointments, audit, entrance, hashing, logins, own_sessions, posts
from app.services.logins import LONGEST_USERNAME
from app.services.own_sessions import ABSOLUTE, IDLE, Whence

__all__ = ["LONGEST_USERNAME"]

# A session that is seen all the time is written once a minute, not once a request.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a session: the account, the session, and the posts in force at this moment.

    `actor` is the person in the post that the session keeps; None while one has to be chosen
    or there is none.
    """

    actor: Actor | None
    user: User
    held: LoginSession
    posts: tuple[Post, ...] = ()
    address: str = ""

    def seen_from(self, address: str) -> "Holder":
        """The same with the address that the request came from."""
        actor = replace(self.actor, address=address) if self.actor else None
        return replace(self, actor=actor, address=address)

    @property
    def person(self) -> Actor | Person:
        """Who it is for the audit trail, in a post or in none."""
        return self.actor or Person(self.user.id, self.user.name, "", self.address)


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
    held, user = found
    open_posts = posts.in_force(session, now, user.id)
    post = chosen(open_posts, held.grant_id, held.delegation_id)
    return Holder(post.actor(user.id, user.name) if post else None, user, held, open_posts)


def actor_of_token(
    session: Session, now: datetime, token: str, *, idle: timedelta = IDLE
) -> Actor | None:
    """Who holds the token; None when it is unknown, ended, idle too long, expired or pending.

    None also for a person without a post. It only reads: a poll must not keep a session alive,
    `keep_alive` does.
    """
    holder = holder_of_token(session, now, token, idle=idle)
    return None if holder is None or holder.held.pending else holder.actor


def keep_alive(
    session: Session, now: datetime, token: str, *, idle: timedelta = IDLE
) -> Actor | None:
    """The holder of the token, as `actor_of_token`, after noting that the person is there."""
    holder = holder_of_token(session, now, token, idle=idle)
    if holder is None or holder.held.pending:
        return None
    if presence_due(session, now, token):
        holder.held.last_seen_at = now
        session.add(holder.held)
        session.flush()
    return holder.actor


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
    return _system(api_keys.by_hash(session, hashing.digest(key)))


def actor_of_key_id(session: Session, key_id: int) -> Actor | None:
    """The same for what goes on after the key's request."""
    return _system(api_keys.by_id(session, key_id))


def _system(found: tuple[ApiKey, Organisation] | None) -> Actor | None:
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
    """Store a new account with a grant in force, by hand at the machine.

    An issued password opens one session and ends after `issued_for`.
    """
    user = User(
        username=username,
        name=name,
        organisation_id=unit.id,
        password_hash=hashing.hash_password(password),
        password_set_at=now,
        issued_until=now + issued_for if issued_for else None,
    )
    return appoint(session, now, user, role, unit, audit.CONSOLE)


def appoint(
    session: Session, now: datetime, user: User, role: Role, unit: Organisation, by: Stranger
) -> User:
    """Store a new account as it is given, with a grant that is in force at once."""
    store(session, user)
    grant = appointments.place(session, now, user, role, unit, by)
    tell(session, now, user, by)
    appointments.tell(session, now, grant, by)
    return user


def store(session: Session, user: User) -> None:
    """Store a new account with the record of its password, without telling the trail of it."""
    session.add(user)
    session.flush()
    set_at = user.password_set_at
    session.add(PasswordRecord(user_id=user.id, password_hash=user.password_hash, set_at=set_at))
    session.flush()


def tell(session: Session, now: datetime, user: User, by: Actor | Stranger) -> None:
    """The event of a new account."""
    told = differences({}, {"username": user.username, "name": user.name})
    audit.record(session, by, now, AuditAction.CREATE, audit.about(user), told)


def by_username(session: Session, username: str) -> User:
    """The account of that name; raises NotFound."""
    user = users.by_username(session, username)
    if user is None:
        raise NotFound(f"没有账号 {username}，请核对。")
    return user


def change(
    session: Session,
    now: datetime,
    user: User,
    *,
    role: Role | None = None,
    active: bool | None = None,
) -> None:
    """Give an account one other post or switch it off or on, by hand at the machine.

    Its open sessions are over at once. The new post is at the home unit and takes the place of
    all others, delegations included.
    """
    before = {"active": user.active}
    if active is not None:
        user.active = active
    user.epoch += 1
    user.version += 1
    session.add(user)
    session.flush()
    told, grant = list(differences(before, {"active": user.active})), None
    if role is not None:
        told += appointments.clear(session, now, user, audit.CONSOLE)
        unit = session.get_one(Organisation, user.organisation_id)
        grant = appointments.place(session, now, user, role, unit, audit.CONSOLE)
    audit.record(session, audit.CONSOLE, now, AuditAction.CHANGE, audit.about(user), told)
    if grant is not None:
        appointments.tell(session, now, grant, audit.CONSOLE)


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
