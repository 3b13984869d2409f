"""A real mail server on the loopback address, which accepts, refuses, waits or hangs up."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from app.settings import MailSettings, Security

HOST = "127.0.0.1"
PUBLIC = "https://jixiao.example.gov.cn"
SENDER = "jixiao@example.gov.cn"
LOGIN, PASSWORD = b"jixiao", b"a secret of the post"


@dataclass
class Post:
    """What the server has taken, and how it treats what comes next."""

    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_text: str = "250 OK"
    hangs_up: str = ""
    waits: float = 0

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.hangs_up == "at recipient":
            server.transport.abort()
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 - likewise
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.waits)
        if self.to_text.startswith("250"):
            text = envelope.content
            assert isinstance(text, bytes)
            self.taken.append(message_from_bytes(text, policy=policy.default))
            self.envelopes.append(envelope)
        if self.hangs_up == "after text":
            server.transport.abort()
        return self.to_text


def authenticator(server, session, envelope, mechanism, data):
    right = data.login == LOGIN and data.password == PASSWORD
    return AuthResult(success=right, handled=False)


@contextmanager
def serving(
    post: Post,
    *,
    context: ssl.SSLContext | None = None,
    login: bool = False,
    implicit: bool = False,
) -> Iterator[int]:
    """The port of a server; with a context it asks for STARTTLS, or speaks TLS from the start."""
    given = {"tls_context": context, "require_starttls": True} if context and not implicit else {}
    if implicit:
        given = {"ssl_context": context}
    if login:
        given |= {"authenticator": authenticator, "auth_required": True}
        given |= {"auth_require_tls": not implicit}
    controller = Controller(post, hostname=HOST, port=free_port(), ready_timeout=10, **given)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens; the library cannot choose one itself."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for this host, and the file of the authority that vouches for it."""
    made = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert(HOST).configure_cert(context)
    file = folder / "authority.pem"
    made.cert_pem.write_to_path(file)
    return context, file


def to_server(port: int, **given) -> MailSettings:
    """Settings for a server on that port, plain unless told otherwise."""
    usual = {
        "host": HOST,
        "port": port,
        "security": Security.NONE,
        "sender": SENDER,
        "public_url": PUBLIC,
    }
    return MailSettings(**usual | given)
