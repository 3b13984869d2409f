"""What the pages of a filing task show: its days, counts by branch, filings, late ones."""

from dataclasses import dataclass
from datetime import date, datetime

from app.db.filing_requests import ListedRequest
from app.db.filing_tasks import FilingTask
from app.db.late_filings import LateFiling
from app.db.organisations import Organisation
from app.db.projects import Project
from app.domain.filing_tasks import ASKERS, BUCKET_LABELS, DECIDERS, Bucket, Tally, Term, stand
from app.errors import Unacceptable
from app.services import regions
from app.services.courses import may_act
from app.services.filing_progress import LATE, FilingItem, Progress
from app.services.filing_tasks import IssuedTask
from app.services.paging import Page
from app.views.dependencies import Visit
from app.views.filing_lists import LATE_LABEL, FilingRow, filing_row, list_address
from app.views.filing_request_views import RequestView, request_view
from app.views.states import (
    Deadline,
    StandingView,
    deadline,
    standing_view,
)

FEW_TARGETS = 5


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as the list and its own page show it."""

    id: int
    version: int
    title: str
    fiscal_year: int
    opens: date
    due: date
    closes: date
    issued_by: str
    issued_at: datetime
    standing: StandingView
    deadline: Deadline | None


@dataclass(frozen=True, slots=True)
class TasksPage:
    """填报任务: those that were asked of the reader or issued by them."""

    tasks: tuple[TaskRow, ...]
    may_issue: bool
    next: str
    later: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of a branch with the list that it leads to; "" where it counts nothing."""

    count: int
    address: str
    late: bool


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch; `address` opens it where others are below it."""

    name: str
    address: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class LateRow:
    """One late filing."""

    form_id: int
    project: str
    unit: str
    days: int
    reason: str
    filed_by: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class Few:
    """The first rows of the lists that belong to a task."""

    filings: Page[FilingItem]
    requests: Page[ListedRequest]
    late: Page[tuple[LateFiling, Project, Organisation]]


@dataclass(frozen=True, slots=True)
class TaskPage:
    """一项填报任务: its days, its progress, its filings, what was asked for in it."""

    task: TaskRow
    note: str
    targets: str
    ended: str
    may_change: bool
    may_end: bool
    ended_now: bool
    may_ask: bool
    may_remind: bool
    headings: tuple[str, ...]
    above: tuple[tuple[str, str], ...]
    here: str
    branches: tuple[BranchRow, ...]
    own: BranchRow | None
    whole: BranchRow
    filings: tuple[FilingRow, ...]
    more: str
    requests: tuple[RequestView, ...]
    late: tuple[LateRow, ...]
    message: str


HEADINGS = ("应报", *(BUCKET_LABELS[bucket] for bucket in Bucket), LATE_LABEL)


def tasks_page(visit: Visit, found: Page[FilingTask], *, may_issue: bool) -> TasksPage:
    """The list of tasks."""
    rows = tuple(task_row(visit, task) for task in found.items)
    later = bool(visit.request.query_params.get("after"))
    return TasksPage(rows, may_issue, found.next or "", later)


def task_row(visit: Visit, task: FilingTask) -> TaskRow:
    """A task as its reader's region sees it today."""
    day = regions.today(visit.session, task.region_code, visit.now)
    term = Term(task.opens, task.due, task.closes, None, task.ended_at is not None)
    standing = standing_view(task, stand(term, day))
    return TaskRow(
        id=task.id,
        version=task.version,
        title=task.title,
        fiscal_year=task.fiscal_year,
        opens=task.opens,
        due=task.due,
        closes=task.closes,
        issued_by=task.issued_by,
        issued_at=task.issued_at,
        standing=standing,
        deadline=deadline(task.due, (task.due - day).days) if standing.counting else None,
    )


def task_page(
    visit: Visit,
    found: IssuedTask,
    grown: Progress,
    few: Few,
    refusal: Unacceptable | None = None,
) -> TaskPage:
    """One task whole."""
    task, session, actor = found.task, visit.session, visit.actor
    named = [
        target.organisation.name + ("及下级单位" if target.below else "")
        for target in found.targets
    ]
    more = f"等 {len(named)} 个单位" if len(named) > FEW_TARGETS else ""
    top = grown.whole.organisation
    return TaskPage(
        task=task_row(visit, task),
        note=task.note,
        targets="、".join(named[:FEW_TARGETS]) + more,
        ended=f"{task.ended_by}：{task.ended_reason}" if task.ended_at else "",
        may_change=found.may_change,
        may_end=found.may_end,
        ended_now=task.ended_at is not None,
        may_ask=may_act(session, actor, ASKERS),
        may_remind=may_act(session, actor, DECIDERS),
        headings=HEADINGS,
        above=tuple((_branch_address(task.id, unit), unit.name) for unit in grown.above[:-1]),
        here=top.name,
        branches=tuple(
            _branch(task.id, item.organisation, item.tally, opens=True) for item in grown.branches
        ),
        own=_branch(task.id, top, grown.own, opens=False) if grown.own.asked else None,
        whole=_branch(task.id, top, grown.whole.tally, opens=False),
        filings=tuple(filing_row(item) for item in few.filings.items),
        more=list_address(task.id, top.id) if few.filings.next else "",
        requests=tuple(request_view(visit, row) for row in few.requests.items),
        late=tuple(_late(row) for row in few.late.items),
        message=refusal.errors[0].message if refusal else "",
    )


def _branch(task_id: int, unit: Organisation, tally: Tally, *, opens: bool) -> BranchRow:
    counts = [(tally.asked, None), *((tally.counts.get(item, 0), item) for item in Bucket)]
    cells = [
        Cell(count, list_address(task_id, unit.id, bucket) if count else "", late=False)
        for count, bucket in counts
    ]
    late = list_address(task_id, unit.id, LATE) if tally.late else ""
    cells.append(Cell(tally.late, late, late=tally.late > 0))
    return BranchRow(unit.name, _branch_address(task_id, unit) if opens else "", tuple(cells))


def _branch_address(task_id: int, unit: Organisation) -> str:
    return f"/filing-tasks/{task_id}?organisation={unit.id}"


def _late(row: tuple[LateFiling, Project, Organisation]) -> LateRow:
    late, project, unit = row
    return LateRow(
        form_id=late.self_evaluation_id,
        project=project.name,
        unit=unit.name,
        days=late.days,
        reason=late.reason,
        filed_by=late.filed_by,
        filed_at=late.filed_at,
    )
