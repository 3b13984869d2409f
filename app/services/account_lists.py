"""Accounts as administrators look at them (账号列表): who, since when unseen, what they may be."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from sqlmodel import Session

from app.db import account_lists, api_keys, grants, login_attempts
from app.db.account_lists import Row, Wanted
from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import Actor
from app.domain.lockout import LockRules
from app.domain.policies import SEES_ACCOUNTS
from app.domain.tables import Table
from app.domain.text import forbidden_characters
from app.errors import NotFound, Problem, Unacceptable
from app.services import hashing, paging
from app.services.claims import require_policy
from app.services.grants import ListedGrant, listed
from app.services.paging import Page


class Which(StrEnum):
    """Which accounts a list shows."""

    ALL = ""
    ACTIVE = "active"
    OFF = "off"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class ListedUser:
    """An account, its unit, when it was last used, and whether it is left behind or locked."""

    user: User
    organisation: Organisation
    seen_at: datetime | None
    idle: bool
    locked: bool
    grants: tuple[ListedGrant, ...]


@lru_cache(maxsize=1)
def idle_after() -> timedelta:
    """How long an account may go unused, as shipped; raises TableError for a faulty file."""
    text = (files("app.policies") / "accounts.toml").read_text(encoding="utf-8")
    table = Table(tomllib.loads(text), "accounts.toml")
    days = table.whole("idle_days")
    table.close()
    return timedelta(days=days)


def list_users(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    text: str = "",
    which: Which = Which.ALL,
    rules: LockRules | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Page[ListedUser]:
    """A page of the accounts of units within the actor's scope; raises Forbidden, Unacceptable."""
    require_policy(actor, SEES_ACCOUNTS)
    if forbidden_characters(text):
        raise Unacceptable([Problem("/text", "姓名或账号含有看不见的控制字符，请删去后重新输入")])
    rows = paging.size(limit)
    wanted = Wanted(
        text=text.strip(),
        active={Which.ACTIVE: True, Which.IDLE: True, Which.OFF: False}.get(which),
        unseen_since=now - idle_after() if which is Which.IDLE else None,
    )
    found = account_lists.page(session, actor.scope, wanted, paging.id_after(after), rows + 1)
    shown = [_listed(session, now, row, rules or LockRules()) for row in found]
    return paging.page_of(shown, rows, lambda item: item.user.id)


def get(
    session: Session, actor: Actor, now: datetime, user_id: int, rules: LockRules | None = None
) -> ListedUser:
    """One account of a unit within the actor's scope; raises Forbidden, NotFound."""
    require_policy(actor, SEES_ACCOUNTS)
    found = account_lists.one(session, actor.scope, user_id)
    if found is None:
        raise NotFound
    return _listed(session, now, found, rules or LockRules())


def keys_owned(session: Session, user_id: int) -> int:
    """How many API keys stop when the account is switched off."""
    return api_keys.count_owned(session, user_id)


def _listed(session: Session, now: datetime, row: Row, rules: LockRules) -> ListedUser:
    user, unit, seen_at = row
    account = hashing.digest(user.username)
    failed = login_attempts.failures_of_strangers(session, account, now - rules.lock)
    until = rules.locked_until(failed)
    last = seen_at or user.password_set_at
    return ListedUser(
        user=user,
        organisation=unit,
        seen_at=seen_at,
        idle=user.active and last < now - idle_after(),
        locked=until is not None and until > now,
        grants=tuple(listed(found, now) for found in grants.of_user(session, user.id)),
    )
