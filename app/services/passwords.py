"""Passwords: issued by somebody else, chosen by oneself, and when one has to be changed."""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from app.db import password_records
from app.db.organisations import Organisation
from app.db.password_records import PasswordRecord
from app.db.session import locked, reading, writing
from app.db.users import User
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Stranger, differences
from app.domain.passwords import PasswordProfile
from app.errors import Conflict, Problem, Unacceptable
from app.services import accounts, audit, entrance, hashing, own_sessions

# Read aloud and copied by hand: nothing that looks like something else.
ALPHABET = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
SIGNS = "-+=%"
ISSUED_GROUPS = 4
DEMO = "演示账号的密码是公开的，不能修改；正式使用时每个人都有自己的密码。"


@dataclass(frozen=True, slots=True)
class Change:
    """What a person typed to change their password."""

    current: str
    new: str
    repeated: str


def must_change(user: User, now: datetime, profile: PasswordProfile) -> bool:
    """Whether nothing but the change of the password is open: it was issued, or is too old."""
    if user.demo:
        return False
    expires = profile.expires_at(user.password_set_at)
    return user.issued_until is not None or (expires is not None and expires <= now)


def random_password() -> str:
    """A password to hand over: groups of characters of all four classes, over 90 random bits."""
    while True:
        groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(ISSUED_GROUPS))
        made = secrets.choice(SIGNS).join(groups)
        if all(
            any(character in kind for character in made)
            for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        ):
            return made


@dataclass(frozen=True, slots=True)
class Drawn:
    """A password to hand over and its hash: made outside every transaction, since it is slow."""

    password: str
    hash: str


def draw() -> Drawn:
    """A new password; slow on purpose, so run it on `hashing.EXECUTOR` where people wait."""
    password = random_password()
    return Drawn(password, hashing.hash_password(password))


def issue(
    session: Session,
    now: datetime,
    user: User,
    profile: PasswordProfile,
    drawn: Drawn | None = None,
    by: Actor | Stranger = audit.CONSOLE,
) -> str:
    """A new password for somebody else: it opens one session, in which it is changed."""
    new = drawn or draw()
    _store(session, now, user, new.hash, profile)
    user.issued_until = now + profile.issued_for
    session.add(user)
    session.flush()
    told = differences({}, {"issued": True})
    audit.record(session, by, now, AuditAction.PASSWORD, audit.about(user), told)
    return new.password


def own_words(session: Session, user: User) -> tuple[str, ...]:
    """What a password of this person must not hold: names of the person and of the unit."""
    unit = session.get_one(Organisation, user.organisation_id)
    return user.username, user.name, unit.name, unit.code


def change(
    engine: Engine,
    now: datetime,
    token: str,
    typed: Change,
    profile: PasswordProfile,
    address: str = "",
) -> str:
    """Store a password of one's own choice and end all other sessions; the new session's token.

    Slow on purpose, so run it on `hashing.EXECUTOR`. Raises Unacceptable with pointers
    /current, /new and /repeated, or Conflict for a demo account.
    """
    with reading(engine) as session:
        holder = accounts.holder_of_token(session, now, token)
        if holder is None:
            raise Conflict("登录已过期，请重新登录后再修改密码。")
        if holder.user.demo:
            raise Conflict(DEMO)
        stored = holder.user.password_hash
        words = own_words(session, holder.user)
        former = password_records.newest(session, holder.user.id, profile.remembered)
    _check(typed, stored, former, profile, words)
    fresh = hashing.hash_password(typed.new)
    with writing(engine) as session:
        user = locked(session, User, holder.user.id)
        again = accounts.holder_of_token(session, now, token)
        if user is None or again is None or user.password_hash != stored:
            raise Conflict("密码刚刚在别处改过，请重新登录。")
        _store(session, now, user, fresh, profile)
        fresh_token = own_sessions.renew(session, now, again.held, user)
        entrance.note(session, now, user, address, AuditAction.PASSWORD)
        return fresh_token


def _check(
    typed: Change,
    stored: str,
    former: list[str],
    profile: PasswordProfile,
    words: tuple[str, ...],
) -> None:
    problems = []
    if not hashing.verified(stored, typed.current):
        problems.append(Problem("/current", "现在的密码不正确，请重新输入。"))
    faults = profile.faults(typed.new, words)
    if not faults and any(hashing.verified(old, typed.new) for old in {stored, *former}):
        faults = (f"新密码与最近 {profile.remembered} 次用过的密码之一相同，请换一个。",)
    problems += [Problem("/new", fault) for fault in faults]
    if typed.new != typed.repeated:
        problems.append(Problem("/repeated", "两次输入的新密码不一样，请重新输入。"))
    if problems:
        raise Unacceptable(problems)


def _store(
    session: Session, now: datetime, user: User, fresh: str, profile: PasswordProfile
) -> None:
    user.password_hash = fresh
    user.password_set_at = now
    user.issued_until = user.issued_used_at = None
    user.epoch += 1
    user.version += 1
    session.add(user)
    record = PasswordRecord(user_id=user.id, password_hash=fresh, set_at=now)
    password_records.keep(session, record, max(profile.remembered, 1))
    session.flush()
