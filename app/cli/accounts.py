"""Commands that let somebody in: user for a person, key for another system."""

import argparse
import getpass
import secrets
import sys
from datetime import UTC, datetime

from sqlmodel import Session

from app.cli.options import CannotRun, Commands, Parser
from app.cli.serving import database
from app.db import organisations, users
from app.db.organisations import Organisation
from app.domain.actors import EVERY_SCOPE, ROLE_LABELS, Role
from app.domain.text import forbidden_characters
from app.services import accounts
from app.settings import from_environment

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
SHORTEST_PASSWORD = 8
KEY_BYTES = 32


def add_to(commands: Commands) -> None:
    """Offer user and key."""
    command = commands.add("user", add_user, "建立一个人员账号")
    command.arguments.add_argument("username", type=username, metavar="用户名")
    command.choices.add_argument("--name", required=True, metavar="姓名", help="页面上显示的姓名")
    roles = "，".join(f"{role} {ROLE_LABELS[role]}" for role in PEOPLE)
    command.choices.add_argument(
        "--role", required=True, choices=PEOPLE, metavar="岗位", help=roles
    )
    add_organisation(command)
    command.choices.add_argument(
        "--password-stdin", action="store_true", help="从标准输入读取密码，不在终端询问"
    )
    command = commands.add("key", add_key, "建立一把接口密钥，只显示这一次")
    command.arguments.add_argument("name", metavar="名称", help="使用密钥的系统")
    add_organisation(command)
    command.choices.add_argument(
        "--scopes",
        type=scopes,
        default=("read",),
        metavar="权限",
        help="read 读取，write 写入，score 读取得分，用逗号分开；不写时为 read",
    )


def add_organisation(command: Parser) -> None:
    """The unit that a person or a system belongs to."""
    command.choices.add_argument(
        "--organisation", required=True, metavar="单位代码", help="所属单位的代码"
    )


def username(text: str) -> str:
    """A user name as typed."""
    name = text.strip()
    if not name or len(name) > accounts.LONGEST_USERNAME or forbidden_characters(name):
        mend = f"用户名应有 1 到 {accounts.LONGEST_USERNAME} 个字，不含控制字符"
        raise argparse.ArgumentTypeError(mend)
    return name


def scopes(text: str) -> tuple[str, ...]:
    """Scopes as typed, with commas between, in a fixed order."""
    wanted = {word.strip() for word in text.split(",")}
    if not wanted <= EVERY_SCOPE:
        raise argparse.ArgumentTypeError("权限只能是 read、write、score，用逗号分开")
    return tuple(sorted(wanted))


def add_user(options: argparse.Namespace) -> int:
    """Make an account; the password comes from the terminal or from standard input."""
    password = read_password(options.password_stdin)
    with database(from_environment()) as session:
        unit = organisation(session, options.organisation)
        if users.by_username(session, options.username) is not None:
            raise CannotRun(f"用户名 {options.username} 已有人使用，请换一个。")
        role = Role(options.role)
        accounts.add_user(session, options.username, options.name, role, unit, password)
    print(f"已建立账号 {options.username}（{options.name}，{ROLE_LABELS[role]}，{unit.name}）。")
    return 0


def read_password(from_stdin: bool) -> str:
    """A password long enough; asked for twice at a terminal, so that a slip is noticed."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass("密码：")
        if getpass.getpass("再输入一次：") != password:
            raise CannotRun("两次输入的密码不一样，请重新运行。")
    if not SHORTEST_PASSWORD <= len(password) <= accounts.LONGEST_PASSWORD:
        raise CannotRun(f"密码至少 {SHORTEST_PASSWORD} 个字符，请换一个更长的。")
    return password


def add_key(options: argparse.Namespace) -> int:
    """Make an API key and print it: only its hash is kept."""
    key = secrets.token_urlsafe(KEY_BYTES)
    with database(from_environment()) as session:
        unit = organisation(session, options.organisation)
        accounts.add_key(session, datetime.now(UTC), key, options.name, unit, *options.scopes)
    print(key)
    print("请立即保存这把密钥，以后无法再查看。", file=sys.stderr)
    return 0


def organisation(session: Session, code: str) -> Organisation:
    """The organisation of that code; raises CannotRun."""
    found = organisations.by_code(session, code)
    if found is None:
        raise CannotRun(f"没有代码为 {code} 的单位，请核对。")
    return found
