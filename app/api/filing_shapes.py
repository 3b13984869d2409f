"""Filing tasks as they travel: rows and counts in, models out, and back."""

from app.api.etags import Tag
from app.api.shapes import named_out
from app.db.filing_requests import FilingRequest, ListedRequest
from app.db.late_filings import LateFiling
from app.db.organisations import Organisation
from app.db.projects import Project
from app.domain.filing_tasks import BUCKET_LABELS, Bucket, Tally
from app.schemas.filing_requests import FilingRequestIn, FilingRequestOut, ListedRequestOut
from app.schemas.filing_tasks import (
    BranchOut,
    FilingOut,
    FilingTaskIn,
    FilingTaskOut,
    LateFilingOut,
    ListedTaskOut,
    ProgressOut,
    TallyOut,
    TargetOut,
)
from app.services.filing_entries import FilingTaskEntry
from app.services.filing_progress import Branch, FilingItem, Progress
from app.services.filing_requests import RequestEntry
from app.services.filing_tasks import IssuedTask

TASK, REQUEST = "filing-task", "filing-request"


def task_entry(body: FilingTaskIn) -> FilingTaskEntry:
    """A task as it is to be."""
    cells = {name: getattr(body, name) for name in FilingTaskIn.model_fields if name != "targets"}
    targets = {target.organisation_id: target.below for target in body.targets}
    return FilingTaskEntry(**cells, targets=targets)


def task_tag(found: IssuedTask) -> Tag:
    """The tag of a task: its version, and what the reader may do."""
    names = tuple(target.organisation.version for target in found.targets)
    return Tag(TASK, found.task.id, found.task.version, (found.may_change, found.may_end, *names))


def task_out(found: IssuedTask) -> FilingTaskOut:
    """A task whole."""
    return FilingTaskOut(
        **ListedTaskOut.model_validate(found.task).model_dump(),
        targets=[
            TargetOut(organisation=named_out(target.organisation), below=target.below)
            for target in found.targets
        ],
        may_change=found.may_change,
        may_end=found.may_end,
    )


def tally_out(tally: Tally) -> TallyOut:
    """How many filings stand where."""
    counts = {str(bucket): tally.counts.get(bucket, 0) for bucket in Bucket}
    return TallyOut(asked=tally.asked, late=tally.late, **counts)


def progress_out(found: Progress) -> ProgressOut:
    """A branch and those directly below it."""
    return ProgressOut(
        task_id=found.task.id,
        organisation=named_out(found.whole.organisation),
        tally=tally_out(found.whole.tally),
        own=tally_out(found.own),
        branches=[_branch(branch) for branch in found.branches],
    )


def _branch(branch: Branch) -> BranchOut:
    return BranchOut(
        organisation=named_out(branch.organisation),
        inner=branch.inner,
        tally=tally_out(branch.tally),
    )


def filing_out(item: FilingItem) -> FilingOut:
    """One filing."""
    listed = item.listed
    return FilingOut(
        project=named_out(listed.project),
        unit=named_out(listed.unit),
        form_id=listed.form.id if listed.form else None,
        state=listed.form.state if listed.form else None,
        bucket=item.bucket,
        bucket_label=BUCKET_LABELS[item.bucket],
        due_on=listed.due,
        days_left=item.days_left,
        late=listed.late,
    )


def late_out(row: tuple[LateFiling, Project, Organisation]) -> LateFilingOut:
    """One late filing."""
    late, project, unit = row
    columns = ("id", "self_evaluation_id", "receipt", "days", "reason", "filed_by", "filed_at")
    return LateFilingOut(
        **{name: getattr(late, name) for name in columns},
        project=named_out(project),
        unit=named_out(unit),
    )


def request_entry(body: FilingRequestIn) -> RequestEntry:
    """What is asked for."""
    return RequestEntry(**dict(body))


def request_tag(request: FilingRequest) -> Tag:
    """The tag of a request."""
    return Tag(REQUEST, request.id, request.version)


def request_out(request: FilingRequest) -> FilingRequestOut:
    """One request."""
    return FilingRequestOut.model_validate(request)


def listed_request_out(row: ListedRequest) -> ListedRequestOut:
    """A request as a list shows it."""
    request, task, unit, project = row
    return ListedRequestOut(
        **request_out(request).model_dump(),
        task=task.title,
        unit=named_out(unit),
        project=named_out(project) if project else None,
    )
