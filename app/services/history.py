"""The history (历史) of a form: who changed which cell, when, from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.db import audit_events, indicator_lines, self_evaluations
from app.db.indicator_lines import IndicatorLine
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import AuditAction, AuditEvent, Change, ObjectKind
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.policies import AUDITS
from app.errors import NotFound
from app.schemas.labels import label
from app.services import paging
from app.services.audit import field_label
from app.services.paging import Page

# Fund rows in the order of a form's findings, the computed total first.
FUND_ROWS = tuple(SOURCE_LABELS[source] for source in FundSource)
# Cells that the form itself calls by another name than lists of fields do.
ON_THE_FORM = {"judged": "得分", "reason": "偏差原因分析及改进措施"}


@dataclass(frozen=True, slots=True)
class CellChange:
    """One changed cell with the name that people know it by."""

    label: str
    change: Change


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One act on a form and the cells that it changed."""

    event: AuditEvent
    changes: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class FormHistory:
    """A page of a form's history, the newest act first."""

    form: SelfEvaluation
    project: Project
    events: Page[HistoryEvent]


def of_form(
    session: Session,
    actor: Actor,
    form_id: int,
    after: str | None = None,
    limit: int | None = None,
) -> FormHistory:
    """What was done to a form that the actor may read; raises NotFound."""
    form = self_evaluations.find(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    size, before = paging.size(limit), paging.id_after(after)
    kind, object_id = ObjectKind.SELF_EVALUATION, str(form_id)
    found = audit_events.of_object(session, kind, object_id, before, size + 1)
    names = _row_names(indicator_lines.of_form(session, form_id))
    events = [_told(event, names, actor) for event in found]
    page = paging.page_of(events, size, lambda item: item.event.number)
    return FormHistory(form, session.get_one(Project, form.project_id), page)


def _told(event: AuditEvent, names: Mapping[str, str], actor: Actor) -> HistoryEvent:
    """An event as the actor may read it: a review is its reviewers' own until it is decided."""
    own = actor.role == event.actor_role or AUDITS.lets_in(actor)
    said = () if event.action == AuditAction.REVIEW and not own else event.changes
    return HistoryEvent(
        event, tuple(CellChange(_label(change.field, names), change) for change in said)
    )


def _row_names(lines: list[IndicatorLine]) -> dict[str, str]:
    """Rows by the pointer that a change names them by (id) or a finding does (place)."""
    names = {f"funds/{place}": words for place, words in enumerate(FUND_ROWS)}
    names |= {f"funds/{source}": words for source, words in SOURCE_LABELS.items()}
    for place, line in enumerate(lines):
        words = f"第{line.position + 1}行“{line.name}”"
        names |= {f"lines/{line.id}": words, f"indicators/{place}": words}
    return names


def _label(pointer: str, names: Mapping[str, str]) -> str:
    """`/lines/12/actual` is 第3行“印制数量” 实际完成值; an answer is named by its finding's row."""
    head, *rest = pointer.strip("/").split("/")
    if head == "answers":
        row = names.get("/".join(rest[1:3]), "")
        return f"{row} {label(head)}".strip()
    row = names.get("/".join((head, *rest[:1])), "")
    if head in ("remarks", "drafts"):
        return f"{_label('/' + '/'.join(rest), names)} {label(head)}"
    if row and len(rest) > 1:
        return f"{row} {ON_THE_FORM.get(rest[-1], label(rest[-1]))}"
    return field_label(pointer)
