"""Imports (导入): upload a table, look through what it would change, then let it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Response

from app.db.imports import Import
from app.domain.imports import STATE_LABELS, ImportState
from app.domain.policies import IMPORTS, REGISTERS
from app.doors import GuardedRoute
from app.errors import AppError, Conflict, UnreadableFile, VersionConflict
from app.files import csv_text, workbook_writer
from app.services import import_documents, import_passwords, imports, password_policies
from app.services.import_kinds import KINDS, TABLES, open_to, table_for
from app.services.paging import Page
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.import_files import Uploaded
from app.views.import_reports import Asked, ImportPage, import_page
from app.views.page import go_to, page
from app.views.states import StateView

router = APIRouter(route_class=GuardedRoute)
HOME, ONE = "imports/imports.html", "imports/import.html"
NO_FILE = "请选择要导入的文件（.xlsx 或 .csv）。"
NO_KIND = "请选择要导入的内容。"
TONES = {
    ImportState.READY: ("primary", "hourglass"),
    ImportState.FAULTY: ("error", "circle-alert"),
    ImportState.APPLIED: ("ok", "circle-check"),
}


@dataclass(frozen=True, slots=True)
class KindView:
    """One kind that the reader may import."""

    name: str
    label: str
    columns: str
    chosen: bool
    tabular: bool


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import of the history."""

    id: int
    kind: str
    file_name: str
    state: StateView
    added: int
    changed: int
    problems: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """导入: `message` is what kept the last file from being read, `kind_message` its kind."""

    kinds: tuple[KindView, ...]
    rows: tuple[ImportRow, ...]
    next: str
    later: bool
    message: str = ""
    kind_message: str = ""


@router.get("/imports", dependencies=[allows(IMPORTS)])
def show_imports(visit: Reading, after: str | None = None, kind: str = "") -> Response:
    """What can be imported, and what was."""
    return page(visit.request, HOME, _imports_page(visit, kind, after=after))


@router.post("/imports", dependencies=[allows(IMPORTS)])
def post_import(visit: Writing, upload: Uploaded) -> Response:
    """Preview a table; a file that cannot be read comes back with the reason beside it."""
    kind = visit.fields.get("kind", "")
    if kind not in KINDS or not upload.content:
        message = "" if upload.content else NO_FILE
        return _refused(visit, kind, message, "" if kind in KINDS else NO_KIND)
    try:
        row = imports.preview(*visit.acting, kind, upload)
    except UnreadableFile as refusal:
        return _refused(visit, kind, refusal.message, "")
    return go_to(visit.request, "show_import", import_id=row.id)


@router.get("/imports/templates/{kind}.{ending}", dependencies=[allows(IMPORTS)])
def get_template(visit: Reading, kind: str, ending: str) -> Response:
    """A table to fill in."""
    found = table_for(visit.actor, kind)
    name = f"导入模板-{found.label}"
    if ending == "csv":
        return _csv(name, import_documents.template_csv(found))
    return xlsx(name, import_documents.template(found))


@router.post("/imports/export", dependencies=[allows(IMPORTS)])
def post_import_export(visit: Writing) -> Response:
    """What is stored of a kind, as a table that can be changed and imported again."""
    kind = imports.record_export(*visit.acting, visit.fields.get("kind", ""))
    rows = imports.exported(visit.session, visit.actor, kind)
    name = f"{kind.label}-{visit.now:%Y%m%d}"
    if visit.fields.get("ending") == "csv":
        return _csv(name, import_documents.table_csv(kind, rows))
    return xlsx(name, import_documents.table(kind, rows))


@router.get("/imports/{import_id}", dependencies=[allows(IMPORTS)])
def show_import(visit: Reading, import_id: Id, show: str = "", start: int = 0) -> Response:
    """One import: what it would change or has changed, and every problem."""
    return _import(visit, import_id, Asked(show, start))


@router.get("/imports/{import_id}/report.xlsx", dependencies=[allows(IMPORTS)])
def get_import_report(visit: Reading, import_id: Id) -> Response:
    """The whole report as a workbook."""
    row = imports.get(visit.session, visit.actor, import_id)
    content = import_documents.report(imports.report_of(row))
    return xlsx(f"导入报告-{KINDS[row.kind].label}-{row.id}", content)


