"""Single cells of a form, saved as they are typed (逐格保存), pasted in blocks, and undone.

A cell is written only if it still shows what the page last knew it to show; otherwise it is left
as it is and told as a conflict, with who changed it and when. So a request may be repeated when
its answer was lost: a cell that already shows the text is simply saved. A text that the cell
cannot hold is kept as its draft.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from app.db import audit_events, cell_undos
from app.db.cell_undos import CellUndo
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import AuditAction, ObjectKind
from app.domain.workflow import Action
from app.errors import Conflict
from app.services import audit
from app.services.audit import Act
from app.services.cell_board import Board
from app.services.entries import FormEntry
from app.services.filling import settle, touched, write_form
from app.services.form_sheets import FormSheet
from app.services.self_evaluations import held

NOTHING_TO_UNDO = "没有可以撤销的粘贴或导入，可能已经撤销过。"


@dataclass(frozen=True, slots=True)
class CellEntry:
    """A cell as typed; `known` are the texts that the page knows it may show by now.

    More than one where an earlier request was sent and its answer never came.
    """

    path: str
    text: str
    known: tuple[str, ...]


class Fate(StrEnum):
    """What became of a cell: saved and scored, kept unscored, or left because it had changed."""

    SAVED = "saved"
    DRAFT = "draft"
    CONFLICT = "conflict"


class Bulk(StrEnum):
    """An act that fills many cells at once and can be undone at once."""

    PASTE = "paste"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one cell; a conflict says who changed it and when, where that is known."""

    path: str
    typed: str
    fate: Fate
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The form after a saving, and the fate of each cell in the order given."""

    sheet: FormSheet
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Undoable:
    """A person's last paste or import in a form: of what kind, how many cells, and when."""

    kind: Bulk
    cells: int
    at: datetime


def save_cells(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    entries: Sequence[CellEntry],
    bulk: Bulk | None = None,
) -> Saved:
    """Store cells, each for itself; what a `bulk` act overwrote can be undone until submission.

    Raises NotFound for a cell that the form has not, and what `held` raises.
    """
    form = held(session, actor, form_id, Action.EDIT, None)
    board = Board(session, form)
    before = board.shown_all(entry.path for entry in entries)
    agreed = {
        entry.path: entry.text
        for entry in entries
        if any(
            board.same(entry.path, before[entry.path], text) for text in (*entry.known, entry.text)
        )
    }
    changed, unfit = board.put(actor, now, agreed)
    if bulk is not None and changed:
        _remember(session, actor, now, form, bulk, before, board.shown_all(before))
    sheet = touched(session, actor, now, form, changed)
    outcomes = tuple(
        Outcome(entry.path, entry.text, Fate.DRAFT if entry.path in unfit else Fate.SAVED)
        if entry.path in agreed
        else _conflict(session, form, entry)
        for entry in entries
    )
    return Saved(sheet, outcomes)


def save_batch(
    session: Session, actor: Actor, now: datetime, wanted: Mapping[int, FormEntry]
) -> list[Act]:
    """Store cells of many forms by their ids, all or nothing; one act for each form changed.

    An import: it can be undone in each form until submission. The caller records the acts, last
    of all. Raises like `filling.save_all`.
    """
    told = []
    for form_id in sorted(wanted):
        form = held(session, actor, form_id, Action.EDIT, None)
        before = Board(session, form).shown_all(wanted[form_id].paths())
        changed = write_form(session, form, wanted[form_id])
        if changed:
            settle(session, actor, now, form, changed)
            after = Board(session, form).shown_all(before)
            _remember(session, actor, now, form, Bulk.IMPORT, before, after)
            told.append(Act(AuditAction.EDIT, audit.about(form), changed))
    return told


def undoable(session: Session, actor: Actor, form_id: int) -> Undoable | None:
    """What the actor can undo in a form that they may fill in, if anything."""
    rows = cell_undos.of_person(session, form_id, actor.id)
    if not rows:
        return None
    return Undoable(Bulk(rows[0].kind), len(rows), rows[0].made_at)


def undo(session: Session, actor: Actor, now: datetime, form_id: int) -> Saved:
    """Take back the actor's last paste or import, once; cells changed since then are conflicts.

    Raises Conflict when there is nothing to undo, and what `held` raises.
    """
    held(session, actor, form_id, Action.EDIT, None)
    rows = cell_undos.of_person(session, form_id, actor.id)
    if not rows:
        raise Conflict(NOTHING_TO_UNDO)
    entries = [CellEntry(row.path, row.before, (row.after,)) for row in rows]
    cell_undos.forget(session, form_id, actor.id)
    return save_cells(session, actor, now, form_id, entries)


def _remember(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    bulk: Bulk,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    cell_undos.forget(session, form.id, actor.id)
    for path, text in before.items():
        if after[path] == text:
            continue
        session.add(
            CellUndo(
                self_evaluation_id=form.id,
                region_code=form.region_code,
                fiscal_year=form.fiscal_year,
                user_id=actor.id,
                kind=bulk,
                path=path,
                before=text,
                after=after[path],
                made_at=now,
            )
        )


def _conflict(session: Session, form: SelfEvaluation, entry: CellEntry) -> Outcome:
    names = (entry.path, f"/drafts{entry.path}")
    event = audit_events.last_change(session, ObjectKind.SELF_EVALUATION, str(form.id), names)
    by, at = (event.actor_name, event.at) if event else ("", None)
    return Outcome(entry.path, entry.text, Fate.CONFLICT, by, at)
