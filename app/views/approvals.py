"""Approving many forms at once (批量同意): a summary to look at, then what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter, Response

from app.domain.policies import acts
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.services import approvals
from app.services.approvals import Candidate, Outcome
from app.views import forms
from app.views.dependencies import Writing, allows
from app.views.filters import MoneyUnit, money
from app.views.page import page
from app.views.states import StateView, grade_tone, state_view

router = APIRouter(route_class=GuardedRoute)
CHOSEN, DONE = "approvals/chosen.html", "approvals/done.html"


@dataclass(frozen=True, slots=True)
class ChosenForm:
    """A form of the summary with what its reviewer should see before agreeing."""

    id: int
    version: int
    project: str
    unit: str
    state: StateView
    total: str
    grade: str
    grade_tone: str
    adjusted: str
    rate: str
    warnings: int
    unsettled: int
    approvable: bool


@dataclass(frozen=True, slots=True)
class ChosenPage:
    """汇总: the forms chosen, and their sums."""

    forms: tuple[ChosenForm, ...]
    approvable: int
    adjusted: str
    executed: str
    grades: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class DonePage:
    """办理结果: what became of each form."""

    outcomes: tuple[tuple[str, Outcome], ...]
    approved: int


@router.post("/approvals/summary", dependencies=[allows(acts(Action.APPROVE))])
def post_chosen(visit: Writing) -> Response:
    """What is about to be approved."""
    found = approvals.candidates(visit.session, visit.actor, _picked(visit.fields))
    return page(visit.request, CHOSEN, _chosen_page(found))


@router.post("/approvals", dependencies=[allows(acts(Action.APPROVE))])
def post_approvals(visit: Writing) -> Response:
    """Approve what was chosen: each alone, or all together."""
    versions = _picked(visit.fields)
    found = approvals.candidates(visit.session, visit.actor, versions)
    names = {item.sheet.form.id: item.sheet.project.name for item in found}
    together = visit.fields.get("together") == "yes"
    outcomes = approvals.approve_many(*visit.acting, versions, together=together)
    told = tuple((names[item.form_id], item) for item in outcomes)
    return page(visit.request, DONE, DonePage(told, sum(item.approved for item in outcomes)))


def _picked(fields: Mapping[str, str]) -> dict[int, int]:
    """Versions by form id, of the boxes `pick.12` that were ticked."""
    ticked = [name.removeprefix("pick.") for name in fields if name.startswith("pick.")]
    return {forms.number({"id": key}, "id"): forms.number(fields, f"pick.{key}") for key in ticked}


def _chosen_page(found: tuple[Candidate, ...]) -> ChosenPage:
    grades: dict[str, int] = {}
    sums = {"adjusted": Decimal(0), "executed": Decimal(0)}
    for item in found:
        grade = item.sheet.sheet.grade
        grades[grade] = grades.get(grade, 0) + 1
        for column in sums:
            sums[column] += sum(getattr(fund, column) for fund in item.sheet.funds)
    return ChosenPage(
        forms=tuple(_chosen(item) for item in found),
        approvable=sum(item.approvable for item in found),
        adjusted=money(sums["adjusted"], MoneyUnit.WAN),
        executed=money(sums["executed"], MoneyUnit.WAN),
        grades=tuple(grades.items()),
    )


def _chosen(item: Candidate) -> ChosenForm:
    sheet = item.sheet
    scored = sheet.sheet
    return ChosenForm(
        id=sheet.form.id,
        version=sheet.form.version,
        project=sheet.project.name,
        unit=sheet.unit.name,
        state=state_view(sheet.form.state),
        total=sheet.standard.points.shown(scored.total),
        grade=scored.grade,
        grade_tone=grade_tone(sheet.standard, scored.grade),
        adjusted=money(sum((fund.adjusted for fund in sheet.funds), Decimal(0)), MoneyUnit.WAN),
        rate=scored.execution.rate_shown,
        warnings=len(sheet.answers),
        unsettled=item.unsettled,
        approvable=item.approvable,
    )
