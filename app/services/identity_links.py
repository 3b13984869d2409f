"""Linking (关联) an account to an identity at a provider: once, by an administrator or by name."""

from datetime import datetime

from sqlmodel import Session

from app.db import identity_links
from app.db.identity_links import IdentityLink
from app.db.users import User
from app.domain.audit import AuditAction, Person, Stranger, differences
from app.domain.text import forbidden_characters
from app.errors import Conflict, NotFound, Problem, Unacceptable
from app.services import audit

LONGEST_SUBJECT = 255


def link(
    session: Session,
    now: datetime,
    user: User,
    issuer: str,
    subject: str,
    by: Person | Stranger = audit.CONSOLE,
) -> IdentityLink:
    """Let an identity open an account; raises Unacceptable and Conflict.

    Neither side may be linked already: who a person is does not change in passing.
    """
    if not 0 < len(subject) <= LONGEST_SUBJECT or forbidden_characters(subject):
        mend = f"统一身份认证中的标识应有 1 到 {LONGEST_SUBJECT} 个字，不含控制字符，请核对。"
        raise Unacceptable([Problem("/subject", mend, subject)])
    if identity_links.of_user(session, issuer, user.id) is not None:
        raise Conflict(f"账号 {user.username} 已经关联过统一身份认证，请先取消关联。")
    if identity_links.of_identity(session, issuer, subject) is not None:
        raise Conflict("这个标识已经关联另一个账号，请核对。")
    made = IdentityLink(issuer=issuer, subject=subject, user_id=user.id, created_at=now)
    session.add(made)
    session.flush()
    told = differences({}, {"issuer": issuer, "identity": subject})
    audit.record(session, by, now, AuditAction.LINK, audit.about(user), told)
    return made


def unlink(session: Session, now: datetime, user: User, issuer: str) -> None:
    """Take a link back and end the account's sessions; raises NotFound."""
    found = identity_links.of_user(session, issuer, user.id)
    if found is None:
        raise NotFound(f"账号 {user.username} 没有关联统一身份认证。")
    session.delete(found)
    user.epoch += 1
    session.add(user)
    session.flush()
    told = differences({"issuer": found.issuer, "identity": found.subject}, {})
    audit.record(session, audit.CONSOLE, now, AuditAction.LINK, audit.about(user), told)
