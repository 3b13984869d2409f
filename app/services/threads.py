"""The thread at a form (沟通记录): what its unit and its reviewers write to one another.

A word is written once. It does not count as a change of the form: nobody who is filling it in
or deciding on it is told that it changed because somebody asked a question.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from app.db import reviews, self_evaluations, thread_words
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.db.thread_words import ThreadWord
from app.domain.actors import ROLE_LABELS, Actor, Role
from app.domain.audit import AuditAction, Change
from app.domain.messages import BODY_LENGTH, AboutKind, MessageKind, shortened
from app.domain.policies import TALKS
from app.domain.threads import WORD_LENGTH
from app.domain.workflow import REVIEWS, Action, State
from app.errors import Conflict, Forbidden, NotFound
from app.services import audit, messages, paging, recipients, repulls
from app.services.courses import actions, reviews_of
from app.services.fields import Fields
from app.services.form_sheets import FormSheet, load
from app.services.paging import Page
from app.services.review_sheets import ReviewSheet, cell_labels, review_of

# What stands at a form; the page of the thread has all of it.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Word:
    """One word: the cell that it speaks of by name, "" for the whole form; whether it is new.

    `own` are those of the reader, who is told of none of them.
    """

    row: ThreadWord
    cell: str
    own: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """The words at a form in the order in which they were written; `cells` may be spoken of.

    `earlier` tells that older words are not among them.
    """

    words: tuple[Word, ...]
    cells: dict[str, str]
    may_write: bool
    earlier: bool
    unread: int


def read_form(session: Session, actor: Actor, form_id: int) -> tuple[FormSheet, Thread]:
    """A form whole with the end of its thread, and what it could take anew; raises NotFound."""
    form = _found(session, actor, form_id)
    sheet = load(session, form, actions(session, actor, form))
    if Action.EDIT in sheet.allowed:
        sheet = replace(sheet, outdated=repulls.news(repulls.of_sheet(session, sheet)))
    return sheet, _end_of(session, actor, sheet)


def read_review(session: Session, actor: Actor, form_id: int) -> tuple[ReviewSheet, Thread]:
    """A form with its review and the end of its thread; raises NotFound."""
    found = review_of(session, actor, _found(session, actor, form_id))
    return found, _end_of(session, actor, found.sheet)


def read_thread(
    session: Session, actor: Actor, form_id: int, after: str | None = None
) -> tuple[FormSheet, Thread, str | None]:
    """A page of the thread from its beginning, with its form and where the next page begins."""
    form = _found(session, actor, form_id)
    sheet = load(session, form, actions(session, actor, form))
    page = _page(session, form_id, after, None)
    return sheet, _thread(session, actor, sheet, list(page.items), earlier=False), page.next


def list_words(
    session: Session,
    actor: Actor,
    form_id: int,
    after: str | None = None,
    limit: int | None = None,
) -> tuple[Page[ThreadWord], dict[str, str]]:
    """A page of a form's words, the oldest first, and its cells by name; raises NotFound."""
    form = _found(session, actor, form_id)
    page = _page(session, form_id, after, limit)
    return page, cell_labels(load(session, form, frozenset()))


def say(
    session: Session, actor: Actor, now: datetime, form_id: int, text: str, path: str = ""
) -> tuple[ThreadWord, str]:
    """Write a word at a form; the word, and its cell by name.

    What was new to its author counts as read.

    Raises NotFound, Forbidden, Conflict for a form that was superseded, and Unacceptable
    (/text, /path).
    """
    form = _found(session, actor, form_id)
    if not TALKS.lets_in(actor):
        raise Forbidden(TALKS.refusal)
    if not form.is_current:
        raise Conflict("这张表已由新的修订代替，请在新的修订上留言。")
    words, cell = _accepted(session, form, text, path)
    row = ThreadWord(
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        self_evaluation_id=form.id,
        path=path,
        text=words,
        author_id=actor.id,
        author=actor.name,
        role=actor.role,
        written_at=now,
    )
    session.add(row)
    session.flush()
    _tell(session, actor, now, form, row, cell)
    messages.mark_thread(session, actor, now, form.id)
    told = (Change("/thread", None, words),)
    audit.record(session, actor, now, AuditAction.SAY, audit.about(form), told)
    return row, cell


def listeners(session: Session, now: datetime, form: SelfEvaluation) -> frozenset[int]:
    """Who is told of a word: the unit, the reviewers whose turn it is, whoever wrote before."""
    asked = recipients.reviewers_of(session, now, form, _turn(session, form))
    wrote = thread_words.authors(session, form.id, Role.SYSTEM)
    return recipients.unit_of(session, now, form) | asked | wrote


def _accepted(session: Session, form: SelfEvaluation, text: str, path: str) -> tuple[str, str]:
    """The words to be stored, and what their cell is called; raises Unacceptable."""
    known = cell_labels(load(session, form, frozenset()))
    fields = Fields()
    words = fields.text("/text", "留言", text, WORD_LENGTH, required=True)
    if path and path not in known:
        fields.add("/path", "留言所说的格子不在这张表上，请重新选择", path)
    fields.settle()
    return words, known.get(path, "")


def _turn(session: Session, form: SelfEvaluation) -> State:
    """Whose review a question goes to: the present one, else the last one, else the first."""
    state = State(form.state)
    if state in REVIEWS:
        return state
    earlier = reviews.of_form(session, form.id)
    if earlier:
        return State(earlier[-1].step)
    steps = reviews_of(session, form.region_code, form.kind)
    outside = (step for step in steps if step is not State.UNIT_REVIEW)
    return next(outside, State.UNIT_REVIEW)


def _tell(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    row: ThreadWord,
    cell: str,
) -> None:
    project = session.get_one(Project, form.project_id).name
    at = f"“{cell}”" if cell else ""
    body = (
        f"{actor.name}（{ROLE_LABELS[actor.role]}）在“{project}”{form.fiscal_year}年度绩效自评表"
        f"{at}留言：\n{row.text}"
    )
    about = messages.about_form(form, MessageKind.WORD, AboutKind.THREAD)
    subject = f"新的留言：{shortened(project)}"
    to = listeners(session, now, form)
    messages.send(session, actor, now, to, subject, shortened(body, BODY_LENGTH), about)


def _found(session: Session, actor: Actor, form_id: int) -> SelfEvaluation:
    form = self_evaluations.find(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    return form


def _page(session: Session, form_id: int, after: str | None, limit: int | None) -> Page[ThreadWord]:
    size = paging.size(limit)
    rows = thread_words.page(session, form_id, paging.id_after(after), size + 1)
    return paging.page_of(rows, size, lambda row: row.id)


def _end_of(session: Session, actor: Actor, sheet: FormSheet) -> Thread:
    rows = thread_words.newest(session, sheet.form.id, SHOWN + 1)
    return _thread(session, actor, sheet, rows[-SHOWN:], earlier=len(rows) > SHOWN)


def _thread(
    session: Session, actor: Actor, sheet: FormSheet, rows: list[ThreadWord], *, earlier: bool
) -> Thread:
    cells = cell_labels(sheet)
    unread = messages.unread_thread(session, actor, sheet.form.id)
    since = min((message.sent_at for message in unread), default=None)
    words = []
    for row in rows:
        own = row.author_id == actor.id and row.role == actor.role
        new = not own and since is not None and row.written_at >= since
        words.append(Word(row, cells.get(row.path, ""), own, new))
    return Thread(
        words=tuple(words),
        cells=cells,
        may_write=TALKS.lets_in(actor) and sheet.form.is_current,
        earlier=earlier,
        unread=len(unread),
    )
