"""Logging in by a provider (统一身份认证登录): the way out, the way back, and whose account it is.

What binds the way back to the way out lies sealed in the browser that went; the database
learns of a flow only when it is answered, and takes no answer twice. No account is made here.
"""

import json
import logging
import secrets as random
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from app.db import identity_links, spent_states, users
from app.db.organisations import Organisation
from app.db.session import locked, writing
from app.db.users import User
from app.domain.audit import AuditAction, Result, differences
from app.domain.identities import Trouble
from app.domain.text import forbidden_characters
from app.oidc_settings import USERNAME
from app.services import entrance, hashing, logins, own_sessions, sealing
from app.services import identity_links as links
from app.services.identity_provider import Identity, Provider, Secrets, Troubled
from app.services.logins import LONGEST_USERNAME, Door
from app.services.own_sessions import Method, Proof, Whence

# Long enough to log in there with a telephone, too short to be found later.
LASTS = timedelta(minutes=10)
FLOW, HINT = "oidc flow", "oidc logout"
DOWN_CODES = frozenset({"server_error", "temporarily_unavailable"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Flow:
    """One login under way: its secrets, where it wants to go, when it began."""

    secrets: Secrets
    to: str
    begun: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser brought back: the flow it was given, and the provider's answer."""

    flow: str
    state: str
    code: str
    error: str
    issuer: str
    back: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Let in with a token (`pending` asks for the second factor), or refused with a trouble.

    `subject` is told with an identity that no account is linked to.
    """

    token: str = ""
    pending: bool = False
    device: str = ""
    to: str = "/"
    trouble: Trouble | None = None
    subject: str = ""


def begin(provider: Provider, key: bytes, now: datetime, to: str, back: str) -> tuple[str, str]:
    """Where the browser goes, and the sealed flow that it keeps meanwhile; raises Troubled."""
    secrets = Secrets(*(random.token_urlsafe(48) for _ in range(3)))
    url = provider.authorization_url(secrets, back)
    kept = {**asdict(secrets), "to": to, "begun": int(now.timestamp())}
    return url, sealing.seal(key, FLOW, json.dumps(kept))


def finish(
    engine: Engine,
    provider: Provider,
    now: datetime,
    returned: Returned,
    whence: Whence,
    door: Door,
) -> Entry:
    """Judge what the browser brought back; slow, so run it on `identity_provider.EXECUTOR`."""
    flow = _opened(door.key, returned.flow)
    to = flow.to if flow else "/"
    try:
        identity = _identity(engine, provider, now, returned, flow)
    except Troubled as error:
        log.warning("login by the provider: %s %s", error.trouble, error)
        with writing(engine) as session:
            return _refused(session, now, whence, Entry(to=to, trouble=error.trouble))
    with writing(engine) as session:
        return settle(session, provider, now, identity, whence, door, to)


def settle(
    session: Session,
    provider: Provider,
    now: datetime,
    identity: Identity,
    whence: Whence,
    door: Door,
    to: str = "/",
) -> Entry:
    """Open a session of the account that the identity is linked to, or refuse."""
    user, trouble = _account(session, provider, now, identity, whence)
    if user is None or trouble:
        told = identity.subject if trouble is Trouble.UNKNOWN else ""
        return _refused(session, now, whence, Entry(to=to, trouble=trouble, subject=told), user)
    waits = user.totp_confirmed_at is not None and not identity.assured
    hint = sealing.seal(door.key, HINT, identity.id_token)
    proof = Proof(Method.PROVIDER, identity.assured, hint)
    given = (session, now, user, whence, door.lifetime)
    token = own_sessions.begin(*given, pending=waits, proof=proof)
    came = {"method": Method.PROVIDER} | ({"pending": True} if waits else {})
    entrance.note(session, now, user, whence.address, AuditAction.LOG_IN, differences({}, came))
    device = "" if waits else logins.device_token(door.key, user.id, whence.device)
    return Entry(token, waits, device, to)


def logout_url(provider: Provider, key: bytes, proof: Proof, back: str) -> str:
    """Where the person may end the login at the provider too, or nothing."""
    if proof.method is not Method.PROVIDER:
        return ""
    return provider.logout_url(sealing.unseal(key, HINT, proof.logout_hint) or "", back)


def _opened(key: bytes, sealed: str) -> Flow | None:
    text = sealing.unseal(key, FLOW, sealed) if sealed else None
    if text is None:
        return None
    kept = json.loads(text)
    secrets = Secrets(kept["state"], kept["nonce"], kept["verifier"])
    return Flow(secrets, kept["to"], datetime.fromtimestamp(kept["begun"], UTC))


def _identity(
    engine: Engine, provider: Provider, now: datetime, returned: Returned, flow: Flow | None
) -> Identity:
    """Who the answer speaks of, if it answers this browser's question, in time, once."""
    if flow is None or not hashing.same(flow.secrets.state, returned.state):
        raise Troubled(Trouble.STATE)
    if now - flow.begun > LASTS:
        raise Troubled(Trouble.LATE)
    with writing(engine) as session:
        spent = hashing.digest(returned.state)
        if not spent_states.spend(session, spent, now, flow.begun + LASTS):
            raise Troubled(Trouble.REPLAYED)
    provider.check_answerer(returned.issuer)
    if returned.error == "access_denied":
        raise Troubled(Trouble.DENIED)
    if returned.error or not returned.code:
        down = returned.error in DOWN_CODES
        raise Troubled(Trouble.DOWN if down else Trouble.FAILED, repr(returned.error[:100]))
    return provider.identity(now, flow.secrets, returned.code, returned.back)


def _account(
    session: Session, provider: Provider, now: datetime, identity: Identity, whence: Whence
) -> tuple[User | None, Trouble | None]:
    """Whose account it is, and why it may not be opened."""
    found = identity_links.of_identity(session, identity.issuer, identity.subject)
    if found is not None:
        user = session.get_one(User, found.user_id)
        return user, None if _open(session, user) else Trouble.INACTIVE
    named = _named(session, identity.username) if provider.oidc.linking == USERNAME else None
    if named is None:
        return None, Trouble.UNKNOWN
    locked(session, User, named.id)  # of two first logins at once the second finds the link
    if not _open(session, named):
        return named, Trouble.INACTIVE
    if identity_links.of_user(session, identity.issuer, named.id) is not None:
        return named, Trouble.TAKEN
    person = entrance.person(session, now, named, whence.address)
    links.link(session, now, named, identity.issuer, identity.subject, person)
    return named, None


def _named(session: Session, username: str) -> User | None:
    known = 0 < len(username) <= LONGEST_USERNAME and not forbidden_characters(username)
    return users.by_username(session, username) if known else None


def _open(session: Session, user: User) -> bool:
    return user.active and _unit(session, user).active


def _unit(session: Session, user: User) -> Organisation:
    return session.get_one(Organisation, user.organisation_id)


def _refused(
    session: Session, now: datetime, whence: Whence, entry: Entry, user: User | None = None
) -> Entry:
    told = differences({}, {"method": Method.PROVIDER, "trouble": entry.trouble})
    note = (user, whence.address, AuditAction.LOG_IN, told, Result.REFUSED)
    entrance.note(session, now, *note)
    return entry
