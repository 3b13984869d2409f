"""The thread at a form (沟通记录) on pages: its end below the form, all of it on its own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response

from app.domain.actors import ROLE_LABELS, Role
from app.domain.policies import READS, SIGNED_IN, TALKS
from app.errors import Unacceptable
from app.services import messages, threads
from app.services.form_sheets import FormSheet
from app.services.threads import Thread
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.forms import Entered
from app.views.page import go_to_path, page
from app.views.remarks import cell_name

router = APIRouter()

THREAD = "threads/page.html"
# Where a button of a thread leads back to: the value of the field `next`.
PLACES = {"form": "show_form", "review": "show_review", "thread": "show_thread"}
# Cells that a question is usually about; others are reached by words.
ASKED_ABOUT = ("actual", "reason")


@dataclass(frozen=True, slots=True)
class WordView:
    """One word; `anchor` is the id of the cell that it speaks of, "" for the whole form."""

    id: int
    author: str
    role: str
    written_at: datetime
    text: str
    cell: str
    anchor: str
    own: bool
    new: bool


@dataclass(frozen=True, slots=True)
class ThreadView:
    """沟通记录 of one form; `here` is the page that shows it."""

    form_id: int
    here: str
    words: tuple[WordView, ...]
    earlier: bool
    unread: int
    may_write: bool
    cells: Mapping[str, str]
    text: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """The whole thread on a page of its own, from its first word on."""

    thread: ThreadView
    project: str
    unit: str
    fiscal_year: int
    next: str
    later: bool


@router.get("/self-evaluations/{form_id}/thread", dependencies=[allows(READS)])
def show_thread(form_id: Id, visit: Reading, after: str | None = None) -> Response:
    """Everything that was written at a form."""
    return page(visit.request, THREAD, _thread_page(visit, form_id, after))


@router.post("/self-evaluations/{form_id}/thread", dependencies=[allows(TALKS)])
def post_word(form_id: Id, visit: Writing) -> Response:
    """Write a word, then back to where it was written."""
    text, path = visit.fields.get("text", ""), visit.fields.get("path", "")
    try:
        threads.say(*visit.acting, form_id, text, path)
    except Unacceptable as refusal:
        entered = forms.refused(visit.fields, refusal.errors)
        context = _thread_page(visit, form_id, None, entered)
        return page(visit.request, THREAD, context, status=refusal.status)
    return _back(visit, form_id)


@router.post("/self-evaluations/{form_id}/thread/read", dependencies=[allows(SIGNED_IN)])
def post_thread_read(form_id: Id, visit: Writing) -> Response:
    """Mark what is new in a thread as read."""
    messages.read_thread(*visit.acting, form_id)
    return _back(visit, form_id)


def thread_view(
    thread: Thread, form: FormSheet, here: str, entered: Entered | None = None
) -> ThreadView:
    """The thread as a page shows it; what was typed and refused stands as typed."""
    typed = entered or Entered()
    told = (typed.messages.get(name, "") for name in ("text", "path"))
    return ThreadView(
        form_id=form.form.id,
        here=here,
        words=tuple(
            WordView(
                id=word.row.id,
                author=word.row.author,
                role=ROLE_LABELS[Role(word.row.role)],
                written_at=word.row.written_at,
                text=word.row.text,
                cell=word.cell,
                anchor=cell_anchor(word.row.path) if word.cell else "",
                own=word.own,
                new=word.new,
            )
            for word in thread.words
        ),
        earlier=thread.earlier,
        unread=thread.unread,
        may_write=thread.may_write,
        cells={path: name for path, name in thread.cells.items() if _is_offered(path)},
        text=typed.values.get("text", ""),
        path=typed.values.get("path", ""),
        message=next((message for message in told if message), ""),
    )


def cell_anchor(path: str) -> str:
    """The id that a cell has on the form and on its review: `line-12-actual`."""
    name = cell_name(path)
    return name.replace("lines.", "line-").replace("funds.", "fund-").replace(".", "-")


def _is_offered(path: str) -> bool:
    steps = path.strip("/").split("/")
    return steps[0] != "lines" or steps[-1] in ASKED_ABOUT


def _thread_page(
    visit: Visit, form_id: int, after: str | None, entered: Entered | None = None
) -> ThreadPage:
    form, thread, following = threads.read_thread(visit.session, visit.actor, form_id, after)
    return ThreadPage(
        thread=thread_view(thread, form, "thread", entered),
        project=form.project.name,
        unit=form.unit.name,
        fiscal_year=form.form.fiscal_year,
        next=following or "",
        later=bool(after),
    )


def _back(visit: Visit, form_id: int) -> Response:
    route = PLACES.get(visit.fields.get("next", ""), "show_form")
    path = visit.request.app.url_path_for(route, form_id=form_id)
    return go_to_path(visit.request, f"{path}#thread")
