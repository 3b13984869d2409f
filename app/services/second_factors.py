"""The second factor (二次验证): time-based one-time passwords (RFC 6238) and recovery codes.

The secret of a telephone is not stored: it is derived from the server's own key and a number of
the account, so that the database alone opens nothing.
"""

import base64
import hmac
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

import pyotp
from sqlmodel import Session

from app.db import api_keys, recovery_codes
from app.db.session import locked
from app.db.users import User
from app.domain.actors import Actor, Role
from app.domain.audit import AuditAction, Change, Result, Stranger, differences
from app.domain.tables import Table
from app.errors import Conflict, Problem, Unacceptable
from app.services import audit, entrance, hashing, logins, own_sessions, posts
from app.services.accounts import Holder
from app.services.logins import Door, Judgement, Verdict
from app.services.own_sessions import Whence

ISSUER = "预算绩效"
PERIOD = 30
# A telephone's clock may be one step off; RFC 6238 5.2.
DRIFT = (-1, 0, 1)
CODES = 10
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
ON, OFF = differences({}, {"confirmed": True}), differences({"confirmed": True}, {})
WRONG = "验证码不正确，请输入手机上现在显示的 6 位数字，或一个没有用过的恢复码。"
ENROL_WRONG = "验证码不正确：请核对手机的时间，再输入现在显示的 6 位数字。"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who needs a second factor."""

    roles: frozenset[Role]
    key_owners: bool


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a telephone needs to know: the key as text, and as an address for its camera."""

    key: str
    address: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The second factor is on: the new session's token, and the recovery codes to write down."""

    token: str
    codes: list[str]


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The policy as shipped; raises TableError for a faulty file."""
    text = (files("app.policies") / "second_factor.toml").read_text(encoding="utf-8")
    table = Table(tomllib.loads(text), "second_factor.toml")
    made = Policy(frozenset(map(Role, table.texts("roles"))), table.flag("key_owners", True))
    table.close()
    return made


def required(session: Session, user: User) -> bool:
    """Whether this person may not do without; demo accounts may."""
    if user.demo:
        return False
    rules = policy()
    roles = posts.confirmed_roles(session, user.id)
    if not rules.roles.isdisjoint(roles):
        return True
    return rules.key_owners and api_keys.owns_any(session, user.id)


def must_enrol(session: Session, user: User) -> bool:
    """Whether nothing but setting up the second factor is open."""
    return user.totp_confirmed_at is None and required(session, user)


def begin(session: Session, key: bytes, user_id: int) -> Enrolment:
    """What to show to a person who sets up; the same until it is confirmed, and kept nowhere."""
    user = session.get(User, user_id)
    if user is None or user.totp_confirmed_at is not None:
        raise Conflict("已经设置了二次验证。更换手机时请先关闭，再重新设置。")
    secret = _secret(key, user.id, _offered(key, user))
    address = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)
    return Enrolment(" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), address)


def confirm(session: Session, now: datetime, key: bytes, holder: Holder, code: str) -> Confirmed:
    """Switch the second factor on with a first code; raises Unacceptable with pointer /code."""
    user = locked(session, User, holder.user.id)
    if user is None or user.totp_confirmed_at is not None:
        raise Conflict("请重新打开设置页面，再扫描一次。")
    nonce = _offered(key, user)
    step = _step_of(_secret(key, user.id, nonce), user.totp_step, now, code)
    if step is None:
        _note_wrong(session, now, user, holder.address)
        raise Unacceptable([Problem("/code", ENROL_WRONG)])
    user.totp_nonce, user.totp_confirmed_at, user.totp_step = nonce, now, step
    user.epoch += 1
    session.add(user)
    codes = _new_codes(session, key, user)
    token = own_sessions.renew(session, now, holder.held, user)
    _note_change(session, now, user, holder.address, ON)
    return Confirmed(token, codes)


def check(
    session: Session, now: datetime, holder: Holder, code: str, whence: Whence, door: Door
) -> Verdict:
    """Judge the code of a pending session: the token of a whole one, or a refusal.

    A wrong code counts as a failed log-in; it is returned, not raised, so that it is kept.
    """
    user = locked(session, User, holder.user.id)
    if user is None:
        return Verdict(message=WRONG)
    candidate = logins.Candidate(hashing.digest(user.username), user.id, user.password_hash)
    judged = Judgement.of(session, now, candidate, whence, door)
    barred = judged.barred(now)
    if barred:
        own_sessions.end(session, now, holder.held)
        logins.refuse(session, now, candidate, whence, AuditAction.VERIFY)
        return barred
    right = _spend(session, now, door.key, user, code)
    logins.record(session, now, candidate.account, whence, judged, succeeded=right)
    if not right:
        logins.refuse(session, now, candidate, whence, AuditAction.VERIFY, door)
        return Verdict(message=WRONG)
    own_sessions.end(session, now, holder.held)
    proof = own_sessions.proof_of(holder.held)
    token = own_sessions.begin(session, now, user, whence, door.lifetime, proof=proof)
    entrance.note(session, now, user, whence.address, AuditAction.VERIFY)
    return Verdict(token, device=logins.device_token(door.key, user.id, whence.device))


def renew_codes(
    session: Session, now: datetime, key: bytes, user_id: int, code: str, address: str = ""
) -> list[str]:
    """New recovery codes in place of the old; asks for a code of the telephone."""
    user = _proven(session, now, key, user_id, code, address)
    codes = _new_codes(session, key, user)
    _note_change(session, now, user, address, differences({}, {"recovery_codes": len(codes)}))
    return codes


def switch_off(
    session: Session, now: datetime, key: bytes, user_id: int, code: str, address: str = ""
) -> None:
    """Forget the telephone; asks for a code, its last one or a recovery code."""
    user = _proven(session, now, key, user_id, code, address)
    _forget(session, user)
    _note_change(session, now, user, address, OFF)


def reset(
    session: Session, now: datetime, user: User, by: Actor | Stranger = audit.CONSOLE
) -> None:
    """Forget the telephone and the codes: by an administrator, when both are lost."""
    _forget(session, user)
    session.flush()
    audit.record(session, by, now, AuditAction.SECOND_FACTOR, audit.about(user), OFF)


def _forget(session: Session, user: User) -> None:
    user.totp_nonce, user.totp_confirmed_at, user.totp_step = "", None, 0
    session.add(user)
    recovery_codes.replace(session, user.id, [])


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes have not been used."""
    return len(recovery_codes.unused(session, user_id))


