"""The page of a form's evidence (佐证材料): upload, download, delete."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app import uploads
from app.domain.attachments import shown_size
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.errors import Unacceptable
from app.services import attachment_policies, attachments
from app.services.form_sheets import FormSheet
from app.services.reception import Reception
from app.services.self_evaluations import get_sheet
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.evidence import FileView, evidence_of
from app.views.heads import FormHead, form_head
from app.views.page import Block, go_to_path, page, wants_blocks
from app.views.uploads import Arrived, Uploading, takes_files

router = APIRouter(route_class=GuardedRoute)

ATTACHMENTS = "attachments/attachments.html"
EVIDENCE = (Block(ATTACHMENTS, "evidence"),)
WHOLE = 0  # stands for the form whole where a line's id would stand
NOTHING_CHOSEN = "请选择要上传的文件"
Count = Annotated[int, Query(ge=0, lt=1000)]
Line = Annotated[int, Query(ge=0, lt=2**63)]


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A row of the list: an indicator, or the form whole where `line_id` is WHOLE."""

    line_id: int
    name: str
    group: str
    actual: str
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class UploadView:
    """What may be uploaded, in words and for the browser; sizes in bytes."""

    kinds: str
    accept: str
    largest: int
    largest_shown: str
    most: int
    used: str


@dataclass(frozen=True, slots=True)
class AttachmentsPage:
    """佐证材料 of one form; `chosen` is the place that the next upload goes to."""

    id: int
    head: FormHead
    editable: bool
    places: tuple[PlaceView, ...]
    chosen: int
    upload: UploadView
    added: int
    messages: tuple[str, ...]


@router.get("/self-evaluations/{form_id}/attachments", dependencies=[allows(READS)])
def show_attachments(form_id: Id, visit: Reading, line: Line = WHOLE, added: Count = 0) -> Response:
    """The evidence of a form, row by row."""
    sheet = get_sheet(visit.session, visit.actor, form_id)
    return page(visit.request, ATTACHMENTS, _page(visit, sheet, line, added))


@router.post("/self-evaluations/{form_id}/attachments", dependencies=[allows(acts(Action.EDIT))])
@takes_files
def post_attachments(form_id: Id, visit: Uploading, reception: Arrived) -> Response:
    """Keep the files that are sound, and say what is wrong with the others."""
    line = forms.number(visit.fields, "line")
    added, messages = _attached(visit, form_id, line, reception)
    if not (messages or wants_blocks(visit.request)):
        path = f"/self-evaluations/{form_id}/attachments?line={line}&added={added}"
        return go_to_path(visit.request, path)
    sheet = get_sheet(visit.session, visit.actor, form_id)
    context = _page(visit, sheet, line, added, messages)
    status = 422 if messages else 200
    return page(visit.request, ATTACHMENTS, context, blocks=EVIDENCE, status=status)


@router.get("/self-evaluations/{form_id}/attachments/{attachment_id}", dependencies=[allows(READS)])
def get_attachment(form_id: Id, attachment_id: Id, visit: Reading) -> Response:
    """The bytes of one file, to be saved and not opened in the page."""
    depot = uploads.of_application(visit.request.app)
    return depot.taken_out(visit.actor, visit.now, form_id, attachment_id)


@router.post(
    "/self-evaluations/{form_id}/attachments/{attachment_id}/delete",
    dependencies=[allows(acts(Action.EDIT))],
)
def post_deleted(form_id: Id, attachment_id: Id, visit: Writing) -> Response:
    """Delete one file."""
    store = uploads.of_application(visit.request.app).store
    attachments.delete(*visit.acting, form_id, attachment_id, None, store)
    line = forms.number(visit.fields, "line")
    return go_to_path(visit.request, f"/self-evaluations/{form_id}/attachments?line={line}")


def _attached(
    visit: Visit, form_id: int, line: int, reception: Reception
) -> tuple[int, tuple[str, ...]]:
    """How many files were kept, and why others were not."""
    messages = tuple(problem.message for problem in reception.problems)
    if not reception.received:
        return 0, messages or (NOTHING_CHOSEN,)
    policy = attachment_policies.policy()
    place = (*visit.acting, form_id, line or None)
    try:
        rows = attachments.attach(*place, reception.received, policy)
    except Unacceptable as refusal:
        return 0, (*messages, *(problem.message for problem in refusal.errors))
    return len(rows), messages


def _page(
    visit: Visit, sheet: FormSheet, chosen: int, added: int = 0, messages: tuple[str, ...] = ()
) -> AttachmentsPage:
    return AttachmentsPage(
        id=sheet.form.id,
        head=form_head(sheet, sheet.today(visit.now)),
        editable=Action.EDIT in sheet.allowed,
        places=_places(sheet),
        chosen=chosen,
        upload=_upload(sheet),
        added=added,
        messages=messages,
    )


def _places(sheet: FormSheet) -> tuple[PlaceView, ...]:
    evidence = evidence_of(sheet)
    rows = (
        PlaceView(
            line_id=line.id,
            name=line.name,
            group=line.level2,
            actual=line.actual,
            files=evidence.lines.get(line.id, ()),
        )
        for line in sheet.lines
    )
    return (PlaceView(WHOLE, "整张表", "不属于某一指标的材料", "", evidence.whole), *rows)


def _upload(sheet: FormSheet) -> UploadView:
    policy = attachment_policies.policy()
    endings = (f".{ending}" for item in policy.types for ending in item.extensions)
    total = sum(item.size for item in sheet.attachments)
    return UploadView(
        kinds=policy.kinds,
        accept=",".join(endings),
        largest=policy.largest_file,
        largest_shown=shown_size(policy.largest_file),
        most=policy.files_at_once,
        used=f"{len(sheet.attachments)} 份，{shown_size(total)} / {shown_size(policy.form_quota)}",
    )
