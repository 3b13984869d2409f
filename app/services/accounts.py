"""Accounts: who is at the door. Passwords, login sessions and API keys are known by hash only."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session

from app.db import api_keys, sessions, users
from app.db.api_keys import ApiKey
from app.db.organisations import Organisation
from app.db.sessions import LoginSession
from app.db.users import User
from app.domain.actors import Actor, Role
from app.domain.text import forbidden_characters
from app.errors import Unauthenticated

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
# A session that is seen all the time is written once a minute, not once a request.
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
LONGEST_PASSWORD = 1024
LONGEST_USERNAME = 150

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified when there is no such account, so that the answer takes as long as for a real one.
NOBODY = HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))
REFUSED = "用户名或密码不正确，请核对后重新输入。"


def log_in(
    session: Session,
    now: datetime,
    username: str,
    password: str,
    *,
    lifetime: timedelta = ABSOLUTE,
) -> str:
    """The token of a new login session; raises Unauthenticated, the same for any wrong pair."""
    name = username.strip()
    known = len(name) <= LONGEST_USERNAME and not forbidden_characters(name)
    user = users.by_username(session, name) if known else None
    right = _verified(user.password_hash if user else NOBODY, password)
    if user is None or not right or not user.active:
        raise Unauthenticated(REFUSED)
    if HASHER.check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
        session.add(user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        LoginSession(
            token_hash=_digest(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return token


def actor_of_token(
    session: Session, now: datetime, token: str, *, idle: timedelta = IDLE
) -> Actor | None:
    """Who holds the token; None when it is unknown, ended, idle too long or expired.

    It only reads: a poll must not keep a session alive, `keep_alive` does.
    """
    found = sessions.open_at(session, _digest(token), now, now - idle)
    if found is None:
        return None
    _, user, organisation = found
    return Actor(
        id=user.id,
        name=user.name,
        role=Role(user.role),
        organisation_id=organisation.id,
        scope_path=organisation.path,
    )


def keep_alive(
    session: Session, now: datetime, token: str, *, idle: timedelta = IDLE
) -> Actor | None:
    """The holder of the token, as `actor_of_token`, after noting that the person is there."""
    actor = actor_of_token(session, now, token, idle=idle)
    if actor is not None and presence_due(session, now, token):
        seen = session.get_one(LoginSession, _digest(token))
        seen.last_seen_at = now
        session.add(seen)
        session.flush()
    return actor


def presence_due(session: Session, now: datetime, token: str) -> bool:
    """Whether `keep_alive` would write: asked while reading, it spares a write transaction."""
    seen = session.get(LoginSession, _digest(token))
    return seen is not None and now - seen.last_seen_at >= SEEN_EVERY


def log_out(session: Session, now: datetime, token: str) -> None:
    """End the login session; an unknown token is no error."""
    found = session.get(LoginSession, _digest(token))
    if found is not None and found.ended_at is None:
        found.ended_at = now
        session.add(found)
        session.flush()


def actor_of_key(session: Session, key: str) -> Actor | None:
    """The system that holds the API key; None when the key is unknown or switched off."""
    found = api_keys.by_hash(session, _digest(key))
    if found is None:
        return None
    own, organisation = found
    return Actor(
        id=own.id,
        name=own.name,
        role=Role.SYSTEM,
        organisation_id=organisation.id,
        scope_path=organisation.path,
        scopes=frozenset(own.scopes.split()),
    )


def add_user(
    session: Session, username: str, name: str, role: Role, unit: Organisation, password: str
) -> User:
    """Store a new account of an organisation."""
    user = User(
        username=username,
        name=name,
        role=role,
        organisation_id=unit.id,
        password_hash=hash_password(password),
    )
    session.add(user)
    session.flush()
    return user


def add_key(
    session: Session, now: datetime, key: str, name: str, unit: Organisation, *scopes: str
) -> ApiKey:
    """Store the hash of an API key of an organisation."""
    row = ApiKey(
        key_hash=_digest(key),
        name=name,
        organisation_id=unit.id,
        scopes=" ".join(scopes),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return HASHER.hash(_bytes(password))


def _verified(stored: str, password: str) -> bool:
    try:
        return len(password) <= LONGEST_PASSWORD and HASHER.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _digest(secret: str) -> str:
    return sha256(_bytes(secret)).hexdigest()


def _bytes(text: str) -> bytes:
    # Half of a surrogate pair can be typed into a request; it is a wrong secret, not a fault.
    return text.encode("utf-8", "surrogatepass")
