"""Login sessions: how one begins, is kept alive, and ends; a person's own, listed and ended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from app.db import sessions
from app.db.sessions import LoginSession
from app.db.users import User
from app.domain.audit import AuditAction, differences
from app.domain.posts import Post, chosen
from app.errors import NotFound
from app.services import entrance, hashing, posts

IDLE = timedelta(minutes=20)
ABSOLUTE = timedelta(hours=12)
# Long enough to fetch a telephone, short enough to be useless to whoever finds the screen.
PENDING = timedelta(minutes=10)
HANDLE = 32
LONGEST_AGENT = 300


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a request comes from: address, what the browser calls itself, what it keeps."""

    address: str = ""
    agent: str = ""
    device: str = ""


class Method(StrEnum):
    """How a session was begun."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody proved who they are.

    `assured` if a provider vouches for two factors; `logout_hint` is what it wants to hear
    when the person leaves, sealed.
    """

    method: Method = Method.PASSWORD
    assured: bool = False
    logout_hint: str = field(default="", repr=False)


BY_PASSWORD = Proof()


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One open session of a person; `handle` names it on their page."""

    handle: str
    address: str
    agent: str
    created_at: datetime
    last_seen_at: datetime
    present: bool


def begin(
    session: Session,
    now: datetime,
    user: User,
    whence: Whence,
    lifetime: timedelta = ABSOLUTE,
    *,
    pending: bool = False,
    proof: Proof = BY_PASSWORD,
    post: tuple[int | None, int | None] | None = None,
) -> str:
    """The token of a new session; a pending one waits for the second factor.

    It keeps the post (grant and delegation) given, else the person's only one.
    """
    token = hashing.new_token()
    grant_id, delegation_id = post or _only_post(session, now, user)
    session.add(
        LoginSession(
            token_hash=hashing.digest(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + (min(PENDING, lifetime) if pending else lifetime),
            epoch=user.epoch,
            grant_id=grant_id,
            delegation_id=delegation_id,
            pending=pending,
            address=whence.address,
            agent=whence.agent[:LONGEST_AGENT],
            method=proof.method,
            assured=proof.assured,
            logout_hint=proof.logout_hint,
        )
    )
    session.flush()
    return token


def renew(
    session: Session, now: datetime, held: LoginSession, user: User, post: Post | None = None
) -> str:
    """The token of a session in place of the held one, with its time left: rights have changed.

    It keeps the post unless another one was chosen.
    """
    whence, kept = Whence(held.address, held.agent), (held.grant_id, held.delegation_id)
    if post is not None:
        kept = post.grant_id, post.delegation_id
    end(session, now, held)
    left, proof = held.expires_at - now, proof_of(held)
    chosen_post = kept if kept[0] is not None else None
    return begin(session, now, user, whence, left, proof=proof, post=chosen_post)


def proof_of(held: LoginSession) -> Proof:
    """How the person of a session proved who they are."""
    return Proof(Method(held.method), held.assured, held.logout_hint)


def end(session: Session, now: datetime, held: LoginSession) -> None:
    """The session is over from now on."""
    if held.ended_at is None:
        held.ended_at = now
        session.add(held)
        session.flush()


def handle(token: str) -> str:
    """The name of a session that may stand on its owner's pages."""
    return hashing.digest(token)[:HANDLE]


def listed(
    session: Session, now: datetime, user_id: int, token: str, idle: timedelta = IDLE
) -> tuple[OwnSession, ...]:
    """The open sessions of a person, the one of `token` first."""
    own = handle(token)
    found = (
        OwnSession(
            handle=row.token_hash[:HANDLE],
            address=row.address,
            agent=row.agent,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            present=row.token_hash.startswith(own),
        )
        for row in sessions.of_user(session, user_id, now, now - idle)
    )
    return tuple(sorted(found, key=lambda item: not item.present))


def end_one(session: Session, now: datetime, user_id: int, name: str, address: str = "") -> None:
    """End one of a person's sessions; raises NotFound for a name that is none of theirs."""
    found = sessions.of_handle(session, user_id, name) if len(name) == HANDLE else None
    if found is None:
        raise NotFound
    if found.ended_at is None:
        end(session, now, found)
        _note(session, now, user_id, address, 1)


def end_others(session: Session, now: datetime, user_id: int, token: str, address: str = "") -> int:
    """End all sessions of a person but the one of `token`; how many there were."""
    own = hashing.digest(token)
    others = [
        row
        for row in sessions.of_user(session, user_id, now, datetime.min.replace(tzinfo=now.tzinfo))
        if row.token_hash != own
    ]
    for row in others:
        end(session, now, row)
    if others:
        _note(session, now, user_id, address, len(others))
    return len(others)


def _only_post(session: Session, now: datetime, user: User) -> tuple[int | None, int | None]:
    post = chosen(posts.in_force(session, now, user.id), None, None)
    return (post.grant_id, post.delegation_id) if post else (None, None)


def _note(session: Session, now: datetime, user_id: int, address: str, ended: int) -> None:
    user = session.get_one(User, user_id)
    told = differences({"sessions": ended}, {})
    entrance.note(session, now, user, address, AuditAction.END_SESSION, told)
