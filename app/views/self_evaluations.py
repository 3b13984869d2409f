"""The self-evaluation form (自评表): its page and the saving of its cells."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from fastapi import APIRouter, Response

from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.errors import Unacceptable, VersionConflict
from app.services import filling, self_evaluations, submissions, threads
from app.services.form_sheets import FormSheet
from app.views import blocks, entries, forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.filters import MoneyUnit
from app.views.page import Block, go_to, page, wants_blocks
from app.views.sheets import FormPage, form_page, typed_cells, with_thread, with_undo
from app.views.summaries import finding_key

router = APIRouter(route_class=GuardedRoute)

FORM = "self_evaluations/form.html"
# Where a button of a form may lead: the value of the field `next`.
NEXT = {"form": "show_form", "check": "show_check"}
PAGES = {"form": FORM, "check": "self_evaluations/check.html"}


@router.post("/self-evaluations", dependencies=[allows(acts(Action.EDIT))])
def post_forms(visit: Writing) -> Response:
    """Start the form of a project and year, or open the one already started."""
    project_id = forms.number(visit.fields, "project_id")
    fiscal_year = forms.number(visit.fields, "fiscal_year")
    form = self_evaluations.open_form(*visit.acting, project_id, fiscal_year)
    return go_to(visit.request, "show_form", form_id=form.id)


@router.get("/self-evaluations/{form_id}", dependencies=[allows(READS)])
def show_form(form_id: Id, visit: Reading, unit: MoneyUnit = MoneyUnit.YUAN) -> Response:
    """The form to fill in, or to read when it is no longer open."""
    sheet, thread = threads.read_form(visit.session, visit.actor, form_id)
    context = with_thread(form_page(sheet, sheet.today(visit.now), unit), sheet, thread)
    return page(visit.request, FORM, with_undo(context, visit.session, visit.actor))


@router.post("/self-evaluations/{form_id}", dependencies=[allows(acts(Action.EDIT))])
def post_form(form_id: Id, visit: Writing) -> Response:
    """Save the whole sheet, then stay on it or go on to the check."""
    entry, version = entries.form_entry(visit.fields), forms.version(visit.fields)
    try:
        filling.save_all(*visit.acting, form_id, version, entry)
    except (Unacceptable, VersionConflict) as refusal:
        return _refused(visit, form_id, refusal)
    return go_to(visit.request, NEXT[_here(visit)], form_id=form_id)


@router.post("/self-evaluations/{form_id}/answers", dependencies=[allows(acts(Action.EDIT))])
def post_answer(form_id: Id, visit: Writing) -> Response:
    """Answer one warning with a reason (情况说明)."""
    code, path, reason = (visit.fields.get(name, "") for name in ("code", "path", "reason"))
    try:
        sheet = submissions.answer_warning(*visit.acting, form_id, code, path, reason)
    except Unacceptable as refusal:
        return _refused(visit, form_id, refusal, finding_key(code, path), blocks.of_answer)
    return _saved(visit, sheet)


def restored(visit: Visit, form_id: int) -> Response | None:
    """The sheet with what was typed when the session had ended, each cell marked as unsaved.

    None where the form is no longer open to its reader.
    """
    sheet, thread = threads.read_form(visit.session, visit.actor, form_id)
    if Action.EDIT not in sheet.allowed:
        return None
    stored = typed_cells(form_page(sheet, sheet.today(visit.now)))
    typed = {name: text for name, text in visit.fields.items() if name in stored}
    newer = forms.version(visit.fields) != sheet.form.version
    told = forms.UNSAVED_NEWER if newer else forms.UNSAVED
    changed = forms.unsaved(typed, stored)
    context = form_page(sheet, sheet.today(visit.now), entered=changed, conflict=told)
    context = replace(context, errors=forms.labelled(context.errors))
    return page(visit.request, FORM, with_thread(context, sheet, thread))


def _here(visit: Visit) -> str:
    """The page that a form names in `next`: the form itself, or its check."""
    return "check" if visit.fields.get("next") == "check" else "form"


Blocks = Callable[[FormPage], Iterable[Block]]


def _saved(visit: Visit, sheet: FormSheet) -> Response:
    """What changed on the page, for htmx; any other browser is sent back to the page."""
    here = _here(visit)
    if not wants_blocks(visit.request):
        return go_to(visit.request, NEXT[here], form_id=sheet.form.id)
    context = form_page(sheet, sheet.today(visit.now), here=here)
    context = with_undo(context, visit.session, visit.actor)
    # The page may claim the form's new version only if nobody else saved since it was made:
    # otherwise saving the whole sheet from it would undo what they did.
    seen = forms.number(visit.fields, "version")
    alone = blocks.NEXT[here] if sheet.form.version in (seen, seen + 1) else ()
    return page(visit.request, PAGES[here], context, blocks=(*alone, *blocks.SAVED[here]))


def _refused(
    visit: Visit,
    form_id: int,
    refusal: Unacceptable | VersionConflict,
    place: str = "",
    parts: Blocks = blocks.of_nothing,
) -> Response:
    """The page with everything typed still in it and a message at each cell to mend."""
    sheet, thread = threads.read_form(visit.session, visit.actor, form_id)
    entered = forms.refused(visit.fields, refusal.errors, place)
    conflict = refusal.message if isinstance(refusal, VersionConflict) else ""
    here = _here(visit) if place else "form"
    context = form_page(
        sheet, sheet.today(visit.now), entered=entered, conflict=conflict, here=here
    )
    context = with_undo(with_thread(context, sheet, thread), visit.session, visit.actor)
    return page(visit.request, PAGES[here], context, blocks=parts(context), status=refusal.status)
