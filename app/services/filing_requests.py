"""Extensions (延期) and waivers (免报): asked for by a unit, granted or refused by who is above."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import filing_requests, filing_tasks, organisations, projects
from app.db.filing_requests import FilingRequest, ListedRequest, RequestKind, RequestState
from app.db.filing_tasks import FilingTask
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.session import locked
from app.domain.actors import Actor
from app.domain.audit import AuditAction, differences
from app.domain.filing_tasks import ASKERS, DECIDERS, ISSUERS
from app.errors import Conflict, Forbidden, NotFound
from app.services import audit, paging, regions
from app.services.claims import claim
from app.services.courses import may_act, moment
from app.services.fields import Fields
from app.services.filing_schedules import reschedule
from app.services.filing_terms import policy
from app.services.paging import Page

WORDS_LENGTH = 500
KINDS = frozenset(RequestKind)
LABELS = {RequestKind.EXTENSION: "延期", RequestKind.WAIVER: "免报"}
STATES = {
    RequestState.ASKED: "待办理",
    RequestState.GRANTED: "已准予",
    RequestState.REFUSED: "未准予",
    RequestState.WITHDRAWN: "已收回",
    RequestState.REVOKED: "已撤销",
}
NOT_YOURS = "延期和免报由上级主管部门或财政部门办理，不能办理本单位自己的申请。"
COLUMNS = ("kind", "until", "reason", "state", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEntry:
    """What is asked for: a day for an extension; no organisation means the actor's own one.

    Without a project it is for all of the organisation and of those below it.
    """

    kind: str
    reason: str
    until: date | None = None
    organisation_id: int | None = None
    project_id: int | None = None


def ask(
    session: Session, actor: Actor, now: datetime, task_id: int, entry: RequestEntry
) -> FilingRequest:
    """Ask for an extension or a waiver; raises Conflict while the same one waits already."""
    task = _task(session, actor, task_id)
    if not may_act(session, actor, ASKERS):
        raise Forbidden("延期和免报由填报单位申请。")
    request = _made(session, actor, now, task, entry)
    _store(session, request)
    told = differences({}, _cells(request))
    audit.record(session, actor, now, AuditAction.ASK, audit.about(request), told)
    return request


def give(
    session: Session, actor: Actor, now: datetime, task_id: int, entry: RequestEntry
) -> FilingRequest:
    """Grant an extension or a waiver to an organisation below that did not ask for it."""
    task = _task(session, actor, task_id)
    if not may_act(session, actor, DECIDERS):
        raise Forbidden(NOT_YOURS)
    request = _made(session, actor, now, task, entry)
    _require_above(session, actor, request)
    request.state = RequestState.GRANTED
    request.decided_by, request.decided_at = actor.name, now
    _store(session, request)
    _follow(session, actor, now, request)
    told = differences({}, _cells(request))
    audit.record(session, actor, now, AuditAction.ALLOW, audit.about(request), told)
    return request


def decide(
    session: Session,
    actor: Actor,
    now: datetime,
    request_id: int,
    version: int,
    *,
    granted: bool,
    answer: str = "",
) -> FilingRequest:
    """Grant (准予) or refuse (不予准许) a request; a refusal tells why."""
    request = _held(session, actor, request_id, version, RequestState.ASKED)
    _require_above(session, actor, request)
    fields = Fields()
    words = fields.text("/answer", "办理意见", answer, WORDS_LENGTH, required=not granted)
    fields.settle()
    state = RequestState.GRANTED if granted else RequestState.REFUSED
    action = AuditAction.ALLOW if granted else AuditAction.DENY
    return _settled(session, actor, now, request, state, action, words)


def disallow(
    session: Session, actor: Actor, now: datetime, request_id: int, version: int, answer: str
) -> FilingRequest:
    """Take back what was granted (撤销准予), with a reason; the forms are due as before."""
    request = _held(session, actor, request_id, version, RequestState.GRANTED)
    _require_above(session, actor, request)
    fields = Fields()
    words = fields.text("/answer", "撤销的原因", answer, WORDS_LENGTH, required=True)
    fields.settle()
    state, action = RequestState.REVOKED, AuditAction.DISALLOW
    return _settled(session, actor, now, request, state, action, words)


def withdraw(
    session: Session, actor: Actor, now: datetime, request_id: int, version: int
) -> FilingRequest:
    """Take back a request that nobody decided (收回申请)."""
    get(session, actor, request_id)
    if not may_act(session, actor, ASKERS | DECIDERS):
        raise Forbidden
    request = _held(session, actor, request_id, version, RequestState.ASKED)
    before = _cells(request)
    request.state = RequestState.WITHDRAWN
    request.version += 1
    session.flush()
    told = differences(before, _cells(request))
    audit.record(session, actor, now, AuditAction.WITHDRAW, audit.about(request), told)
    return request


def list_requests(
    session: Session,
    actor: Actor,
    *,
    task_id: int | None = None,
    state: str | None = None,
    newest: bool = False,
    after: str | None = None,
    limit: int | None = None,
) -> Page[ListedRequest]:
    """A page of the requests of the actor's organisations, by id, or the newest first."""
    size, begin = paging.size(limit), paging.id_after(after)
    found = filing_requests.page(
        session,
        actor.scope,
        task_id=task_id,
        state=state,
        newest=newest,
        after=begin,
        limit=size + 1,
    )
    return paging.page_of(found, size, lambda row: row[0].id)


