"""The first start in earnest: a one-time token lets somebody make the first two administrators.

One alone could begin nothing: what the 系统管理员 requests, the 安全管理员 confirms.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.db import setup_tokens, users
from app.db.organisations import Organisation, OrganisationKind
from app.db.organisations import add as add_organisation
from app.db.regions import Region
from app.db.session import locked
from app.db.setup_tokens import SetupToken
from app.db.users import User
from app.domain.actors import Role
from app.domain.audit import AuditAction, ObjectKind, Result, Stranger, differences
from app.domain.passwords import PasswordProfile
from app.errors import NotFound
from app.services import accounts, audit, hashing, passwords
from app.services.audit import Subject
from app.services.fields import NAME_LENGTH, Fields
from app.services.logins import LONGEST_USERNAME
from app.services.organisations import CODE, OrganisationEntry
from app.services.regions import CODE as REGION_CODE
from app.services.regions import RegionEntry

VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdministrators:
    """What is typed on the setup page; the 安全管理员 gets a password to be handed over."""

    token: str
    region_code: str
    region_name: str
    unit_code: str
    unit_name: str
    username: str
    name: str
    password: str
    repeated: str
    security_username: str
    security_name: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The 系统管理员, and the 安全管理员 with the password to be shown once."""

    administrator: User
    security: User
    password: str


def is_open(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return users.count(session) == 0


def new_token(session: Session, now: datetime) -> str:
    """A token to print once; nothing when there are accounts. Earlier ones count no more."""
    if not is_open(session):
        return ""
    for earlier in setup_tokens.all_unused(session):
        session.delete(earlier)
    token = hashing.new_token()
    row = SetupToken(token_hash=hashing.digest(token), created_at=now, expires_at=now + VALID_FOR)
    session.add(row)
    session.flush()
    return token


def make_administrators(
    session: Session,
    now: datetime,
    typed: FirstAdministrators,
    profile: PasswordProfile,
    address: str = "",
) -> Begun:
    """The first accounts, with the finance bureau they belong to where there is no organisation.

    Raises NotFound once there is an account, and Unacceptable with a pointer for each field.
    """
    if not is_open(session):
        raise NotFound
    fields, by = Fields(), Stranger(address)
    token = _token(session, now, typed, fields, by)
    unit = _unit(session, fields, typed)
    first, second = _people(fields, typed)
    for fault in profile.faults(typed.password, (*first, unit.name, unit.code)):
        fields.add("/password", fault)
    if typed.password != typed.repeated:
        fields.add("/repeated", "两次输入的密码不一样，请重新输入。")
    fields.settle()
    if unit not in session:
        _store_region(session, now, typed, by)
        _store_unit(session, now, unit, by)
    if token is not None:
        token.used_at = now
        session.add(token)
    drawn, until = passwords.draw(), now + profile.issued_for
    own = hashing.hash_password(typed.password)
    return Begun(
        accounts.appoint(session, now, _user(first, unit, now, own), Role.SYSADMIN, unit, by),
        accounts.appoint(
            session, now, _user(second, unit, now, drawn.hash, until), Role.SECADMIN, unit, by
        ),
        drawn.password,
    )


def _people(fields: Fields, typed: FirstAdministrators) -> tuple[tuple[str, str], tuple[str, str]]:
    """User name and name of both; they cannot be one account."""
    first = (
        fields.text("/username", "账号", typed.username, LONGEST_USERNAME, required=True),
        fields.text("/name", "姓名", typed.name, NAME_LENGTH, required=True),
    )
    pointer, label = "/security_username", "安全管理员账号"
    second = (
        fields.text(pointer, label, typed.security_username, LONGEST_USERNAME, required=True),
        fields.text(
            "/security_name", "安全管理员姓名", typed.security_name, NAME_LENGTH, required=True
        ),
    )
    if first[0] and first[0] == second[0]:
        fields.add(pointer, "系统管理员与安全管理员不能是同一个账号，请另写一个", second[0])
    return first, second


def _user(
    person: tuple[str, str],
    unit: Organisation,
    now: datetime,
    password_hash: str,
    issued_until: datetime | None = None,
) -> User:
    return User(
        username=person[0],
        name=person[1],
        organisation_id=unit.id,
        password_hash=password_hash,
        password_set_at=now,
        issued_until=issued_until,
    )


def _token(
    session: Session, now: datetime, typed: FirstAdministrators, fields: Fields, by: Stranger
) -> SetupToken | None:
    """The one-time token, if it still opens; a refusal is noted for the auditor."""
    token = locked(session, SetupToken, hashing.digest(typed.token.strip()))
    if token is None or token.used_at is not None or token.expires_at <= now:
        fields.add("/token", "一次性口令不正确或已过期：重新启动程序，会显示新的口令")
        act = (AuditAction.CREATE, Subject(ObjectKind.USER))
        audit.record(session, by, now, *act, result=Result.REFUSED)
    return token


def _unit(session: Session, fields: Fields, typed: FirstAdministrators) -> Organisation:
    """The root of the tree: the one that is there, or a finance bureau as typed, not stored yet."""
    roots = select(Organisation).where(col(Organisation.parent_id).is_(None))
    found = session.exec(roots.order_by(func.length(Organisation.path), col(Organisation.id)))
    root = found.first()
    if root is not None:
        return root
    fields.text("/region_name", "地区名称", typed.region_name, NAME_LENGTH, required=True)
    if not REGION_CODE.fullmatch(typed.region_code.strip()):
        fields.add("/region_code", "地区代码请写 6 位数字的行政区划代码")
    if not CODE.fullmatch(typed.unit_code.strip()):
        fields.add("/unit_code", "单位代码请用字母、数字、点、横线，最多 38 个字符")
    name = fields.text("/unit_name", "单位名称", typed.unit_name, NAME_LENGTH, required=True)
    return Organisation(
        code=typed.unit_code.strip(),
        name=name,
        region_code=typed.region_code.strip(),
        kind=OrganisationKind.FINANCE,
    )


def _store_region(
    session: Session, now: datetime, typed: FirstAdministrators, by: Stranger
) -> None:
    code = typed.region_code.strip()
    if session.get(Region, code) is None:
        region = Region(code=code, name=typed.region_name.strip())
        session.add(region)
        session.flush()
        told = differences({}, audit.cells(region, RegionEntry))
        audit.record(session, by, now, AuditAction.CREATE, audit.about(region), told)


def _store_unit(session: Session, now: datetime, unit: Organisation, by: Stranger) -> None:
    add_organisation(session, unit)
    told = differences({}, audit.cells(unit, OrganisationEntry))
    audit.record(session, by, now, AuditAction.CREATE, audit.about(unit, unit.id), told)
