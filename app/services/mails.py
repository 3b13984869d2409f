"""The outbox (待发邮件): letters are written with the message, claimed by one worker, settled.

A letter is never handed to a server twice once it may have been accepted: the moment before its
last byte is stored (HANDING), and whatever is found there later is left to a person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import mail_addresses, mails
from app.db.mails import Mail
from app.db.messages import Message
from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import Actor
from app.domain.audit import AuditAction, ObjectKind, differences
from app.domain.mails import CODE, MailPolicy, MailState
from app.domain.policies import MAILS
from app.errors import Conflict, Forbidden, NotFound
from app.services import audit, paging
from app.services.audit import Subject
from app.services.paging import Page

TOO_OLD = "超过了保留的时间，没有再发送"
NOBODY_ANSWERED = "发送的进程中途停止，邮件服务器可能已经收下"
LONGEST_REPLY = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """What a worker needs of a claimed letter."""

    id: int
    address: str
    subject: str
    body: str
    path: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter with whom it is for."""

    mail: Mail
    user: User
    unit: Organisation


def write(session: Session, now: datetime, messages: Iterable[Message]) -> None:
    """Put a letter beside each message whose reader verified an address and wants its kind."""
    rows = {message.user_id: message for message in messages}
    for wanted in mail_addresses.verified(session, rows.keys()):
        message = rows[wanted.user_id]
        if message.kind not in wanted.unwanted.split():
            session.add(_letter(message, wanted.address, now))
    session.flush()


def any_due(session: Session, now: datetime) -> bool:
    """Whether a worker would find something to do: asked while reading, before it claims."""
    return mails.any_due(session, now)


def claim(session: Session, now: datetime, worker: str, policy: MailPolicy) -> tuple[Letter, ...]:
    """Letters that are this worker's until their lease ends; hopeless ones are given up."""
    claimed = []
    for row in mails.due(session, now, policy.batch):
        if row.state == MailState.HANDING:
            _end(row, now, MailState.UNCERTAIN, NOBODY_ANSWERED)
        elif row.tries > len(policy.waits) or now - row.written_at >= policy.keep:
            _end(row, now, MailState.FAILED, row.error or TOO_OLD)
        else:
            row.state, row.worker = MailState.CLAIMED, worker
            row.lease_until, row.tries = now + policy.lease, row.tries + 1
            claimed.append(row)
        _changed(session, row)
    return tuple(
        Letter(row.id, row.address, row.subject, row.body, row.path, row.written_at)
        for row in claimed
    )


def hand_over(
    session: Session, now: datetime, mail_id: int, worker: str, policy: MailPolicy
) -> bool:
    """Store that the letter is about to be handed over; False when another worker has it."""
    row = mails.find(session, mail_id)
    if row is None or row.state != MailState.CLAIMED or row.worker != worker:
        return False
    row.state, row.lease_until = MailState.HANDING, now + policy.lease
    _changed(session, row)
    return True


def accepted(session: Session, now: datetime, mail_id: int, worker: str) -> None:
    """The server has taken the letter."""
    _settle(session, now, mail_id, worker, MailState.SENT)


def refused(
    session: Session, now: datetime, mail_id: int, worker: str, error: str, reply: str
) -> None:
    """The server will never take the letter."""
    _settle(session, now, mail_id, worker, MailState.FAILED, error, reply)


def uncertain(
    session: Session, now: datetime, mail_id: int, worker: str, error: str, reply: str
) -> None:
    """The connection ended after the last byte: the server may have taken the letter, or not."""
    _settle(session, now, mail_id, worker, MailState.UNCERTAIN, error, reply)


def postpone(
    session: Session,
    now: datetime,
    mail_id: int,
    worker: str,
    policy: MailPolicy,
    error: str,
    reply: str,
) -> None:
    """The server did not take the letter this time: later again, or no more."""
    row = mails.find(session, mail_id)
    if row is None or row.worker != worker:
        return
    wait = policy.wait_after(row.tries)
    if wait is None:
        _end(row, now, MailState.FAILED, error, reply)
    else:
        row.state, row.next_at, row.lease_until = MailState.WAITING, now + wait, None
        row.error, row.reply = error, reply[:LONGEST_REPLY]
    _changed(session, row)


def list_mails(
    session: Session, actor: Actor, states: Collection[MailState], after: str | None = None
) -> tuple[Page[Listed], dict[str, int]]:
    """Letters to people within the scope in those states, the newest first, and all counts."""
    if not MAILS.lets_in(actor):
        raise Forbidden(MAILS.refusal)
    size, before = paging.size(None), paging.id_after(after)
    rows = mails.page(session, actor.scope, states, before, size + 1)
    page = paging.page_of([Listed(*row) for row in rows], size, lambda item: item.mail.id)
    return page, mails.counts(session, actor.scope)


def resend(session: Session, actor: Actor, now: datetime, mail_id: int) -> None:
    """Let a letter that was given up be tried anew; raises Forbidden, NotFound and Conflict."""
    if not MAILS.lets_in(actor):
        raise Forbidden(MAILS.refusal)
    row = mails.find_within(session, actor.scope, mail_id)
    if row is None:
        raise NotFound
    if not is_resendable(row):
        raise Conflict("只有发送失败或结果不明的提醒邮件可以重新发送。")
    was = row.state
    row.state, row.tries, row.next_at, row.written_at = MailState.WAITING, 0, now, now
    row.settled_at, row.worker, row.lease_until = None, "", None
    _changed(session, row)
    subject = Subject(ObjectKind.MAIL, str(row.id), row.organisation_id)
    told = differences({"state": was}, {"state": row.state})
    audit.record(session, actor, now, AuditAction.RESEND, subject, told)


def is_resendable(row: Mail) -> bool:
    """Whether a letter was given up and still has its words: those of a code are gone."""
    return row.state in (MailState.FAILED, MailState.UNCERTAIN) and bool(row.body)


def _letter(message: Message, address: str, now: datetime) -> Mail:
    return Mail(
        user_id=message.user_id,
        organisation_id=message.organisation_id,
        message_id=message.id,
        kind=message.kind,
        address=address,
        subject=message.subject,
        body=message.body,
        path=f"/messages/{message.id}",
        written_at=now,
        next_at=now,
    )


def _settle(
    session: Session,
    now: datetime,
    mail_id: int,
    worker: str,
    state: MailState,
    error: str = "",
    reply: str = "",
) -> None:
    row = mails.find(session, mail_id)
    if row is not None and row.worker == worker:
        _end(row, now, state, error, reply)
        _changed(session, row)


def _end(row: Mail, now: datetime, state: MailState, error: str = "", reply: str = "") -> None:
    """A letter that carries a code keeps none of its words: the code must not outlive its use."""
    row.state, row.settled_at, row.lease_until = state, now, None
    row.error, row.reply = error, reply[:LONGEST_REPLY]
    if row.kind == CODE:
        row.body = ""


def _changed(session: Session, row: Mail) -> None:
    row.version += 1
    session.add(row)
    session.flush()
