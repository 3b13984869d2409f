"""The thread at a form (沟通记录): read it, and write a word."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Reads, Writes, allows
from app.api.etags import Tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, WhichPage
from app.api.paging import paged
from app.db.thread_words import ThreadWord
from app.domain.actors import ROLE_LABELS, Role
from app.domain.policies import READS, TALKS
from app.schemas.pages import PageOut
from app.schemas.threads import WordIn, WordOut
from app.services import threads

router = APIRouter(route_class=ExactRoute, tags=["消息与沟通"])
KIND = "word"
ONE = "/self-evaluations/{form_id}/thread"


@router.get(
    ONE,
    dependencies=[allows(READS)],
    summary="列出一张表的沟通记录",
    description="单位和审核方在这张表上的留言，从旧到新。",
    response_model=PageOut[WordOut],
)
def list_words(call: Reads, form_id: Id, asked: WhichPage) -> Response:
    """A page of the thread."""
    given = (call.session, call.actor, form_id, asked.after, asked.limit)
    page, cells = threads.list_words(*given)
    return paged(call.request, KIND, page, lambda row: _out(row, cells), lambda row: (row.id,))


@router.post(
    ONE,
    dependencies=[allows(TALKS)],
    summary="在一张表上留言",
    description="留言不改变表的版本，不能修改或删除；有关人员会收到消息。",
    status_code=201,
    response_model=WordOut,
)
def write_word(call: Writes, form_id: Id, body: WordIn) -> Response:
    """Write a word."""
    row, cell = threads.say(*call.acting, form_id, body.text, body.path)
    return represented(call.request, Tag(KIND, row.id, 1), _out(row, {row.path: cell}), 201)


def _out(row: ThreadWord, cells: Mapping[str, str]) -> WordOut:
    return WordOut(
        id=row.id,
        path=row.path,
        cell=cells.get(row.path, ""),
        text=row.text,
        author=row.author,
        role=row.role,
        role_label=ROLE_LABELS[Role(row.role)],
        written_at=row.written_at,
    )
