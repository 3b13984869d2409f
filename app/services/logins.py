"""Logging in: a password is judged, failures are counted, a session is opened.

The lock counts by where an attempt comes from, so that it cannot shut people out: a browser
that was let in before, and an address from which the account was opened lately, are counted
each on their own; everybody else together. Unknown accounts are counted and answered alike.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Engine
from sqlmodel import Session

from app.db import login_attempts, users
from app.db.login_attempts import LoginAttempt
from app.db.organisations import Organisation
from app.db.session import reading, writing
from app.db.users import User
from app.domain.audit import AuditAction, Result, differences
from app.domain.lockout import LockRules
from app.domain.text import forbidden_characters
from app.services import entrance, hashing, own_sessions
from app.services.own_sessions import ABSOLUTE, Whence

LONGEST_USERNAME = 150
REFUSED = "账号或密码不正确，请核对后重新输入。"
LOCKED = "登录失败次数过多，请 {} 分钟后再试；急需使用时请联系本单位系统管理员。"
SLOWED = "这个网络地址登录失败次数过多，请 {} 秒后再试。"
ISSUED_USED = "这个初始密码已经用过一次。请向系统管理员重新领取，登录后立即修改。"
ISSUED_LATE = "这个初始密码已经过期。请向系统管理员重新领取。"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed at the door."""

    username: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How this house judges: the rules of the lock, its own key, how long a session lasts."""

    key: bytes
    rules: LockRules = field(default_factory=LockRules)
    lifetime: timedelta = ABSOLUTE


@dataclass(frozen=True, slots=True)
class Verdict:
    """Let in with a token, or refused with a message; `pending` asks for the second factor.

    `device` is what the browser should keep so that its attempts are counted on their own.
    """

    token: str = ""
    pending: bool = False
    device: str = ""
    message: str = ""
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom the name means, with the hash that the password has to fit."""

    account: str
    user_id: int | None
    stored: str


def attempt(engine: Engine, now: datetime, typed: Typed, whence: Whence, door: Door) -> Verdict:
    """Judge an attempt; slow on purpose, so run it on `hashing.EXECUTOR`.

    The password is verified between two transactions: the writing one holds nobody up.
    """
    with reading(engine) as session:
        candidate = look_up(session, typed.username)
    right = hashing.verified(candidate.stored, typed.password)
    renewed = right and hashing.outdated(candidate.stored)
    fresh = hashing.hash_password(typed.password) if renewed else ""
    with writing(engine) as session:
        login_attempts.take_turn(session, candidate.account)
        return settle(session, now, candidate, right, whence, door, fresh)


def look_up(session: Session, username: str) -> Candidate:
    """The account of a name as typed; where there is none, a stand-in that takes as long."""
    name = username.strip()
    known = len(name) <= LONGEST_USERNAME and not forbidden_characters(name)
    user = users.by_username(session, name) if known else None
    stored = user.password_hash if user else hashing.NOBODY
    return Candidate(hashing.digest(name), user.id if user else None, stored)


def settle(
    session: Session,
    now: datetime,
    candidate: Candidate,
    right: bool,
    whence: Whence,
    door: Door,
    fresh: str = "",
) -> Verdict:
    """Write the attempt down and open a session when it may be opened.

    Everything is asked anew, since it may have changed while the password was verified:
    of many guesses at once no more are judged than of guesses one after another.
    """
    judged = Judgement.of(session, now, candidate, whence, door)
    barred = judged.barred(now)
    if barred:
        refuse(session, now, candidate, whence, AuditAction.LOG_IN)
        return barred
    user = _holder(session, candidate) if right else None
    refusal = _issued_refusal(user, now) if user else REFUSED
    if user is None or refusal:
        record(session, now, candidate.account, whence, judged, succeeded=False)
        refuse(session, now, candidate, whence, AuditAction.LOG_IN, door)
        return Verdict(message=refusal)
    if fresh:
        user.password_hash = fresh
    if user.issued_until:
        user.issued_used_at = now
    session.add(user)
    if user.totp_confirmed_at:
        token = own_sessions.begin(session, now, user, whence, door.lifetime, pending=True)
        waits = differences({}, {"pending": True})
        entrance.note(session, now, user, whence.address, AuditAction.LOG_IN, waits)
        return Verdict(token, pending=True)
    record(session, now, candidate.account, whence, judged, succeeded=True)
    login_attempts.forget(session, now - door.rules.known_for)
    token = own_sessions.begin(session, now, user, whence, door.lifetime)
    entrance.note(session, now, user, whence.address, AuditAction.LOG_IN)
    return Verdict(token, device=device_token(door.key, user.id, whence.device))


