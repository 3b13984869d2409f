"""Commands that let somebody in or out: user and account for people, key for another system."""

import argparse
import secrets
import sys
from datetime import UTC, datetime

from sqlmodel import Session

from app.cli.options import CannotRun, Commands, Parser
from app.cli.serving import database
from app.db import organisations, users
from app.db.organisations import Organisation
from app.domain.actors import EVERY_SCOPE, ROLE_LABELS, Role
from app.domain.passwords import PasswordProfile
from app.domain.text import forbidden_characters
from app.services import accounts, identity_links, password_policies, passwords, second_factors
from app.settings import Settings, from_environment

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
KEY_BYTES = 32


def add_to(commands: Commands) -> None:
    """Offer user and key."""
    command = commands.add("user", add_user, "建立一个人员账号")
    command.arguments.add_argument("username", type=username, metavar="账号")
    command.choices.add_argument("--name", required=True, metavar="姓名", help="页面上显示的姓名")
    roles = "，".join(f"{role} {ROLE_LABELS[role]}" for role in PEOPLE)
    command.choices.add_argument(
        "--role", required=True, choices=PEOPLE, metavar="岗位", help=roles
    )
    add_organisation(command)
    command.choices.add_argument(
        "--password-stdin",
        action="store_true",
        help="从标准输入读取初始密码；不写时由程序生成并显示一次",
    )
    add_change(commands)
    command = commands.add("key", add_key, "建立一把接口密钥，只显示这一次")
    command.arguments.add_argument("name", metavar="名称", help="使用密钥的系统")
    add_organisation(command)
    command.choices.add_argument(
        "--owner", type=username, metavar="账号", help="对密钥负责的人，须设置二次验证"
    )
    command.choices.add_argument(
        "--scopes",
        type=scopes,
        default=("read",),
        metavar="权限",
        help="read 读取，write 写入，score 读取得分，audit 查阅审计记录，accounts 管理账号，"
        "用逗号分开；不写时为 read",
    )


def add_change(commands: Commands) -> None:
    """Offer account."""
    command = commands.add("account", change_account, "修改一个人员账号，并结束它的全部登录")
    command.arguments.add_argument("username", type=username, metavar="账号")
    choose = command.choices.add_argument
    choose("--new-password", action="store_true", help="发放新的初始密码，显示一次")
    choose("--reset-second-factor", action="store_true", help="手机和恢复码都遗失时，取消二次验证")
    choose("--active", choices=("on", "off"), metavar="状态", help="on 启用，off 停用")
    choose("--role", choices=PEOPLE, metavar="岗位", help="换一个岗位")
    choose("--link", metavar="标识", help="关联统一身份认证中的标识（subject）")
    choose("--unlink", action="store_true", help="取消与统一身份认证的关联")


def add_organisation(command: Parser) -> None:
    """The unit that a person or a system belongs to."""
    command.choices.add_argument(
        "--organisation", required=True, metavar="单位代码", help="所属单位的代码"
    )


def username(text: str) -> str:
    """A user name as typed."""
    name = text.strip()
    if not name or len(name) > accounts.LONGEST_USERNAME or forbidden_characters(name):
        mend = f"账号应有 1 到 {accounts.LONGEST_USERNAME} 个字，不含控制字符"
        raise argparse.ArgumentTypeError(mend)
    return name


def scopes(text: str) -> tuple[str, ...]:
    """Scopes as typed, with commas between, in a fixed order."""
    wanted = {word.strip() for word in text.split(",")}
    if not wanted <= EVERY_SCOPE:
        raise argparse.ArgumentTypeError(
            "权限只能是 read、write、score、audit、accounts，用逗号分开"
        )
    return tuple(sorted(wanted))


def add_user(options: argparse.Namespace) -> int:
    """Make an account with an issued password, which opens one session and is changed in it."""
    settings = from_environment()
    policy = profile(settings)
    with database(settings) as session:
        unit = organisation(session, options.organisation)
        if users.by_username(session, options.username) is not None:
            raise CannotRun(f"账号 {options.username} 已有人使用，请换一个。")
        role = Role(options.role)
        words = (options.username, options.name, unit.name, unit.code)
        given = read_password(policy, words) if options.password_stdin else ""
        password = given or passwords.random_password()
        person = (options.username, options.name, role, unit, password, policy.issued_for)
        accounts.add_user(session, datetime.now(UTC), *person)
    print(f"已建立账号 {options.username}（{options.name}，{ROLE_LABELS[role]}，{unit.name}）。")
    tell_issued("" if given else password, policy)
    return 0


def profile(settings: Settings) -> PasswordProfile:
    """The password policy that the settings name; raises CannotRun."""
    try:
        return password_policies.profile(settings.password_profile)
    except password_policies.UnknownProfile as error:
        raise CannotRun(str(error)) from error


def read_password(policy: PasswordProfile, words: tuple[str, ...]) -> str:
    """A password from standard input that the policy accepts."""
    password = sys.stdin.readline().rstrip("\r\n")
    faults = policy.faults(password, words)
    if faults:
        raise CannotRun("\n".join(faults))
    return password


def tell_issued(password: str, policy: PasswordProfile) -> None:
    """Say once what the password is, and what it is good for."""
    if password:
        print(f"初始密码：{password}")
    days = policy.issued_for.days
    print(f"初始密码 {days} 天内有效，只能登录一次，登录后须立即修改。", file=sys.stderr)


def change_account(options: argparse.Namespace) -> int:
    """Change an account; its open sessions are over at once."""
    settings = from_environment()
    policy, now = profile(settings), datetime.now(UTC)
    with database(settings) as session:
        user = accounts.by_username(session, options.username)
        if options.reset_second_factor:
            second_factors.reset(session, now, user)
        if options.unlink:
            identity_links.unlink(session, now, user, issuer(settings))
        if options.link:
            identity_links.link(session, now, user, issuer(settings), options.link)
        active = None if options.active is None else options.active == "on"
        role = Role(options.role) if options.role else None
        accounts.change(session, now, user, role=role, active=active)
        issued = passwords.issue(session, now, user, policy) if options.new_password else ""
    print(f"已修改账号 {options.username}，它的登录已全部结束。")
    if issued:
        tell_issued(issued, policy)
    return 0


def issuer(settings: Settings) -> str:
    """The provider whose identities are linked; raises CannotRun."""
    if settings.oidc is None:
        raise CannotRun(
            "还没有设置统一身份认证，请先写明 JIXIAO_OIDC_ISSUER 和 JIXIAO_OIDC_CLIENT_ID。"
        )
    return settings.oidc.issuer


def add_key(options: argparse.Namespace) -> int:
    """Make an API key and print it: only its hash is kept."""
    key = secrets.token_urlsafe(KEY_BYTES)
    with database(from_environment()) as session:
        unit = organisation(session, options.organisation)
        now, owner = datetime.now(UTC), None
        if options.owner:
            owner = accounts.by_username(session, options.owner).id
        given = (key, options.name, unit, *options.scopes)
        accounts.add_key(session, now, *given, owner_id=owner)
    print(key)
    print("请立即保存这把密钥，以后无法再查看。", file=sys.stderr)
    return 0


def organisation(session: Session, code: str) -> Organisation:
    """The organisation of that code; raises CannotRun."""
    found = organisations.by_code(session, code)
    if found is None:
        raise CannotRun(f"没有代码为 {code} 的单位，请核对。")
    return found
