"""Exports (导出): choose what, watch it being made, fetch the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response

from app import export_files
from app.db.exports import Export
from app.db.organisations import Organisation
from app.domain.attachments import shown_size
from app.domain.exports import (
    EXPORT_LABELS,
    KIND_LABELS,
    UNFINISHED,
    ExportKind,
    ExportState,
)
from app.domain.policies import EXPORTS
from app.domain.workflow import LABELS, State
from app.doors import GuardedRoute
from app.errors import AppError, Conflict, Unacceptable
from app.files import csv_text, downloads
from app.services import export_policies, exports, open_data
from app.services.exports import ExportEntry
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, Year, allows
from app.views.page import Block, go_to, page
from app.views.states import StateView

router = APIRouter(route_class=GuardedRoute)
HOME = "exports/exports.html"
ROWS = (Block(HOME, "rows"),)
NOTHING_TICKED = "请至少勾选一张自评表，再导出。"
NOTES = {
    ExportKind.XLSX: "正式版式，可以继续编辑",
    ExportKind.DOCX: "正式版式，可以继续编辑",
    ExportKind.PDF: "正式版式，用于打印和报送",
    ExportKind.CSV: "五张表，用 Excel 打开或供统计分析",
    ExportKind.JSON: "供其他系统读取",
}
LOOKS = {
    ExportState.WAITING: ("neutral", "hourglass"),
    ExportState.RUNNING: ("primary", "hourglass"),
    ExportState.DONE: ("ok", "circle-check"),
    ExportState.FAILED: ("error", "circle-alert"),
    ExportState.EXPIRED: ("neutral", "clock"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, with a word on what it is for."""

    value: str
    label: str
    chosen: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export of the list; `steps` are those that are done, of `total`."""

    id: int
    kind: str
    what: str
    state: StateView
    running: bool
    steps: int
    total: int
    at: datetime
    until: datetime | None
    size: str
    fetchable: bool
    error: str


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """导出: `picked` are forms ticked on another page, which take the place of the choices."""

    years: tuple[Choice, ...]
    units: tuple[Choice, ...]
    states: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    picked: tuple[int, ...]
    rows: tuple[ExportRow, ...]
    polling: int
    after: str
    next: str
    days: int
    most: int
    messages: Mapping[str, str]


@router.get("/exports", dependencies=[allows(EXPORTS)])
def show_exports(visit: Reading, year: Year = None, after: str | None = None) -> Response:
    """What can be taken out, and what was; htmx asks for the list alone, as long as it moves."""
    typed = {"fiscal_year": str(year)} if year else {}
    return page(visit.request, HOME, _page(visit, typed, after=after), blocks=ROWS)


@router.post("/exports", dependencies=[allows(EXPORTS)])
def post_export(visit: Writing) -> Response:
    """Let an export be made; what was chosen comes back with what is wrong with it."""
    try:
        exports.start(*visit.acting, _entry(visit.fields), export_policies.policy())
    except (Unacceptable, Conflict) as refusal:
        context = _page(visit, visit.fields, refusal=refusal)
        return page(visit.request, HOME, context, status=refusal.status)
    return go_to(visit.request, "show_exports")


@router.post("/exports/selection", dependencies=[allows(EXPORTS)])
def post_selection(visit: Writing) -> Response:
    """The forms that were ticked on a list, to choose what they are taken out as."""
    if not _picked(visit.fields):
        refusal = Unacceptable((), NOTHING_TICKED)
        return page(visit.request, HOME, _page(visit, {}, refusal=refusal), status=422)
    return page(visit.request, HOME, _page(visit, visit.fields))


@router.get("/exports/dictionary.csv", dependencies=[allows(EXPORTS)])
def get_dictionary(_: Reading) -> Response:
    """The data dictionary."""
    content = "".join(csv_text.lines(open_data.dictionary())).encode()
    headers = downloads.headers(open_data.DICTIONARY, len(content))
    return Response(content, headers=headers, media_type=csv_text.MEDIA_TYPE)


@router.get("/exports/{export_id}/file", dependencies=[allows(EXPORTS)])
def get_export_file(visit: Reading, export_id: Id) -> Response:
    """The file of an export."""
    shelf = export_files.of_application(visit.request.app)
    return shelf.taken_out(visit.actor, visit.now, export_id)


@router.post("/exports/{export_id}/delete", dependencies=[allows(EXPORTS)])
def post_export_deleted(visit: Writing, export_id: Id) -> Response:
    """Delete an export, or give it up."""
    shelf = export_files.of_application(visit.request.app)
    exports.delete(*visit.acting, export_id, shelf.store)
    return go_to(visit.request, "show_exports")


def _entry(fields: Mapping[str, str]) -> ExportEntry:
    return ExportEntry(
        kind=fields.get("kind", ""),
        fiscal_year=forms.number(fields, "fiscal_year") or None,
        organisation_id=forms.number(fields, "organisation_id") or None,
        state=fields.get("state", ""),
        form_ids=_picked(fields),
    )


def _picked(fields: Mapping[str, str]) -> tuple[int, ...]:
    """The ids of the boxes `pick.12` that were ticked."""
    ticked = (name.removeprefix("pick.") for name in fields if name.startswith("pick."))
    return tuple(number for key in ticked if (number := forms.number({"id": key}, "id")))


def _page(
    visit: Visit,
    typed: Mapping[str, str],
    *,
    after: str | None = None,
    refusal: AppError | None = None,
) -> ExportsPage:
    found = exports.list_exports(visit.session, visit.actor, after)
    units = exports.unit_names(visit.session, found.items)
    policy, offered = export_policies.policy(), exports.offered(*visit.acting)
    home = str(visit.actor.organisation_id)
    year = typed.get("fiscal_year") or str(offered.years[0])
    return ExportsPage(
        years=tuple(_plain(str(item), f"{item}年度", year) for item in offered.years),
        units=_units(offered.units, typed.get("organisation_id") or home),
        states=tuple(_plain(item, LABELS[item], typed.get("state", "")) for item in State),
        kinds=tuple(_kind(kind, typed.get("kind") or ExportKind.XLSX) for kind in ExportKind),
        picked=_picked(typed),
        rows=tuple(_row(row, units) for row in found.items),
        polling=sum(row.state in UNFINISHED for row in found.items),
        after=after or "",
        next=f"/exports?after={found.next}" if found.next else "",
        days=policy.keep.days,
        most=policy.most_forms,
        messages=_messages(refusal),
    )


def _messages(refusal: AppError | None) -> Mapping[str, str]:
    """By field; what belongs to none stands above them all."""
    if refusal is None:
        return {}
    found = dict(forms.refused({}, refusal.errors).messages)
    others = [message for name, message in found.items() if name.startswith("form_ids")]
    return found | {"": "；".join(dict.fromkeys(others)) or ("" if found else refusal.message)}


def _plain(value: str, label: str, chosen: str) -> Choice:
    return Choice(value, label, value == chosen)


def _kind(kind: ExportKind, chosen: str) -> Choice:
    return Choice(kind, KIND_LABELS[kind], kind == chosen, NOTES[kind])


def _units(units: tuple[Organisation, ...], chosen: str) -> tuple[Choice, ...]:
    """The tree, each organisation as far in as it stands below the first."""
    top = units[0].path.count("/") if units else 0
    return tuple(
        _plain(str(unit.id), "\u3000" * (unit.path.count("/") - top) + unit.name, chosen)
        for unit in units
    )


def _row(row: Export, units: Mapping[int, str]) -> ExportRow:
    state = ExportState(row.state)
    chosen = exports.chosen(row)
    tone, icon = LOOKS[state]
    only = f"，{LABELS[State(row.form_state)]}" if row.form_state else ""
    whose = f"所选 {len(chosen)} 张" if chosen else f"{units[row.organisation_id]}{only}"
    return ExportRow(
        id=row.id,
        kind=KIND_LABELS[ExportKind(row.kind)],
        what=f"{row.fiscal_year}年度　{whose}",
        state=StateView(EXPORT_LABELS[state], tone, icon),
        running=state is ExportState.RUNNING,
        steps=row.done,
        total=row.total,
        at=row.started_at,
        until=row.expires_at if state is ExportState.DONE else None,
        size=shown_size(row.size) if state is ExportState.DONE else "",
        fetchable=state is ExportState.DONE,
        error=row.error,
    )
