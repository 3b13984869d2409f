"""Guidance (指标说明) beside a row: a page of its own, or for help.js the panel in a dialog."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.domain.policies import READS
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.services import guidance
from app.services.guidance import Guidance
from app.views.dependencies import Id, Reading, allows
from app.views.evidence import FileView, file_view
from app.views.page import Block, page
from app.views.rows import NO_POINTS

router = APIRouter(route_class=GuardedRoute)

GUIDANCE = "guidance/guidance.html"
PANEL = (Block(GUIDANCE, "panel"),)


@dataclass(frozen=True, slots=True)
class EarlierView:
    """The row as it stood last year."""

    fiscal_year: int
    target: str
    actual: str
    reason: str
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """指标说明 of one row; an empty text is not shown."""

    id: int
    line_id: int
    project: str
    fiscal_year: int
    editable: bool
    group: str
    name: str
    target: str
    points: str
    full: str
    rule: str
    rule_words: str
    because: str
    inferred: str
    explanation: str
    data_source: str
    standard: str
    clause: str
    note: str
    earlier: EarlierView | None


@router.get("/self-evaluations/{form_id}/lines/{line_id}/guidance", dependencies=[allows(READS)])
def show_guidance(form_id: Id, line_id: Id, visit: Reading) -> Response:
    """What the rule is, how the points came about, what proves it, what was said last year."""
    found = guidance.of_line(visit.session, visit.actor, form_id, line_id)
    return page(visit.request, GUIDANCE, guidance_page(found), blocks=PANEL)


def guidance_page(found: Guidance) -> GuidancePage:
    """The page of one row's guidance."""
    sheet, line, scored = found.sheet, found.line, found.scored
    shown, standard = sheet.standard.points.shown, sheet.standard
    declared = found.declared
    return GuidancePage(
        id=sheet.form.id,
        line_id=line.id,
        project=sheet.project.name,
        fiscal_year=sheet.form.fiscal_year,
        editable=Action.EDIT in sheet.allowed,
        group=" / ".join(part for part in (line.level1, line.level2) if part),
        name=line.name,
        target=line.target,
        points=shown(scored.scored.points) if scored.scored.determined else NO_POINTS,
        full=shown(scored.full) if scored.full is not None else "",
        rule=found.rule,
        rule_words=found.rule_words,
        because=scored.scored.because,
        inferred=scored.scored.inferred_from,
        explanation=declared.explanation if declared else "",
        data_source=declared.data_source if declared else "",
        standard=standard.title,
        clause=standard.document,
        note=standard.reference,
        earlier=_earlier(found),
    )


def _earlier(found: Guidance) -> EarlierView | None:
    if found.earlier is None or found.earlier_form is None:
        return None
    line = found.earlier.line
    return EarlierView(
        fiscal_year=found.earlier_form.fiscal_year,
        target=line.target,
        actual=line.actual,
        reason=line.reason,
        files=tuple(file_view(row) for row in found.earlier.files),
    )
