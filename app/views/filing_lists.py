"""The filings of a task as a list (填报明细), by where they stand."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.db.filing_tasks import FilingTask
from app.domain.filing_tasks import ASKERS, BUCKET_LABELS, DECIDERS, Bucket
from app.domain.workflow import LABELS, State
from app.services.courses import may_act
from app.services.filing_progress import LATE, FilingItem, WhichFilings
from app.services.paging import Page
from app.views.dependencies import Visit
from app.views.states import Deadline, StateView, bucket_view, deadline

LATE_LABEL = "逾期未报"


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One filing: its project, where it stands, the days left, and where it is."""

    project_id: int
    project: str
    code: str
    unit: str
    form_id: int
    state: StateView
    step: str
    deadline: Deadline | None


@dataclass(frozen=True, slots=True)
class Filter:
    """One bucket to look at."""

    label: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FilingsPage:
    """填报明细: the filings of a branch in a bucket."""

    task_id: int
    title: str
    filters: tuple[Filter, ...]
    filings: tuple[FilingRow, ...]
    may_ask: bool
    next: str
    later: bool


def filings_page(
    visit: Visit, task: FilingTask, found: Page[FilingItem], which: WhichFilings
) -> FilingsPage:
    """A list of filings."""
    filters = [Filter("全部", list_address(task.id, which.organisation_id), which.bucket is None)]
    for bucket in (*Bucket, LATE):
        label = BUCKET_LABELS[Bucket(bucket)] if bucket != LATE else LATE_LABEL
        address = list_address(task.id, which.organisation_id, bucket)
        filters.append(Filter(label, address, which.bucket == bucket))
    here = list_address(task.id, which.organisation_id, which.bucket)
    joined = "&" if "?" in here else "?"
    return FilingsPage(
        task_id=task.id,
        title=task.title,
        filters=tuple(filters),
        filings=tuple(filing_row(item) for item in found.items),
        may_ask=may_act(visit.session, visit.actor, ASKERS | DECIDERS),
        next=f"{here}{joined}after={found.next}" if found.next else "",
        later=bool(which.after),
    )


def filing_row(item: FilingItem) -> FilingRow:
    """One filing as a row; the step of a review stands beside its chip."""
    listed = item.listed
    state = State(listed.form.state) if listed.form else None
    return FilingRow(
        project_id=listed.project.id,
        project=listed.project.name,
        code=listed.project.code,
        unit=listed.unit.name,
        form_id=listed.form.id if listed.form else 0,
        state=bucket_view(item.bucket),
        step=LABELS[state] if state and item.bucket is Bucket.REVIEWING else "",
        deadline=deadline(listed.due, item.days_left),
    )


def list_address(task_id: int, organisation_id: int | None, bucket: str | None = None) -> str:
    """The list below an organisation, of one bucket or of all."""
    asked: dict[str, object] = {} if organisation_id is None else {"organisation": organisation_id}
    if bucket == LATE:
        asked["late"] = "true"
    elif bucket is not None:
        asked["bucket"] = str(bucket)
    query = f"?{urlencode(asked)}" if asked else ""
    return f"/filing-tasks/{task_id}/filings{query}"
