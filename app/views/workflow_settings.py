"""Settings of the reviews (审核设置): the steps of a region, who shares one, return reasons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlmodel import Session

from app.db import workflow_settings as stored
from app.db.organisations import Organisation
from app.db.regions import Region
from app.db.self_evaluations import PROJECT_KIND
from app.domain.actors import Actor, Noun
from app.domain.policies import maintains
from app.domain.workflow import LABELS, REVIEWS
from app.doors import GuardedRoute
from app.errors import AppError, Unacceptable, VersionConflict
from app.services import review_branches, workflow_settings
from app.services.review_branches import BranchEntry
from app.services.workflow_settings import ReasonEntry, StepsEntry
from app.views import forms
from app.views.dependencies import Reading, Visit, Writing, allows
from app.views.forms import Entered
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)
SETS = maintains(Noun.WORKFLOW)
SETTINGS = "workflow_settings/settings.html"
SPARE = 2  # empty rows for branches that are to come
NAMES = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class StepView:
    """One review that forms may pass."""

    step: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch as it is typed; an empty name is none."""

    key: int
    step: str
    name: str
    members: str
    message: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason of the catalogue as it is typed; "" is the code of one to come."""

    code: str
    label: str
    position: str
    needs_words: bool
    active: bool
    version: int
    message: str


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """审核设置: `message` is what kept the last save from being stored."""

    region: str
    version: int
    steps: tuple[StepView, ...]
    branches: tuple[BranchRow, ...]
    reasons: tuple[ReasonRow, ...]
    message: str


@router.get("/workflow-settings", dependencies=[allows(SETS)])
def show_workflow_settings(visit: Reading) -> Response:
    """The settings of the reader's region."""
    return _settings(visit)


@router.post("/workflow-settings", dependencies=[allows(SETS)])
def post_workflow_settings(visit: Writing) -> Response:
    """Store the steps and their branches."""
    version = forms.number(visit.fields, "version")
    place = (_region(visit.session, visit.actor).code, PROJECT_KIND, version)
    try:
        workflow_settings.set_steps(*visit.acting, *place, _entry(visit.fields))
    except (Unacceptable, VersionConflict) as refusal:
        return _settings(visit, refusal, "branches")
    return go_to(visit.request, "show_workflow_settings")


@router.post("/workflow-settings/reasons", dependencies=[allows(SETS)])
def post_return_reason(visit: Writing) -> Response:
    """Store one reason of the catalogue."""
    fields, version = visit.fields, forms.number(visit.fields, "version")
    entry = ReasonEntry(
        label=fields.get("label", ""),
        position=forms.number(fields, "position"),
        needs_words="needs_words" in fields,
        active="active" in fields,
    )
    code = fields.get("code", "").strip()
    try:
        workflow_settings.set_reason(*visit.acting, code, version, entry)
    except (Unacceptable, VersionConflict) as refusal:
        return _settings(visit, refusal, "reasons")
    return go_to(visit.request, "show_workflow_settings")


def _entry(fields: Mapping[str, str]) -> StepsEntry:
    rows = forms.grouped(fields, "branches").values()
    named = [row for row in rows if row.get("name", "").strip()]
    return StepsEntry(
        steps=tuple(step for step in REVIEWS if f"steps.{step}" in fields),
        branches=tuple(
            BranchEntry(
                step=row.get("step", ""),
                name=row["name"],
                members=tuple(filter(None, NAMES.split(row.get("members", "")))),
            )
            for row in named
        ),
    )


def _region(session: Session, actor: Actor) -> Region:
    own = session.get_one(Organisation, actor.organisation_id)
    return session.get_one(Region, own.region_code)


def _settings(visit: Visit, refusal: AppError | None = None, part: str = "") -> Response:
    """The page; what was typed in a refused part stands as typed."""
    session, fields = visit.session, visit.fields if refusal else {}
    entered = forms.refused(fields, refusal.errors if refusal else ())
    region = _region(session, visit.actor)
    setting = stored.find(session, region.code, PROJECT_KIND)
    chosen = tuple(setting.steps.split()) if setting else REVIEWS
    if part == "branches":
        chosen = _entry(fields).steps
        branches = _entry(fields).branches or ()
    else:
        branches = review_branches.of_kind(session, region.code, PROJECT_KIND)
    told = SettingsPage(
        region=region.name,
        version=setting.version if setting else 0,
        steps=tuple(StepView(step, LABELS[step], step in chosen) for step in REVIEWS),
        branches=_branch_rows(branches, entered if part == "branches" else Entered()),
        reasons=_reason_rows(session, entered if part == "reasons" else Entered()),
        message=_message(refusal, entered) if refusal else "",
    )
    return page(visit.request, SETTINGS, told, status=refusal.status if refusal else 200)


def _message(refusal: AppError, entered: Entered) -> str:
    """What no row of the page can show beside itself."""
    shown = ("branches.", "label", "code", "position")
    rest = [words for name, words in entered.messages.items() if not name.startswith(shown)]
    return "；".join(rest) or refusal.message


def _branch_rows(branches: tuple[BranchEntry, ...], entered: Entered) -> tuple[BranchRow, ...]:
    rows = []
    for key, one in enumerate((*branches, *[None] * SPARE)):
        told = [
            words for name, words in entered.messages.items() if name.startswith(f"branches.{key}.")
        ]
        step, name, members = (
            (one.step, one.name, "、".join(one.members)) if one else (REVIEWS[-1], "", "")
        )
        rows.append(BranchRow(key, step, name, members, "；".join(told)))
    return tuple(rows)


def _reason_rows(session: Session, entered: Entered) -> tuple[ReasonRow, ...]:
    values, told = entered.values, "；".join(entered.messages.values())
    rows = []
    for reason in workflow_settings.all_reasons(session):
        typed = values if values.get("code") == reason.code and values.get("version") != "0" else {}
        rows.append(
            ReasonRow(
                code=reason.code,
                label=typed.get("label", reason.label),
                position=typed.get("position", str(reason.position)),
                needs_words=reason.needs_words,
                active=reason.active,
                version=reason.version,
                message=told if typed else "",
            )
        )
    fresh = values if values.get("version") == "0" else {}
    last = max((int(row.position) for row in rows if row.position.isdigit()), default=0)
    rows.append(
        ReasonRow(
            code=fresh.get("code", ""),
            label=fresh.get("label", ""),
            position=fresh.get("position", str(last + 1)),
            needs_words=False,
            active=True,
            version=0,
            message=told if fresh else "",
        )
    )
    return tuple(rows)