def _note_change(
    session: Session, now: datetime, user: User, address: str, told: tuple[Change, ...]
) -> None:
    entrance.note(session, now, user, address, AuditAction.SECOND_FACTOR, told)


def _note_wrong(session: Session, now: datetime, user: User, address: str) -> None:
    entrance.note(session, now, user, address, AuditAction.VERIFY, result=Result.REFUSED)


def _proven(
    session: Session, now: datetime, key: bytes, user_id: int, code: str, address: str
) -> User:
    user = locked(session, User, user_id)
    if user is None or user.totp_confirmed_at is None:
        raise Conflict("还没有设置二次验证。")
    if not _spend(session, now, key, user, code):
        _note_wrong(session, now, user, address)
        raise Unacceptable([Problem("/code", WRONG)])
    return user


def _spend(session: Session, now: datetime, key: bytes, user: User, code: str) -> bool:
    """Whether the code is right; it is not right a second time."""
    step = _step_of(_secret(key, user.id, user.totp_nonce), user.totp_step, now, code)
    if step is not None:
        user.totp_step = step
        session.add(user)
        return True
    typed = "".join(code.split()).replace("-", "").upper()
    wanted = hashing.keyed(key, "recovery", user.id, typed)
    for row in recovery_codes.unused(session, user.id):
        if hashing.same(row.code_hash, wanted):
            row.used_at = now
            session.add(row)
            return True
    return False


def _step_of(secret: str, last: int, now: datetime, code: str) -> int | None:
    """The time step that the code belongs to, if it is newer than the last one accepted."""
    typed = "".join(code.split())
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // PERIOD
    for step in (present + drift for drift in DRIFT):
        if step > last and hashing.same(totp.at(step * PERIOD), typed):
            return step
    return None


def _offered(key: bytes, user: User) -> str:
    """The number behind the next telephone: each confirmed one counts the epoch up."""
    return hashing.keyed(key, "enrol", user.id, user.epoch)


def _secret(key: bytes, user_id: int, nonce: str) -> str:
    """160 bits in base32, as telephones take them."""
    derived = hmac.new(key, f"totp\x1f{user_id}\x1f{nonce}".encode(), sha256).digest()
    return base64.b32encode(derived[:20]).decode()


def _new_codes(session: Session, key: bytes, user: User) -> list[str]:
    codes = [
        "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)
    ]
    hashes = [hashing.keyed(key, "recovery", user.id, code) for code in codes]
    recovery_codes.replace(session, user.id, hashes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]
