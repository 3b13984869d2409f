"""One's own mail (邮件提醒): the address, its verification, and which messages go there."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.domain.messages import MESSAGE_LABELS, MessageKind
from app.domain.policies import SIGNED_IN
from app.errors import Conflict, Unacceptable
from app.services import mail_addresses, mail_policies
from app.views import forms
from app.views.dependencies import Reading, Visit, Writing, allows
from app.views.page import go_to, page

router = APIRouter()

MAIL = "account/mail.html"
NO_SERVER = "本系统没有开通邮件提醒，消息只在系统内显示。"


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One kind of message that may also go by mail."""

    kind: str
    label: str
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """邮件提醒: `address` is in use, `pending` waits for its code."""

    here: str = "mail"
    demo: bool = False
    offered: bool
    address: str
    pending: str
    typed: str
    kinds: tuple[KindChoice, ...]
    minutes: int
    messages: Mapping[str, str]


@router.get("/account/mail", dependencies=[allows(SIGNED_IN)])
def show_mail(visit: Reading) -> Response:
    """What a person has chosen."""
    return _mail(visit)


@router.post("/account/mail", dependencies=[allows(SIGNED_IN)])
def post_address(visit: Writing) -> Response:
    """Send a code to a new address."""
    _require_server(visit)
    address, policy = visit.fields.get("address", ""), mail_policies.policy()
    try:
        mail_addresses.propose(*visit.acting, address, policy)
    except Unacceptable as refusal:
        told = forms.refused(visit.fields, refusal.errors).messages
        return _mail(visit, told, address, refusal.status)
    return go_to(visit.request, "show_mail")


@router.post("/account/mail/code", dependencies=[allows(SIGNED_IN)])
def post_mail_code(visit: Writing) -> Response:
    """Take an address into use; a wrong code is counted, so nothing is undone."""
    _require_server(visit)
    code, policy = visit.fields.get("code", ""), mail_policies.policy()
    fault = mail_addresses.confirm(*visit.acting, code, policy)
    if fault:
        return _mail(visit, {"code": fault}, status=Unacceptable.status)
    return go_to(visit.request, "show_mail")


@router.post("/account/mail/kinds", dependencies=[allows(SIGNED_IN)])
def post_mail_kinds(visit: Writing) -> Response:
    """Choose which messages also go by mail."""
    kinds = [kind for kind in MessageKind if f"kind.{kind}" in visit.fields]
    mail_addresses.choose(*visit.acting, kinds)
    return go_to(visit.request, "show_mail")


@router.post("/account/mail/remove", dependencies=[allows(SIGNED_IN)])
def post_mail_removed(visit: Writing) -> Response:
    """No more mail."""
    mail_addresses.remove(*visit.acting)
    return go_to(visit.request, "show_mail")


def _require_server(visit: Visit) -> None:
    if visit.request.app.state.settings.mail is None:
        raise Conflict(NO_SERVER)


def _mail(
    visit: Visit, told: Mapping[str, str] | None = None, typed: str = "", status: int = 200
) -> Response:
    chosen = mail_addresses.chosen(visit.session, visit.actor.id)
    context = MailPage(
        offered=visit.request.app.state.settings.mail is not None,
        address=chosen.address,
        pending=chosen.pending,
        typed=typed or chosen.pending,
        kinds=tuple(
            KindChoice(kind, label, kind not in chosen.unwanted)
            for kind, label in MESSAGE_LABELS.items()
        ),
        minutes=int(mail_policies.policy().code_valid.total_seconds()) // 60,
        messages=told or {},
    )
    return page(visit.request, MAIL, context, status=status)
