"""Mail on its way (邮件发送), for the system administrator: what was not delivered, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from app.domain.mails import CODE, MAIL_LABELS, ON_ITS_WAY, MailState, hidden
from app.domain.messages import MESSAGE_LABELS, MessageKind
from app.domain.policies import MAILS
from app.services import mails
from app.services.mails import Listed
from app.services.paging import Page
from app.views.dependencies import Id, Reading, Writing, allows
from app.views.page import go_to, page

router = APIRouter()

PAGE = "mails/mails.html"
TONES = {MailState.SENT: "ok", MailState.FAILED: "error", MailState.UNCERTAIN: "warn"}
# What the page can show; what needs somebody comes first.
SHOWN: Mapping[str, tuple[str, tuple[MailState, ...]]] = {
    "open": ("未送达", (MailState.FAILED, MailState.UNCERTAIN)),
    "waiting": ("待发送", (MailState.WAITING, *ON_ITS_WAY)),
    "sent": ("已发送", (MailState.SENT,)),
}


@dataclass(frozen=True, slots=True)
class MailView:
    """One letter without its words: whose it is, how often it was tried, what came in the way."""

    id: int
    kind: str
    person: str
    unit: str
    address: str
    state: str
    tone: str
    written_at: datetime
    tries: int
    next_at: datetime | None
    error: str
    reply: str
    resendable: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """One group of letters, with how many there are."""

    show: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class MailsPage:
    """邮件发送, the newest first."""

    offered: bool
    tabs: tuple[Tab, ...]
    show: str
    mails: tuple[MailView, ...]
    next: str
    later: bool


@router.get("/mails", dependencies=[allows(MAILS)])
def show_mails(visit: Reading, show: str = "open", after: str | None = None) -> Response:
    """Letters by how they fared."""
    chosen = show if show in SHOWN else "open"
    found, counts = mails.list_mails(visit.session, visit.actor, SHOWN[chosen][1], after)
    offered = visit.request.app.state.settings.mail is not None
    context = mails_page(found, counts, chosen, offered=offered, later=bool(after))
    return page(visit.request, PAGE, context)


@router.post("/mails/{mail_id}/resend", dependencies=[allows(MAILS)])
def post_resend(mail_id: Id, visit: Writing) -> Response:
    """Try a letter anew that was given up."""
    mails.resend(*visit.acting, mail_id)
    return go_to(visit.request, "show_mails")


def mails_page(
    found: Page[Listed], counts: Mapping[str, int], chosen: str, *, offered: bool, later: bool
) -> MailsPage:
    """The page of a part of the outbox."""
    return MailsPage(
        offered=offered,
        tabs=tuple(
            Tab(show, label, sum(counts.get(state, 0) for state in states), show == chosen)
            for show, (label, states) in SHOWN.items()
        ),
        show=chosen,
        mails=tuple(_view(item) for item in found.items),
        next=f"/mails?{urlencode({'show': chosen, 'after': found.next})}" if found.next else "",
        later=later,
    )


def _view(item: Listed) -> MailView:
    row, state = item.mail, MailState(item.mail.state)
    return MailView(
        id=row.id,
        kind="验证码" if row.kind == CODE else MESSAGE_LABELS[MessageKind(row.kind)],
        person=item.user.name,
        unit=item.unit.name,
        address=hidden(row.address),
        state=MAIL_LABELS[state],
        tone=TONES.get(state, "neutral"),
        written_at=row.written_at,
        tries=row.tries,
        next_at=row.next_at if state is MailState.WAITING and row.tries else None,
        error=row.error,
        reply=row.reply,
        resendable=mails.is_resendable(row),
    )
