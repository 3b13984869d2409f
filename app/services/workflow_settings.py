"""What the finance bureau sets about reviews: the steps of a region and kind, and the reasons."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import organisations, return_reasons, workflow_settings
from app.db.return_reasons import ReturnReason
from app.db.self_evaluations import PROJECT_KIND
from app.db.workflow_settings import WorkflowSetting
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, ObjectKind, differences
from app.domain.workflow import REVIEWS
from app.errors import VersionConflict
from app.services import audit, review_branches
from app.services.audit import Subject
from app.services.claims import require
from app.services.fields import Fields
from app.services.review_branches import BranchEntry

CODE = re.compile(r"[a-z][a-z0-9_]{0,37}", re.ASCII)
KINDS = frozenset({PROJECT_KIND})
REASON_LENGTH = 60
FINANCE = organisations.OrganisationKind.FINANCE
NOT_OURS = "没有这个地区，或者它的财政部门不在您的管理范围内，请核对地区代码"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonEntry:
    """A reason for a return, as it is to be."""

    label: str
    position: int = 0
    needs_words: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsEntry:
    """The reviews of a region and kind, and their branches; None leaves the branches."""

    steps: tuple[str, ...]
    branches: tuple[BranchEntry, ...] | None = None


def set_steps(
    session: Session,
    actor: Actor,
    now: datetime,
    region_code: str,
    kind: str,
    version: int,
    entry: StepsEntry,
) -> WorkflowSetting:
    """Say which reviews the forms of a region and kind pass; `version` 0 where nothing is set.

    A region is set by its finance bureau, and by one above. Forms under way go on from where
    they are to the next step that is asked for.
    """
    require(actor, Noun.WORKFLOW)
    fields = Fields()
    if region_code not in organisations.region_codes(session, actor.scope, FINANCE):
        fields.add("/region_code", NOT_OURS, region_code)
    fields.choice("/kind", "表的种类", kind, KINDS)
    if not entry.steps:
        fields.add("/steps", "请至少保留一个审核环节")
    for place, step in enumerate(entry.steps):
        fields.choice(f"/steps/{place}", "审核环节", step, frozenset(REVIEWS))
    review_branches.check(session, actor, fields, entry.steps, entry.branches or ())
    fields.settle()
    setting = workflow_settings.find(session, region_code, kind)
    setting = setting or WorkflowSetting(region_code=region_code, kind=kind, steps="", version=0)
    if setting.version != version:
        raise VersionConflict(setting.version)
    before = _told(session, setting)
    setting.steps = " ".join(step for step in REVIEWS if step in entry.steps)
    setting.version += 1
    session.add(setting)
    if entry.branches is not None:
        review_branches.replace(session, region_code, kind, entry.branches)
    session.flush()
    subject = Subject(ObjectKind.WORKFLOW_SETTING, f"{region_code} {kind}", None, region_code)
    changes = differences(before, _told(session, setting))
    audit.record(session, actor, now, AuditAction.CONFIGURE, subject, changes)
    return setting


def _told(session: Session, setting: WorkflowSetting) -> dict[str, object]:
    """A setting as the audit trail keeps it."""
    shared = review_branches.of_kind(session, setting.region_code, setting.kind)
    return {"steps": setting.steps, "branches": "；".join(branch.told for branch in shared)}


def set_reason(
    session: Session, actor: Actor, now: datetime, code: str, version: int, entry: ReasonEntry
) -> ReturnReason:
    """Add a reason to the catalogue or change it; `version` 0 for a new one."""
    require(actor, Noun.WORKFLOW)
    fields = Fields()
    if not CODE.fullmatch(code):
        fields.add("/code", "原因代码请用小写字母开头，只含小写字母、数字和下划线", code)
    label = fields.text("/label", "退回原因", entry.label, REASON_LENGTH, required=True)
    fields.settle()
    reason = session.get(ReturnReason, code)
    if (reason.version if reason else 0) != version:
        raise VersionConflict(reason.version if reason else 0)
    before = audit.cells(reason, ReasonEntry) if reason else {}
    reason = reason or ReturnReason(code=code, label=label, version=0)
    reason.label, reason.position = label, entry.position
    reason.needs_words, reason.active = entry.needs_words, entry.active
    reason.version += 1
    session.add(reason)
    session.flush()
    changes = differences(before, audit.cells(reason, ReasonEntry))
    subject = Subject(ObjectKind.RETURN_REASON, code)
    audit.record(session, actor, now, AuditAction.CONFIGURE, subject, changes)
    return reason


def all_steps(session: Session, actor: Actor) -> list[WorkflowSetting]:
    """The settings of the regions within the actor's scope; without one all reviews are passed."""
    seen = organisations.region_codes(session, actor.scope)
    return [row for row in workflow_settings.every(session) if row.region_code in seen]


def all_reasons(session: Session) -> list[ReturnReason]:
    """The whole catalogue."""
    return return_reasons.every(session)
