"""From a filled form to its receipt: check, submit (送审), withdraw (撤回), print."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Response

from app.domain.policies import READS, acts
from app.domain.workflow import Action, State
from app.doors import GuardedRoute
from app.errors import Conflict, NotReady, Unacceptable, VersionConflict
from app.services import self_evaluations, submissions
from app.services.form_sheets import FormSheet
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.filters import MoneyUnit
from app.views.heads import FormHead, form_head
from app.views.page import go_to, go_to_path, page
from app.views.sheets import form_page
from app.views.states import grade_tone

router = APIRouter(route_class=GuardedRoute)

CHECK = "self_evaluations/check.html"
RECEIPT = "self_evaluations/receipt.html"
PRINT = "self_evaluations/print.html"


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """回执: the number, what was submitted and when, and what happens next.

    `again` when somebody has just tried to submit once more.
    """

    id: int
    version: int
    number: str
    submitted_at: datetime | None
    head: FormHead
    total: str
    full: str
    grade: str
    grade_tone: str
    may_withdraw: bool
    again: bool


@router.get("/self-evaluations/{form_id}/check", dependencies=[allows(READS)])
def show_check(form_id: Id, visit: Reading) -> Response:
    """Everything once more before it is submitted (检查并送审)."""
    sheet = self_evaluations.get_sheet(visit.session, visit.actor, form_id)
    return _check(visit, sheet)


@router.post("/self-evaluations/{form_id}/submit", dependencies=[allows(acts(Action.SUBMIT))])
def post_submit(form_id: Id, visit: Writing) -> Response:
    """Submit the form; a form with errors left goes back to its check.

    Sent twice (a double click, two windows, back and again) it leads to the one receipt.
    """
    try:
        reason = visit.fields.get("late_reason", "")
        submissions.submit(*visit.acting, form_id, forms.version(visit.fields), reason)
    except (NotReady, Unacceptable, VersionConflict) as refusal:
        sheet = self_evaluations.get_sheet(visit.session, visit.actor, form_id)
        return _check(visit, sheet, refusal)
    except Conflict as refusal:
        return _sent_before(visit, form_id, refusal)
    return go_to(visit.request, "show_receipt", form_id=form_id)


@router.get("/self-evaluations/{form_id}/receipt", dependencies=[allows(READS)])
def show_receipt(form_id: Id, visit: Reading, again: bool = False) -> Response:
    """The receipt, for as long as the form exists."""
    sheet = self_evaluations.get_sheet(visit.session, visit.actor, form_id)
    return page(visit.request, RECEIPT, _receipt(sheet, sheet.today(visit.now), again))


@router.post("/self-evaluations/{form_id}/withdraw", dependencies=[allows(acts(Action.WITHDRAW))])
def post_withdraw(form_id: Id, visit: Writing) -> Response:
    """Take a submitted form back to change it."""
    submissions.withdraw(*visit.acting, form_id, forms.version(visit.fields))
    return go_to(visit.request, "show_form", form_id=form_id)


@router.get("/self-evaluations/{form_id}/print", dependencies=[allows(READS)])
def show_print(form_id: Id, visit: Reading, unit: MoneyUnit = MoneyUnit.WAN) -> Response:
    """The form on A4 as the official one is printed, amounts in 万元 unless asked otherwise."""
    sheet = self_evaluations.get_sheet(visit.session, visit.actor, form_id)
    return page(visit.request, PRINT, form_page(sheet, sheet.today(visit.now), unit))


def _check(
    visit: Visit,
    sheet: FormSheet,
    refusal: NotReady | Unacceptable | VersionConflict | None = None,
) -> Response:
    entered = forms.refused(visit.fields, refusal.errors) if refusal else None
    conflict = refusal.message if refusal and not refusal.errors else ""
    day = sheet.today(visit.now)
    context = form_page(sheet, day, entered=entered, conflict=conflict, here="check")
    return page(visit.request, CHECK, context, status=refusal.status if refusal else 200)


def _sent_before(visit: Visit, form_id: int, refusal: Conflict) -> Response:
    """To the receipt of a form that was submitted already; for any other the refusal holds."""
    sheet = self_evaluations.get_sheet(visit.session, visit.actor, form_id)
    if not sheet.form.receipt or sheet.form.state in (State.DRAFT, State.RETURNED):
        raise refusal
    path = visit.request.app.url_path_for("show_receipt", form_id=form_id)
    return go_to_path(visit.request, f"{path}?again=true")


def _receipt(form: FormSheet, today: date, again: bool) -> ReceiptPage:
    record, shown = form.form, form.standard.points.shown
    return ReceiptPage(
        id=record.id,
        version=record.version,
        number=record.receipt or "",
        submitted_at=record.submitted_at,
        head=form_head(form, today),
        total=shown(form.sheet.total),
        full=shown(form.sheet.full),
        grade=form.sheet.grade,
        grade_tone=grade_tone(form.standard, form.sheet.grade),
        may_withdraw=Action.WITHDRAW in form.allowed,
        again=again,
    )
