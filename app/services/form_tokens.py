"""Tokens of forms (CSRF): a form counts only if a page of the same person's session holds it.

The token names the session whose page it stands in. One from an earlier session of the same
person still counts until that session would have ended, unless it was ended on purpose: who
logs in again in another window goes on with the form that they had open.
"""

from datetime import datetime

from sqlmodel import Session

from app.db import sessions
from app.db.sessions import LoginSession
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
        and earlier.epoch == holder.user.epoch
        and _post(earlier) == _post(holder.held)
    )


def page_of(session: Session, key: bytes, given: str) -> LoginSession | None:
    """The session whose page a form stood in, lasting still or not; None for no token of ours."""
    name = given.partition(".")[0]
    found = sessions.by_handle(session, name) if len(name) == HANDLE else None
    if found is None or not hashing.same(given, _made(key, name, found.user_id)):
        return None
    return found


def goes_on(page: LoginSession | None, holder: Holder) -> bool:
    """Whether a session may go on with the page of another: the same person in the same post."""
    if page is None or page.user_id != holder.user.id:
        return False
    return _post(page) == _post(holder.held)


def _post(held: LoginSession) -> tuple[int | None, int | None]:
    """A form that was opened in one post does not count in another."""
    return held.grant_id, held.delegation_id


def _made(key: bytes, name: str, user_id: int) -> str:
    return f"{name}.{hashing.keyed(key, 'form', name, user_id)}"
