"""A person's own mail (邮件提醒): the address, proven by a code sent to it, and what goes there."""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from app.db import mails
from app.db.mail_addresses import MailAddress
from app.db.mails import Mail
from app.db.session import locked
from app.domain.actors import Actor
from app.domain.audit import AuditAction, ObjectKind, differences
from app.domain.mails import CODE, MailPolicy, hidden, is_address
from app.domain.messages import MessageKind
from app.errors import Conflict, Problem, Unacceptable
from app.services import audit, hashing
from app.services.audit import Subject

DIGITS = 6
DAY = timedelta(days=1)
CODE_SUBJECT = "邮箱验证码"
REPLACED = "已要求新的验证码，这一封不再发送"
NOT_ONE = "邮箱地址请写成 name@example.gov.cn 的样子"
WRONG = "验证码不正确，请核对最近一封邮件中的 6 位数字"
OVER = "验证码已经失效，请重新发送验证码"


@dataclass(frozen=True, slots=True)
class MailChoice:
    """What a person has chosen: the address in use, the one that waits for its code, the kinds."""

    address: str
    pending: str
    unwanted: frozenset[str]


def chosen(session: Session, user_id: int) -> MailChoice:
    """What a person has chosen; nothing where they never did."""
    row = session.get(MailAddress, user_id)
    if row is None:
        return MailChoice("", "", frozenset())
    return MailChoice(row.address, row.pending, frozenset(row.unwanted.split()))


def propose(
    session: Session, actor: Actor, now: datetime, address: str, policy: MailPolicy
) -> None:
    """Send a code to an address that a person says is theirs; raises Unacceptable (/address).

    Until the code is given back nothing goes to the new address, and the old one stays in use.
    """
    typed = address.strip()
    if not is_address(typed):
        raise Unacceptable([Problem("/address", NOT_ONE, typed[:200])])
    row = _held(session, actor)
    fault = _too_often(row, now, policy)
    if fault:
        raise Unacceptable([Problem("/address", fault, typed)])
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    before = row.pending
    row.pending, row.code_hash = typed, hashing.digest(f"{actor.id}:{code}")
    row.code_until, row.code_sent_at, row.failures = now + policy.code_valid, now, 0
    row.codes_sent += 1
    _write_code(session, actor, now, typed, code, policy)
    _store(session, actor, now, row, {"pending_address": hidden(before)})


def confirm(session: Session, actor: Actor, now: datetime, code: str, policy: MailPolicy) -> str:
    """Take the address into use whose code is given; "", or why not.

    A wrong code is counted in this transaction, so it is answered and not raised.
    """
    row = _held(session, actor)
    if not row.pending or row.code_until is None or row.code_until <= now:
        return OVER
    if row.failures >= policy.code_failures:
        return OVER
    given = hashing.digest(f"{actor.id}:{code.strip()}")
    if not hmac.compare_digest(given, row.code_hash):
        row.failures, row.version = row.failures + 1, row.version + 1
        session.add(row)
        session.flush()
        return WRONG if row.failures < policy.code_failures else OVER
    before = {"address": hidden(row.address), "pending_address": hidden(row.pending)}
    row.address, row.verified_at = row.pending, now
    _forget_code(row)
    _store(session, actor, now, row, before)
    return ""


def choose(session: Session, actor: Actor, now: datetime, kinds: Collection[str]) -> None:
    """Send by mail messages of those kinds only; raises Conflict without an address in use."""
    row = _held(session, actor)
    if not row.address:
        raise Conflict("请先设置并验证邮箱，再选择提醒的内容。")
    before = row.unwanted
    row.unwanted = " ".join(kind for kind in MessageKind if kind not in kinds)
    _store(session, actor, now, row, {"unwanted": before})


def remove(session: Session, actor: Actor, now: datetime) -> None:
    """Send no mail any more, and forget the addresses."""
    row = _held(session, actor)
    before = {"address": hidden(row.address), "pending_address": hidden(row.pending)}
    row.address, row.verified_at = "", None
    _forget_code(row)
    mails.cancel(session, actor.id, CODE, now, REPLACED)
    _store(session, actor, now, row, before)


def _held(session: Session, actor: Actor) -> MailAddress:
    return locked(session, MailAddress, actor.id) or MailAddress(user_id=actor.id)


def _too_often(row: MailAddress, now: datetime, policy: MailPolicy) -> str:
    """Why no further code is sent now; counts anew each day."""
    if row.counted_from is None or now - row.counted_from >= DAY:
        row.counted_from, row.codes_sent = now, 0
    if row.code_sent_at is not None and now - row.code_sent_at < policy.code_pause:
        seconds = int(policy.code_pause.total_seconds())
        return f"验证码刚刚发出，请等候 {seconds} 秒后再发送"
    if row.codes_sent >= policy.codes_a_day:
        return f"一天内最多发送 {policy.codes_a_day} 次验证码，请明天再试"
    return ""


def _write_code(
    session: Session, actor: Actor, now: datetime, address: str, code: str, policy: MailPolicy
) -> None:
    """Put the letter into the outbox; earlier codes that still wait there are not sent."""
    mails.cancel(session, actor.id, CODE, now, REPLACED)
    minutes = int(policy.code_valid.total_seconds()) // 60
    session.add(
        Mail(
            user_id=actor.id,
            organisation_id=actor.organisation_id,
            kind=CODE,
            address=address,
            subject=CODE_SUBJECT,
            body=(
                f"您的邮箱验证码是 {code} ，{minutes} 分钟内有效。\n"
                "请在“我的账号”的“邮件提醒”中填写。不是您本人操作的，请不必理会这封邮件。"
            ),
            path="",
            written_at=now,
            next_at=now,
        )
    )


def _forget_code(row: MailAddress) -> None:
    row.pending, row.code_hash, row.code_until, row.failures = "", "", None, 0


def _store(
    session: Session, actor: Actor, now: datetime, row: MailAddress, before: dict[str, str]
) -> None:
    """Addresses stand hidden in the trail: it shows that one changed, not whose inbox it is."""
    row.version += 1
    session.add(row)
    session.flush()
    after = {
        "address": hidden(row.address),
        "pending_address": hidden(row.pending),
        "unwanted": row.unwanted,
    }
    told = differences(before, {name: after[name] for name in before}, "/mail")
    subject = Subject(ObjectKind.USER, str(actor.id), actor.organisation_id)
    audit.record(session, actor, now, AuditAction.CHANGE, subject, told)
