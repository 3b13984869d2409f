"""Saving single cells of the form page as they are typed, and undoing a paste or an import."""

from collections.abc import Iterator

from fastapi import APIRouter, Response

from app.domain.policies import acts
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.services import cells, threads
from app.services.cells import Fate, Outcome, Saved
from app.views import blocks, entries, forms
from app.views.dependencies import Id, Visit, Writing, allows
from app.views.filters import minute
from app.views.forms import CellFate, Entered
from app.views.page import Block, go_to, page, wants_blocks
from app.views.sheets import FormPage, cell_name, form_page, with_thread, with_undo

router = APIRouter(route_class=GuardedRoute)

FORM = "self_evaluations/form.html"


@router.post("/self-evaluations/{form_id}/cells", dependencies=[allows(acts(Action.EDIT))])
def post_cells(form_id: Id, visit: Writing) -> Response:
    """Save cells as typed, each for itself; the answer tells the fate of each."""
    typed, bulk = entries.cell_entries(visit.fields), entries.bulk(visit.fields)
    saved = cells.save_cells(*visit.acting, form_id, typed, bulk)
    if not wants_blocks(visit.request):
        return go_to(visit.request, "show_form", form_id=form_id)
    return _answer(visit, saved, dict(_fates(saved)))


@router.post("/self-evaluations/{form_id}/undo", dependencies=[allows(acts(Action.EDIT))])
def post_undo(form_id: Id, visit: Writing) -> Response:
    """Take back one's last paste or import; cells changed since then stay and are told."""
    saved = cells.undo(*visit.acting, form_id)
    left = {item.path: item for item in saved.outcomes if item.fate is Fate.CONFLICT}
    if wants_blocks(visit.request):
        return _answer(visit, saved, dict(_undone(saved)))
    if not left:
        return go_to(visit.request, "show_form", form_id=form_id)
    messages = {cell_name(path): _left(item) for path, item in left.items()}
    sheet, thread = threads.read_form(visit.session, visit.actor, form_id)
    context = form_page(sheet, sheet.today(visit.now), entered=Entered(messages=messages))
    return page(visit.request, FORM, with_thread(context, sheet, thread), status=409)


def _answer(visit: Visit, saved: Saved, fates: dict[str, CellFate]) -> Response:
    """What hangs on the cells that were saved, for the page that shows them."""
    sheet = saved.sheet
    context = form_page(sheet, sheet.today(visit.now), entered=Entered(fates=fates))
    context = with_undo(context, visit.session, visit.actor)
    return page(visit.request, FORM, context, blocks=_shown(visit, context, fates))


def _shown(visit: Visit, context: FormPage, fates: dict[str, CellFate]) -> Iterator[Block]:
    yield from blocks.of_cells(fates)(context)
    # The page may claim the form's new version only if nobody else saved since it was made:
    # otherwise saving the whole sheet from it would undo what they did.
    seen = forms.number(visit.fields, "version")
    if context.version in (seen, seen + 1):
        yield from blocks.NEXT["form"]
    yield from blocks.SAVED["form"]


def _fates(saved: Saved) -> Iterator[tuple[str, CellFate]]:
    """The fate of each cell that was sent, and the points that a new tier may have taken away."""
    for item in saved.outcomes:
        row, _, column = item.path.rpartition("/")
        if column == "actual":
            yield cell_name(f"{row}/judged"), CellFate("held")
    for item in saved.outcomes:
        yield cell_name(item.path), CellFate(item.fate, item.typed, item.by, item.at)


def _undone(saved: Saved) -> Iterator[tuple[str, CellFate]]:
    for item in saved.outcomes:
        if item.fate is Fate.CONFLICT:
            fate = CellFate(item.fate, item.typed, item.by, item.at, undone=True)
        else:
            fate = CellFate("held")
        yield cell_name(item.path), fate


def _left(item: Outcome) -> str:
    who = f"{item.by}已于{minute(item.at)}修改" if item.by else "已有新的修改"
    return f"{who}这一格，没有撤销。撤销前的内容是“{item.typed[:200]}”，需要时请重新填写"