def record(
    session: Session,
    now: datetime,
    account: str,
    whence: Whence,
    judged: "Judgement",
    *,
    succeeded: bool,
) -> None:
    """Write an attempt down; one that still waits for its second factor is neither yet."""
    session.add(
        LoginAttempt(
            account=account,
            address=whence.address,
            source=judged.source,
            trusted=judged.trusted,
            succeeded=succeeded,
            at=now,
        )
    )
    session.flush()


def refuse(
    session: Session,
    now: datetime,
    candidate: Candidate,
    whence: Whence,
    action: AuditAction,
    door: Door | None = None,
) -> None:
    """Audit a refusal, and the lock if this failure, judged by the door's rules, brings one."""
    user = session.get(User, candidate.user_id) if candidate.user_id is not None else None
    entrance.note(session, now, user, whence.address, action, result=Result.REFUSED)
    if door and Judgement.of(session, now, candidate, whence, door).locked_until:
        entrance.note(session, now, user, whence.address, AuditAction.LOCK)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of an attempt before its password is."""

    source: str
    trusted: bool
    locked_until: datetime | None
    slowed_until: datetime | None

    @classmethod
    def of(
        cls, session: Session, now: datetime, candidate: Candidate, whence: Whence, door: Door
    ) -> "Judgement":
        """Where the attempt comes from and how many have failed there."""
        rules, account, address = door.rules, candidate.account, whence.address
        device = known_device(door.key, candidate.user_id, whence.device)
        since = now - rules.known_for
        trusted = bool(device) or login_attempts.was_let_in(session, account, address, since)
        source = f"device:{device}" if device else address
        counted = now - rules.lock
        if trusted:
            failed = login_attempts.failures_of_source(session, account, source, counted)
            return cls(source, trusted, rules.locked_until(failed), None)
        failed = login_attempts.failures_of_strangers(session, account, counted)
        slow = login_attempts.failures_of_address(session, address, counted)
        return cls(source, trusted, rules.locked_until(failed), rules.slowed_until(slow))

    def barred(self, now: datetime) -> Verdict | None:
        """The refusal of an attempt that is not judged at all."""
        if self.locked_until and self.locked_until > now:
            seconds = ceil((self.locked_until - now).total_seconds())
            return Verdict(message=LOCKED.format(ceil(seconds / 60)), retry_after=seconds)
        if self.slowed_until and self.slowed_until > now:
            seconds = ceil((self.slowed_until - now).total_seconds())
            return Verdict(message=SLOWED.format(seconds), retry_after=seconds)
        return None


def device_token(key: bytes, user_id: int, former: str) -> str:
    """What a browser keeps once it was let in; the one it has stays its own."""
    name = known_device(key, user_id, former) or hashing.new_token()
    return f"{name}.{hashing.keyed(key, 'device', user_id, name)}"


def known_device(key: bytes, user_id: int | None, token: str) -> str:
    """The device's name, if this account was opened with it before; else nothing."""
    name, _, proof = token.partition(".")
    right = hashing.same(proof, hashing.keyed(key, "device", user_id, name))
    return name if user_id is not None and name and right else ""


def _holder(session: Session, candidate: Candidate) -> User | None:
    """The account with the password that was verified, if it is still that and still open."""
    user = session.get(User, candidate.user_id) if candidate.user_id is not None else None
    if user is None or user.password_hash != candidate.stored or not user.active:
        return None
    return user if session.get_one(Organisation, user.organisation_id).active else None


def _issued_refusal(user: User, now: datetime) -> str:
    """Why an issued password opens nothing any more, told only to whoever knows it."""
    if user.issued_until is None:
        return ""
    if user.issued_used_at is not None:
        return ISSUED_USED
    return ISSUED_LATE if user.issued_until <= now else ""