@router.post("/imports/{import_id}/apply", dependencies=[allows(IMPORTS)])
def post_import_apply(visit: Writing, import_id: Id) -> Response:
    """Store everything that the preview showed."""
    return _act(visit, import_id, imports.apply)


@router.post("/imports/{import_id}/preview", dependencies=[allows(IMPORTS)])
def post_import_preview(visit: Writing, import_id: Id) -> Response:
    """Compare the same table with the data as they are now."""
    return _act(visit, import_id, imports.preview_again)


@router.post("/imports/{import_id}/passwords", dependencies=[allows(REGISTERS)])
def post_import_passwords(visit: Writing, import_id: Id) -> Response:
    """The first passwords of the accounts that were made, as a file, once."""
    profile = password_policies.profile(visit.request.app.state.settings.password_profile)
    version = forms.number(visit.fields, "version")
    try:
        issued = import_passwords.issue_all(*visit.acting, import_id, version, profile)
    except (Conflict, VersionConflict) as refusal:
        return _import(visit, import_id, Asked(), refusal)
    rows = import_passwords.as_rows(issued)
    return xlsx(f"初始密码-{import_id}", import_documents.passwords(rows))


def _act(visit: Visit, import_id: int, act: Callable[..., Import]) -> Response:
    """Act on an import at the version that its page showed; a refusal is told on that page."""
    version = forms.number(visit.fields, "version")
    try:
        act(*visit.acting, import_id, version)
    except (Conflict, VersionConflict) as refusal:
        return _import(visit, import_id, Asked(), refusal)
    return go_to(visit.request, "show_import", import_id=import_id)


def _import(
    visit: Visit, import_id: int, asked: Asked, refusal: AppError | None = None
) -> Response:
    row = imports.get(visit.session, visit.actor, import_id)
    context: ImportPage = import_page(
        row,
        imports.report_of(row),
        asked,
        kind=KINDS[row.kind].label,
        state=state_view(row.state),
        message=refusal.message if refusal else "",
        waiting=len(import_passwords.waiting(visit.session, row)),
    )
    return page(visit.request, ONE, context, status=refusal.status if refusal else 200)


def _refused(visit: Visit, kind: str, message: str, kind_message: str) -> Response:
    context = _imports_page(visit, kind, message=message, kind_message=kind_message)
    return page(visit.request, HOME, context, status=422)


def _imports_page(
    visit: Visit,
    chosen: str,
    *,
    after: str | None = None,
    message: str = "",
    kind_message: str = "",
) -> ImportsPage:
    found: Page[Import] = imports.list_imports(visit.session, visit.actor, after)
    return ImportsPage(
        kinds=tuple(
            KindView(
                name=kind.name,
                label=kind.label,
                columns="、".join(column.label for column in kind.columns if column.required),
                chosen=kind.name == chosen,
                tabular=kind.name in TABLES,
            )
            for kind in open_to(visit.actor)
        ),
        rows=tuple(_row(row) for row in found.items),
        next=f"/imports?after={found.next}" if found.next else "",
        later=bool(after),
        message=message,
        kind_message=kind_message,
    )


def _row(row: Import) -> ImportRow:
    return ImportRow(
        id=row.id,
        kind=KINDS[row.kind].label,
        file_name=row.file_name,
        state=state_view(row.state),
        added=row.added,
        changed=row.changed,
        problems=row.problems,
        at=row.applied_at or row.created_at,
        by=row.applied_by or row.created_by,
    )


def state_view(state: str) -> StateView:
    """How a state looks."""
    known = ImportState(state)
    tone, icon = TONES[known]
    return StateView(STATE_LABELS[known], tone, icon)


def xlsx(name: str, content: bytes) -> Response:
    """A workbook to be saved under a name."""
    return Response(content, headers=_saved_as(name, "xlsx"), media_type=workbook_writer.MEDIA_TYPE)


def _csv(name: str, content: str) -> Response:
    return Response(content, headers=_saved_as(name, "csv"), media_type=csv_text.MEDIA_TYPE)


def _saved_as(name: str, ending: str) -> dict[str, str]:
    """A name in Chinese for browsers, and one in ASCII for whatever cannot read it."""
    whole = quote(f"{name}.{ending}")
    said = f"attachment; filename=\"table.{ending}\"; filename*=UTF-8''{whole}"
    return {"Content-Disposition": said, "Cache-Control": "no-store"}