def get(session: Session, actor: Actor, request_id: int) -> FilingRequest:
    """One request of the actor's organisations; raises NotFound."""
    found = filing_requests.find(session, actor.scope, request_id)
    if found is None:
        raise NotFound
    return found


def may_decide(session: Session, actor: Actor, organisation_id: int) -> bool:
    """Whether the actor grants and refuses what that organisation of their scope asks for."""
    if not may_act(session, actor, DECIDERS):
        return False
    return may_act(session, actor, ISSUERS) or organisation_id != actor.organisation_id


def _task(session: Session, actor: Actor, task_id: int) -> FilingTask:
    task = filing_tasks.find(session, actor.scope, task_id)
    if task is None:
        raise NotFound
    return task


def _made(
    session: Session, actor: Actor, now: datetime, task: FilingTask, entry: RequestEntry
) -> FilingRequest:
    """The request, checked; raises Unacceptable."""
    fields = Fields()
    project = _project(session, actor, entry, fields)
    own = entry.organisation_id or actor.organisation_id
    unit = organisations.find(session, actor.scope, project.organisation_id if project else own)
    if unit is None:
        fields.add("/organisation_id", "这个单位不在您的管理范围内，请核对编号", own)
        raise fields.refusal()
    if not filing_tasks.asks(session, task, unit.path):
        fields.add("/organisation_id", f"这项任务不要求{unit.name}填报，请核对", unit.id)
    fields.choice("/kind", "种类", entry.kind, KINDS)
    reason = fields.text("/reason", "申请原因", entry.reason, WORDS_LENGTH, required=True)
    extends = entry.kind == RequestKind.EXTENSION
    if extends:
        _check_until(fields, task, entry.until, regions.today(session, unit.region_code, now))
    fields.settle()
    return FilingRequest(
        task_id=task.id,
        region_code=unit.region_code,
        fiscal_year=task.fiscal_year,
        organisation_id=unit.id,
        project_id=entry.project_id,
        kind=entry.kind,
        until=entry.until if extends else None,
        reason=reason,
        state=RequestState.ASKED,
        asked_by=actor.name,
        asked_at=now,
    )


def _project(session: Session, actor: Actor, entry: RequestEntry, fields: Fields) -> Project | None:
    if entry.project_id is None:
        return None
    project = projects.find(session, actor.scope, entry.project_id)
    if project is None:
        message = "这个项目不在您的管理范围内，请核对编号"
        fields.add("/project_id", message, entry.project_id)
        raise fields.refusal()
    return project


def _check_until(fields: Fields, task: FilingTask, until: date | None, today: date) -> None:
    soonest = max(task.due + timedelta(days=1), today)
    latest = task.closes + policy().longest_extension
    if until is None:
        fields.add("/until", "请填写延期到哪一天")
    elif until < soonest:
        fields.add("/until", f"延期的日期最早写{soonest.isoformat()}，请核对", until)
    elif until > latest:
        fields.add("/until", f"延期最多到{latest.isoformat()}，请核对日期", until)


def _store(session: Session, request: FilingRequest) -> None:
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError as error:
        label = LABELS[RequestKind(request.kind)]
        raise Conflict(f"同样的{label}申请正在等待办理，不必重复申请。") from error


def _require_above(session: Session, actor: Actor, request: FilingRequest) -> None:
    if not may_decide(session, actor, request.organisation_id):
        raise Forbidden(NOT_YOURS)


def _held(
    session: Session, actor: Actor, request_id: int, version: int, state: RequestState
) -> FilingRequest:
    """The request locked, in that state; raises NotFound, Conflict and VersionConflict."""
    get(session, actor, request_id)
    request = locked(session, FilingRequest, request_id)
    if request is None:
        raise NotFound
    if request.state != state:
        by, at = request.decided_by or request.asked_by, request.decided_at or request.asked_at
        when = moment(session, request.region_code, at)
        label = STATES[RequestState(request.state)]
        raise Conflict(f"{by}已于{when}办理，这份申请现在是“{label}”，请刷新后核对。")
    return claim(session, FilingRequest, request_id, version)


def _settled(
    session: Session,
    actor: Actor,
    now: datetime,
    request: FilingRequest,
    state: RequestState,
    action: AuditAction,
    words: str,
) -> FilingRequest:
    before = _cells(request)
    request.state, request.answer = state, words
    request.decided_by, request.decided_at = actor.name, now
    request.version += 1
    session.add(request)
    session.flush()
    if state != RequestState.REFUSED:
        _follow(session, actor, now, request)
    told = differences(before, _cells(request))
    audit.record(session, actor, now, action, audit.about(request), told)
    return request


def _follow(session: Session, actor: Actor, now: datetime, request: FilingRequest) -> None:
    task = session.get_one(FilingTask, request.task_id)
    unit = session.get_one(Organisation, request.organisation_id)
    reschedule(session, actor, now, task, unit.path)


def _cells(request: FilingRequest) -> dict[str, object]:
    words = {name: getattr(request, name) for name in COLUMNS}
    return words | {"project_id": request.project_id}
