"""Tokens of forms (CSRF): a form counts only if a page of the same person's session holds it.

The token names the session whose page it stands in. One from an earlier session of the same
person still counts until that session would have ended, unless it was ended on purpose: who
logs in again in another window goes on with the form that they had open.
"""

from datetime import datetime

from sqlmodel import Session

from app.db import sessions
from app.db.users import User
from app.services import hashing
from app.services.accounts import Holder
from app.services.own_sessions import HANDLE


def token(key: bytes, holder: Holder) -> str:
    """What every form of this session's pages carries."""
    return _made(key, holder.held.token_hash[:HANDLE], holder.user.id)


def accepts(session: Session, now: datetime, key: bytes, holder: Holder, given: str) -> bool:
    """Whether a form with that token came from a page of this person."""
    if hashing.same(given, token(key, holder)):
        return True
    name = given.partition(".")[0]
    if len(name) != HANDLE or not hashing.same(given, _made(key, name, holder.user.id)):
        return False
    earlier = sessions.of_handle(session, holder.user.id, name)
    return (
        earlier is not None
        and earlier.ended_at is None
        and earlier.expires_at > now
        and (earlier.epoch, earlier.role) == (holder.user.epoch, holder.user.role)
    )


def owner(session: Session, key: bytes, given: str) -> User | None:
    """Whose page a form stood in, whether that session still lasts or not; None for no token."""
    name = given.partition(".")[0]
    found = sessions.by_handle(session, name) if len(name) == HANDLE else None
    if found is None or not hashing.same(given, _made(key, name, found.user_id)):
        return None
    return session.get_one(User, found.user_id)


def _made(key: bytes, name: str, user_id: int) -> str:
    return f"{name}.{hashing.keyed(key, 'form', name, user_id)}"
