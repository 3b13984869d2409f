"""SMTP: one letter composed and handed to a mail server. Knows no room of the house.

A letter is handed over in two steps, so that whoever calls can store the moment between them:
before it the server has nothing, after it nobody but the server knows.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from app.settings import MailSettings, Security

READY, FORWARDED, START_INPUT, TAKEN, CLOSING = 250, 251, 354, 250, 421
SENDER = "预算绩效管理"
FOOTER = "——\n本邮件由系统自动发出，请勿回复。需要更改邮件提醒时，请登录后打开“我的账号”。"
_LEADING_DOT = re.compile(rb"(?m)^\.")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u3000-\u9fff\uff00-\uffef]+")


class NotTaken(Exception):
    """The server did not take the letter; `words` are Chinese, `reply` is the server's own.

    `for_good` tells that it never will, `everything` that no other letter fares better now.
    """

    def __init__(
        self, words: str, reply: object = "", *, for_good: bool = False, everything: bool = False
    ) -> None:
        self.words, self.reply = words, printable(reply)
        self.for_good, self.everything = for_good, everything
        super().__init__(words)


class Unknown(Exception):
    """The connection ended after the last byte: taken or not, nobody here knows."""

    def __init__(self, words: str, reply: object = "") -> None:
        self.words, self.reply = words, printable(reply)
        super().__init__(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A letter as it stands in its envelope; `key` makes its Message-ID, the same each time."""

    key: str
    to: str
    subject: str
    body: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection or a reply, and for the acceptance of a letter."""

    connect: int
    accept: int


def composed(settings: MailSettings, post: Post) -> bytes:
    """The letter as it travels: UTF-8 in base64, headers encoded; raises ValueError for one
    that would add a header of its own.
    """
    host = urlsplit(settings.public_url).hostname or "localhost"
    letter = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    letter["From"] = Address(SENDER, addr_spec=settings.sender)
    letter["To"] = Address(addr_spec=post.to)
    letter["Subject"] = post.subject
    letter["Date"] = format_datetime(post.written_at)
    letter["Message-ID"] = f"<{post.key}@{host}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence note answers it
    letter.set_content(f"{post.body}\n\n{FOOTER}\n", charset="utf-8", cte="base64")
    return letter.as_bytes()


class Connection:
    """An open way to the mail server, encrypted and logged in as the settings ask."""

    def __init__(self, settings: MailSettings, patience: Patience) -> None:
        self._settings, self._patience = settings, patience
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Connect; raises NotTaken for everything that keeps letters from being sent."""
        try:
            self._smtp = self._connected()
            self._secured(self._smtp)
            self._logged_in(self._smtp)
        except ssl.SSLCertVerificationError as error:
            raise self._failed("邮件服务器的证书核验不通过", error.verify_message) from error
        except smtplib.SMTPAuthenticationError as error:
            raise self._failed("邮件服务器不接受用户名和密码", error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._failed("邮件服务器不支持所设置的加密或登录方式") from error
        except smtplib.SMTPResponseException as error:
            raise self._failed("邮件服务器没有应允连接", _reply(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed("邮件服务器连接不上或中途断开", error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close without waiting for a farewell."""
        self.close()

    def close(self) -> None:
        """End the connection, whatever state it is in."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def hand_over(self, post: Post, about_to: Callable[[], bool]) -> None:
        """Hand a letter over; `about_to` is called before its text and may call it off.

        Raises NotTaken while the server has nothing, Unknown when it may have the letter.
        """
        try:
            text = composed(self._settings, post)
        except ValueError as error:
            raise NotTaken("邮件内容不能写成标准格式", error, for_good=True) from error
        smtp = self._open()
        try:
            self._addressed(smtp, post.to)
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed("邮件服务器连接不上或中途断开", error) from error
        if not about_to():
            self.close()  # in the middle of a letter there is no other way back
            raise NotTaken("已由另一个进程发送", everything=True)
        self._deliver(smtp, text)

    def _connected(self) -> smtplib.SMTP:
        settings, own = self._settings, urlsplit(self._settings.public_url).hostname
        where, wait = (settings.host, settings.port, own), self._patience.connect
        if settings.security is Security.TLS:
            return smtplib.SMTP_SSL(*where, timeout=wait, context=_context(settings))
        return smtplib.SMTP(*where, timeout=wait)

    def _secured(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._settings.security is Security.STARTTLS:
            smtp.starttls(context=_context(self._settings))
            smtp.ehlo()

    def _logged_in(self, smtp: smtplib.SMTP) -> None:
        if self._settings.user:
            smtp.login(self._settings.user, self._settings.password)

    def _addressed(self, smtp: smtplib.SMTP, to: str) -> None:
        """The envelope, up to where the server waits for the text."""
        code, reply = smtp.mail(self._settings.sender)
        if code != READY:
            self._refuse(smtp, "邮件服务器不接受发件地址", code, reply)
        code, reply = smtp.rcpt(to)
        if code not in (READY, FORWARDED):
            self._refuse(smtp, "邮件服务器不接受收件地址", code, reply)
        code, reply = smtp.docmd("DATA")
        if code != START_INPUT:
            self._refuse(smtp, "邮件服务器拒收", code, reply)

    def _deliver(self, smtp: smtplib.SMTP, text: bytes) -> None:
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience.accept)
            smtp.send(_LEADING_DOT.sub(b"..", text) + b".\r\n")
            code, reply = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience.connect)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unknown("交出后连接中断，邮件服务器可能已经收下", error) from error
        if code != TAKEN:
            self._refuse(smtp, "邮件服务器拒收", code, reply)

    def _refuse(self, smtp: smtplib.SMTP, words: str, code: int, reply: bytes) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()
        shown = f"{code} {reply.decode('utf-8', 'replace')}"
        raise NotTaken(words, shown, for_good=code // 100 == 5, everything=code == CLOSING)

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None or self._smtp.sock is None:
            raise NotTaken("邮件服务器连接不上或中途断开", everything=True)
        return self._smtp

    def _failed(self, words: str, reply: object = "") -> NotTaken:
        self.close()
        return NotTaken(words, reply, everything=True)


def printable(reply: object) -> str:
    """What a server said on one line, without anything that could disturb a page or a log."""
    return " ".join(_UNPRINTABLE.sub(" ", str(reply)).split())


def _reply(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{error.smtp_code} {text}"


def _context(settings: MailSettings) -> ssl.SSLContext:
    """Certificates are verified, against the house's own authority where one is named."""
    return ssl.create_default_context(cafile=settings.ca_file)
