"""Commands about mail: mail-test."""

import argparse
from datetime import UTC, datetime
from secrets import token_hex

from app.cli.options import CannotRun, Commands
from app.domain.mails import is_address
from app.services import mail_policies
from app.settings import from_environment
from app.smtp import Connection, NotTaken, Patience, Post, Unknown

NOT_TAKEN = 1
NO_SERVER = (
    "还没有设置邮件服务器：请设置 JIXIAO_SMTP_HOST、JIXIAO_SMTP_FROM 和 JIXIAO_PUBLIC_URL，"
    "见 docs/operators.md。"
)
BODY = "这是一封测试邮件：邮件服务器的设置可以使用。\n本系统的网址是 {}"


def add_to(commands: Commands) -> None:
    """Offer mail-test."""
    command = commands.add("mail-test", mail_test, "按现在的设置发出一封测试邮件")
    command.arguments.add_argument("address", type=address, metavar="邮箱地址")


def address(text: str) -> str:
    """An address as typed."""
    if not is_address(text):
        raise argparse.ArgumentTypeError("邮箱地址请写成 name@example.gov.cn 的样子")
    return text


def mail_test(options: argparse.Namespace) -> int:
    """Hand one letter to the mail server; 0 when it took it, 1 when it did not."""
    settings, policy = from_environment().mail, mail_policies.policy()
    if settings is None:
        raise CannotRun(NO_SERVER)
    patience = Patience(policy.connect_within.seconds, policy.accept_within.seconds)
    post = Post(
        key=f"jixiao-test-{token_hex(8)}",
        to=options.address,
        subject="测试邮件",
        body=BODY.format(settings.public_url),
        written_at=datetime.now(UTC),
    )
    server = f"{settings.host}:{settings.port}（{settings.security}）"
    try:
        with Connection(settings, patience) as connection:
            connection.hand_over(post, lambda: True)
    except (NotTaken, Unknown) as fault:
        print(f"没有发出：{fault.words}，服务器 {server}。{fault.reply}".rstrip())
        return NOT_TAKEN
    print(f"邮件服务器 {server} 已收下给 {options.address} 的测试邮件，请到邮箱中查看。")
    return 0
