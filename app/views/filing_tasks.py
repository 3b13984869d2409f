"""Filing tasks (填报任务): what is asked until when, how far it has come, issued and ended."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.domain.filing_tasks import Bucket
from app.domain.policies import ISSUES_TASKS, READS
from app.doors import GuardedRoute
from app.errors import Conflict, Unacceptable, VersionConflict
from app.services import filing_progress, filing_requests, filing_tasks, late_filings
from app.services.filing_progress import LATE, WhichFilings
from app.views import filing_forms, forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.filing_forms import TaskForm
from app.views.filing_lists import FilingsPage, filings_page
from app.views.filing_views import (
    Few,
    TaskPage,
    TasksPage,
    task_page,
    tasks_page,
)
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)
LIST, ONE, FORM, FILINGS = (
    f"filing_tasks/{name}.html" for name in ("tasks", "task", "form", "filings")
)
FEW = 10
Branch = Annotated[int | None, Query(alias="organisation", ge=1, lt=2**63)]


@router.get("/filing-tasks", dependencies=[allows(READS)])
def show_filing_tasks(visit: Reading, after: str | None = None) -> Response:
    """The tasks that were asked of the reader or issued by them."""
    found = filing_tasks.list_tasks(visit.session, visit.actor, after=after)
    may_issue = filing_tasks.may_issue(visit.session, visit.actor)
    shown: TasksPage = tasks_page(visit, found, may_issue=may_issue)
    return page(visit.request, LIST, shown)


@router.get("/filing-tasks/new", dependencies=[allows(ISSUES_TASKS)])
def show_new_filing_task(visit: Reading) -> Response:
    """A task to be issued."""
    return page(visit.request, FORM, filing_forms.new(visit))


@router.post("/filing-tasks", dependencies=[allows(ISSUES_TASKS)])
def post_filing_task(visit: Writing) -> Response:
    """Issue a task."""
    try:
        task = filing_tasks.issue(*visit.acting, filing_forms.entry(visit))
    except Unacceptable as refusal:
        return _typed(visit, filing_forms.refused(visit, refusal), refusal.status)
    return go_to(visit.request, "show_filing_task", task_id=task.id)


@router.get("/filing-tasks/{task_id}", dependencies=[allows(READS)])
def show_filing_task(visit: Reading, task_id: Id, organisation: Branch = None) -> Response:
    """One task: its days, its progress below an organisation, what was asked for in it."""
    return _task(visit, task_id, organisation)


@router.get("/filing-tasks/{task_id}/edit", dependencies=[allows(ISSUES_TASKS)])
def show_filing_task_edit(visit: Reading, task_id: Id) -> Response:
    """A task to be changed, while nobody began."""
    found = filing_tasks.get(visit.session, visit.actor, task_id)
    if not found.may_change:
        raise Conflict(filing_tasks.BEGUN)
    return page(visit.request, FORM, filing_forms.stored(visit, found))


@router.post("/filing-tasks/{task_id}/edit", dependencies=[allows(ISSUES_TASKS)])
def post_filing_task_edit(visit: Writing, task_id: Id) -> Response:
    """Change a task."""
    version = forms.version(visit.fields) or 0
    try:
        filing_tasks.change(*visit.acting, task_id, version, filing_forms.entry(visit))
    except (Unacceptable, VersionConflict) as refusal:
        return _typed(visit, filing_forms.refused(visit, refusal, task_id), refusal.status)
    return go_to(visit.request, "show_filing_task", task_id=task_id)


@router.post("/filing-tasks/{task_id}/end", dependencies=[allows(ISSUES_TASKS)])
def post_filing_task_end(visit: Writing, task_id: Id) -> Response:
    """End a task, resume it, or take it back, as the button says."""
    place = (*visit.acting, task_id, forms.version(visit.fields) or 0)
    pressed = visit.fields.get("do")
    try:
        if pressed == "take_back":
            filing_tasks.take_back(*place)
            return go_to(visit.request, "show_filing_tasks")
        if pressed == "resume":
            filing_tasks.resume(*place)
        else:
            filing_tasks.end(*place, visit.fields.get("reason", ""))
    except Unacceptable as refusal:
        return _task(visit, task_id, None, refusal)
    return go_to(visit.request, "show_filing_task", task_id=task_id)


@router.get("/filing-tasks/{task_id}/filings", dependencies=[allows(READS)])
def show_filings(
    visit: Reading,
    task_id: Id,
    organisation: Branch = None,
    bucket: Bucket | None = None,
    late: bool = False,
    after: str | None = None,
) -> Response:
    """The filings of a task below an organisation, by where they stand."""
    found = filing_tasks.get(visit.session, visit.actor, task_id)
    which = WhichFilings(organisation, LATE if late else bucket, after)
    items = filing_progress.list_filings(*visit.acting, task_id, which)
    shown: FilingsPage = filings_page(visit, found.task, items, which)
    return page(visit.request, FILINGS, shown)


def _task(
    visit: Visit, task_id: int, organisation: int | None, refusal: Unacceptable | None = None
) -> Response:
    found = filing_tasks.get(visit.session, visit.actor, task_id)
    grown = filing_progress.progress(*visit.acting, task_id, organisation)
    which = WhichFilings(organisation, limit=FEW)
    place = (visit.session, visit.actor)
    few = Few(
        filings=filing_progress.list_filings(*visit.acting, task_id, which),
        requests=filing_requests.list_requests(*place, task_id=task_id, newest=True, limit=FEW),
        late=late_filings.list_late(*place, task_id, limit=FEW),
    )
    shown: TaskPage = task_page(visit, found, grown, few, refusal)
    return page(visit.request, ONE, shown, status=refusal.status if refusal else 200)


def _typed(visit: Visit, shown: TaskForm, status: int) -> Response:
    return page(visit.request, FORM, shown, status=status)
