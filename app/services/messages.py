"""Messages (消息) in the program: sent in the transaction of the act, read by their one reader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import messages, recipients
from app.db.messages import Message
from app.db.self_evaluations import SelfEvaluation
from app.db.users import User
from app.domain.actors import Actor
from app.domain.audit import AuditAction, ObjectKind, differences
from app.domain.messages import (
    BODY_LENGTH,
    MOST_COUNTED,
    SUBJECT_LENGTH,
    About,
    AboutKind,
    MessageKind,
)
from app.errors import NotFound
from app.services import audit, mails, paging
from app.services.audit import Subject
from app.services.fields import Fields
from app.services.paging import Page


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of one's own messages, the newest first, and how many are unread (100: or more)."""

    messages: Page[Message]
    unread: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message with its reader, as another system sees it."""

    message: Message
    reader: User


def about_form(
    form: SelfEvaluation, kind: MessageKind, leads_to: AboutKind = AboutKind.FORM
) -> About:
    """What a message about a form says of itself."""
    return About(
        kind=kind,
        leads_to=leads_to,
        id=form.id,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
    )


def about_year(kind: MessageKind, region_code: str, fiscal_year: int) -> About:
    """What a message about the tasks of a year says of itself: it leads to the list of tasks."""
    return About(
        kind=kind, leads_to=AboutKind.YEAR, region_code=region_code, fiscal_year=fiscal_year
    )


def send(
    session: Session,
    actor: Actor,
    now: datetime,
    to_user_ids: Collection[int],
    subject: str,
    body: str,
    about: About,
) -> int:
    """Send a message to each of those people but the actor; how many were sent.

    It is part of an act and writes no event of its own: whoever calls it records the act
    afterwards. Raises Unacceptable for words that do not fit (/subject, /body).
    """
    fields = Fields()
    subject = fields.text("/subject", "标题", subject, SUBJECT_LENGTH, required=True)
    body = fields.text("/body", "内容", body, BODY_LENGTH, required=True)
    fields.settle()
    own = {actor.id} if actor.is_person else set()
    rows = [
        Message(
            user_id=reader.user_id,
            organisation_id=reader.organisation_id,
            region_code=about.region_code,
            fiscal_year=about.fiscal_year,
            kind=about.kind,
            subject=" ".join(subject.split()),
            body=body,
            about_kind=about.leads_to,
            about_id=about.id,
            sender=actor.name,
            sent_at=now,
        )
        for reader in recipients.by_ids(session, set(to_user_ids) - own)
    ]
    messages.add_all(session, rows)
    mails.write(session, now, rows)
    return len(rows)


def unread(session: Session, user_id: int) -> int:
    """The number at a person's bell; 100 stands for 100 or more."""
    return messages.unread(session, user_id, MOST_COUNTED)


def inbox(
    session: Session,
    actor: Actor,
    *,
    unread_only: bool = False,
    after: str | None = None,
    limit: int | None = None,
) -> Inbox:
    """A page of the actor's own messages."""
    size, before = paging.size(limit), paging.id_after(after)
    rows = messages.page(session, actor.id, unread_only=unread_only, before=before, limit=size + 1)
    page = paging.page_of(rows, size, lambda row: row.id)
    return Inbox(page, unread(session, actor.id))


def get_own(session: Session, actor: Actor, message_id: int) -> Message:
    """One of the actor's own messages; raises NotFound."""
    found = messages.own(session, actor.id, message_id)
    if found is None:
        raise NotFound
    return found


def read(session: Session, actor: Actor, now: datetime, message_id: int) -> Message:
    """Mark one of the actor's messages as read; a second time changes nothing.

    A word in a thread is read with all others of the same thread. Raises NotFound.
    """
    found = get_own(session, actor, message_id)
    if found.read_at is not None:
        return found
    rows = [found]
    if found.kind == MessageKind.WORD and found.about_id is not None:
        rows = unread_thread(session, actor, found.about_id)
    count = _mark(session, now, rows)
    _note(session, actor, now, str(found.id), count)
    return found


def unread_thread(session: Session, actor: Actor, form_id: int) -> list[Message]:
    """What the actor was told of a form's thread and has not read."""
    if not actor.is_person:
        return []
    return messages.unread_about(session, actor.id, MessageKind.WORD, form_id)


def read_thread(session: Session, actor: Actor, now: datetime, form_id: int) -> int:
    """Mark what the actor was told of a form's thread as read; how much there was."""
    count = mark_thread(session, actor, now, form_id)
    if count:
        _note(session, actor, now, "", count)
    return count


def mark_thread(session: Session, actor: Actor, now: datetime, form_id: int) -> int:
    """The same as a part of another act, whose event tells it."""
    return _mark(session, now, unread_thread(session, actor, form_id))


def read_all(session: Session, actor: Actor, now: datetime) -> int:
    """Mark everything that the actor has not read; how much there was."""
    count = messages.read_all(session, actor.id, now)
    if count:
        _note(session, actor, now, "", count)
    return count


def list_within(
    session: Session,
    actor: Actor,
    *,
    unread_only: bool = False,
    after: str | None = None,
    limit: int | None = None,
) -> Page[Delivered]:
    """Messages to the people of the organisations within the actor's scope, the oldest first."""
    size = paging.size(limit)
    rows = messages.within_scope(
        session,
        actor.scope,
        unread_only=unread_only,
        after=paging.id_after(after),
        limit=size + 1,
    )
    listed = [Delivered(*row) for row in rows]
    return paging.page_of(listed, size, lambda item: item.message.id)


def get_within(session: Session, actor: Actor, message_id: int) -> Delivered:
    """One message to somebody within the actor's scope; raises NotFound."""
    found = messages.find_within(session, actor.scope, message_id)
    if found is None:
        raise NotFound
    return Delivered(*found)


def _mark(session: Session, now: datetime, rows: list[Message]) -> int:
    for row in rows:
        row.read_at, row.version = now, row.version + 1
        session.add(row)
    session.flush()
    return len(rows)


def _note(session: Session, actor: Actor, now: datetime, message_id: str, count: int) -> None:
    """When a person learned of something is on record, as anything else that they do."""
    subject = Subject(ObjectKind.MESSAGE, message_id, actor.organisation_id)
    told = differences({"unread": count}, {})
    audit.record(session, actor, now, AuditAction.READ, subject, told)
