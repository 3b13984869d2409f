"""Accounts of people (账号), as administrators keep them: made, switched off, let in again."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import organisations, users
from app.db.organisations import Organisation
from app.db.session import locked
from app.db.users import User
from app.domain.actors import Actor
from app.domain.audit import AuditAction, differences
from app.domain.grants import LANE_LABELS, Lane
from app.domain.passwords import PasswordProfile
from app.domain.policies import FORGETS_FACTORS, REGISTERS
from app.errors import Conflict, Forbidden, NotFound, Problem, VersionConflict
from app.services import accounts, audit, grants, lanes, passwords, second_factors
from app.services.accounts import LONGEST_USERNAME
from app.services.claims import require_policy
from app.services.fields import NAME_LENGTH, Fields
from app.services.grant_entries import NOT_FOUND, Checked, Checker, GrantEntry
from app.services.passwords import Drawn

OWN = "这是您自己的账号，请由另一位管理员办理。"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEntry:
    """A person as they are to be known: their home unit, and the grants asked for them."""

    username: str
    name: str
    organisation_id: int | None
    grants: tuple[GrantEntry, ...] = ()


def problems(
    session: Session, actor: Actor, now: datetime, entry: UserEntry
) -> tuple[Problem, ...]:
    """All that keeps an account from being made (`/grants/0/role`); raises Forbidden."""
    fields = Fields()
    _check(session, actor, now, fields, entry)
    return tuple(fields.problems)


def create(
    session: Session,
    actor: Actor,
    now: datetime,
    entry: UserEntry,
    drawn: Drawn,
    profile: PasswordProfile,
) -> User:
    """A new account with an issued password, and requests for its grants.

    Raises Forbidden, Unacceptable with all problems at once.
    """
    fields = Fields()
    home, checked = _check(session, actor, now, fields, entry)
    if home is None or fields.problems:
        raise fields.refusal()
    user = User(
        username=entry.username.strip(),
        name=entry.name.strip(),
        organisation_id=home.id,
        password_hash=drawn.hash,
        password_set_at=now,
        issued_until=now + profile.issued_for,
    )
    accounts.store(session, user)
    asked = [grants.add(session, now, user, item, actor) for item in checked]
    accounts.tell(session, now, user, actor)
    for grant in asked:
        grants.tell_request(session, now, grant, actor)
    return user


def set_active(
    session: Session, actor: Actor, now: datetime, user_id: int, version: int, *, active: bool
) -> User:
    """Switch an account on or off; its sessions and its keys are out at the next request."""
    user = _held(session, actor, user_id, version)
    bound = lanes.bound(session, now, user.id)
    if not active and bound in (Lane.SECADMIN, Lane.AUDITADMIN):
        raise Conflict(f"{LANE_LABELS[bound]}的账号：请先由安全管理员撤销授权，再停用。")
    before = {"active": user.active}
    user.active = active
    user.epoch += 1
    user.version += 1
    session.add(user)
    session.flush()
    told = differences(before, {"active": active})
    audit.record(session, actor, now, AuditAction.CHANGE, audit.about(user), told)
    return user


def issue_password(
    session: Session,
    actor: Actor,
    now: datetime,
    user_id: int,
    version: int,
    drawn: Drawn,
    profile: PasswordProfile,
) -> User:
    """Issue another password, which opens one session and is changed in it."""
    user = _held(session, actor, user_id, version)
    if user.demo:
        raise Conflict(passwords.DEMO)
    passwords.issue(session, now, user, profile, drawn, actor)
    return user


def reset_second_factor(
    session: Session, actor: Actor, now: datetime, user_id: int, version: int
) -> User:
    """Forget a lost telephone; not by whoever issues passwords, or one person could take over."""
    require_policy(actor, FORGETS_FACTORS)
    user = _claimed(session, actor, user_id, version)
    if user.totp_confirmed_at is None:
        raise Conflict("这个账号没有设置二次验证。")
    user.epoch += 1
    user.version += 1
    second_factors.reset(session, now, user, actor)
    return user


def _held(session: Session, actor: Actor, user_id: int, version: int) -> User:
    require_policy(actor, REGISTERS)
    return _claimed(session, actor, user_id, version)


def _claimed(session: Session, actor: Actor, user_id: int, version: int) -> User:
    """The account within the scope, at that version, and not the actor's own."""
    user = locked(session, User, user_id)
    if user is None or organisations.find(session, actor.scope, user.organisation_id) is None:
        raise NotFound
    if user.version != version:
        raise VersionConflict(user.version)
    if grants.person_id(actor) == user.id:
        raise Forbidden(OWN)
    return user


def _check(
    session: Session, actor: Actor, now: datetime, fields: Fields, entry: UserEntry
) -> tuple[Organisation | None, list[Checked]]:
    require_policy(actor, REGISTERS)
    name = fields.text("/username", "账号", entry.username, LONGEST_USERNAME, required=True)
    if name and users.by_username(session, name) is not None:
        fields.add("/username", "这个账号已有人使用，请换一个", name)
    fields.text("/name", "姓名", entry.name, NAME_LENGTH, required=True)
    home = _check_home(session, actor, fields, entry.organisation_id)
    checker = Checker(session, actor, now, fields)
    found = (
        checker.check(item, entry.organisation_id, f"/grants/{place}")
        for place, item in enumerate(entry.grants)
    )
    return home, [item for item in found if item is not None]


def _check_home(
    session: Session, actor: Actor, fields: Fields, organisation_id: int | None
) -> Organisation | None:
    if organisation_id is None:
        fields.add("/organisation_id", "请填写所属单位")
        return None
    home = organisations.find(session, actor.scope, organisation_id)
    if home is None:
        fields.add("/organisation_id", NOT_FOUND, organisation_id or "")
    elif not home.active:
        fields.add("/organisation_id", f"{home.name}已停用，不能在这里建立账号", organisation_id)
    return home
