"""Messages (消息) to the people of an organisation: for a gateway that passes them on."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from app.api.dependencies import Reads, allows
from app.api.etags import Tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import WhichPage
from app.api.paging import paged
from app.domain.messages import MESSAGE_LABELS, AboutKind, MessageKind
from app.domain.policies import READS
from app.schemas.cells import Number
from app.schemas.messages import MessageOut, ReaderOut
from app.schemas.pages import PageOut
from app.services import messages
from app.services.messages import Delivered

router = APIRouter(route_class=ExactRoute, tags=["消息与沟通"])
KIND = "message"
MessageId = Annotated[Number, Path(description="消息编号")]
Unread = Annotated[bool, Query(description="true 为只列未读的")]
OF_A_FORM = (AboutKind.FORM, AboutKind.THREAD)


@router.get(
    "/messages",
    dependencies=[allows(READS)],
    summary="列出给各单位人员的消息",
    description="看得到的单位的人员收到的消息，从旧到新；照 next 逐页读取，可转发到其他渠道。",
    response_model=PageOut[MessageOut],
)
def list_messages(call: Reads, asked: WhichPage, unread: Unread = False) -> Response:
    """A page of messages."""
    page = messages.list_within(
        call.session, call.actor, unread_only=unread, after=asked.after, limit=asked.limit
    )
    return paged(call.request, KIND, page, _out, lambda item: (item.message.id, _version(item)))


@router.get(
    "/messages/{message_id}",
    dependencies=[allows(READS)],
    summary="读取一条消息",
    description="读取不改变已读状态：是否已读由收件人在页面上决定。",
    response_model=MessageOut,
)
def get_message(call: Reads, message_id: MessageId) -> Response:
    """One message."""
    found = messages.get_within(call.session, call.actor, message_id)
    tag = Tag(KIND, found.message.id, _version(found))
    return represented(call.request, tag, _out(found))


def _version(item: Delivered) -> int:
    return item.message.version


def _out(item: Delivered) -> MessageOut:
    message, reader = item.message, item.reader
    return MessageOut(
        id=message.id,
        kind=message.kind,
        kind_label=MESSAGE_LABELS[MessageKind(message.kind)],
        subject=message.subject,
        body=message.body,
        reader=ReaderOut(
            id=reader.id,
            username=reader.username,
            name=reader.name,
            organisation_id=message.organisation_id,
        ),
        sender=message.sender,
        sent_at=message.sent_at,
        read_at=message.read_at,
        fiscal_year=message.fiscal_year,
        region_code=message.region_code,
        self_evaluation_id=message.about_id if message.about_kind in OF_A_FORM else None,
        path=f"/messages/{message.id}",
    )
