"""One's own messages (消息): the list, one of them, and the number at the bell."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.db.messages import Message
from app.domain.messages import MESSAGE_LABELS, AboutKind, MessageKind
from app.domain.policies import SIGNED_IN
from app.services import messages
from app.services.messages import Inbox
from app.views.dependencies import Id, Reading, Writing, allows
from app.views.page import go_to, go_to_path, page

router = APIRouter()

LIST = "messages/messages.html"
ONE = "messages/message.html"
UNREAD = "unread"
TONES = {
    MessageKind.SUBMITTED: "primary",
    MessageKind.RETURNED: "error",
    MessageKind.URGED: "warn",
    MessageKind.APPROVED: "ok",
    MessageKind.COMPLETED: "ok",
    MessageKind.PUBLISHED: "ok",
}


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; `leads` tells whether there is a page to go to."""

    id: int
    label: str
    tone: str
    subject: str
    body: str
    sender: str
    sent_at: datetime
    read_at: datetime | None
    leads: bool


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """消息, the newest first; `next` is the address of earlier ones."""

    messages: tuple[MessageView, ...]
    unread: int
    unread_only: bool
    next: str
    later: bool


@router.get("/messages", dependencies=[allows(SIGNED_IN)])
def show_messages(visit: Reading, show: str = "", after: str | None = None) -> Response:
    """The messages of whoever is here: all of them, or the unread ones."""
    only = show == UNREAD
    found = messages.inbox(visit.session, visit.actor, unread_only=only, after=after)
    return page(visit.request, LIST, messages_page(found, unread_only=only, later=bool(after)))


@router.get("/messages/{message_id}", dependencies=[allows(SIGNED_IN)])
def show_message(message_id: Id, visit: Reading) -> Response:
    """One message: where a link in a mail leads. Looking at it marks nothing."""
    found = messages.get_own(visit.session, visit.actor, message_id)
    return page(visit.request, ONE, _view(found))


@router.post("/messages/read", dependencies=[allows(SIGNED_IN)])
def post_all_read(visit: Writing) -> Response:
    """Mark everything as read."""
    messages.read_all(*visit.acting)
    return go_to(visit.request, "show_messages")


@router.post("/messages/{message_id}/read", dependencies=[allows(SIGNED_IN)])
def post_read(message_id: Id, visit: Writing) -> Response:
    """Mark one message as read and stay with the list."""
    messages.read(*visit.acting, message_id)
    show = f"?show={UNREAD}" if visit.fields.get("show") == UNREAD else ""
    return go_to_path(visit.request, f"{visit.request.app.url_path_for('show_messages')}{show}")


@router.post("/messages/{message_id}/open", dependencies=[allows(SIGNED_IN)])
def post_open(message_id: Id, visit: Writing) -> Response:
    """Mark one message as read and go where it leads."""
    found = messages.read(*visit.acting, message_id)
    return go_to_path(visit.request, _address(visit.request, found))


def messages_page(found: Inbox, *, unread_only: bool, later: bool) -> MessagesPage:
    """The page of a part of one's messages."""
    query = {"show": UNREAD} if unread_only else {}
    position = found.messages.next
    return MessagesPage(
        messages=tuple(_view(message) for message in found.messages.items),
        unread=found.unread,
        unread_only=unread_only,
        next=f"/messages?{urlencode({**query, 'after': position})}" if position else "",
        later=later,
    )


def _view(message: Message) -> MessageView:
    kind = MessageKind(message.kind)
    return MessageView(
        id=message.id,
        label=MESSAGE_LABELS[kind],
        tone=TONES.get(kind, "neutral"),
        subject=message.subject,
        body=message.body,
        sender=message.sender,
        sent_at=message.sent_at,
        read_at=message.read_at,
        leads=message.about_kind != AboutKind.NOTHING,
    )


def _address(request: Request, message: Message) -> str:
    """The page of ours that a message is about; its own page where it is about none."""
    to = request.app.url_path_for
    if message.about_kind == AboutKind.YEAR:
        return f"{to('show_home')}?year={message.fiscal_year}"
    if message.about_kind == AboutKind.THREAD:
        return f"{to('show_form', form_id=message.about_id)}#thread"
    if message.about_kind == AboutKind.FORM:
        reviews = message.kind == MessageKind.SUBMITTED
        return str(to("show_review" if reviews else "show_form", form_id=message.about_id))
    return str(to("show_message", message_id=message.id))
