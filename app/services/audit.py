"""The audit trail (审计): written with each change in its transaction, read by auditors, verified.

`record` comes last in a use case: it holds the end of the chain until the commit, and whoever
waits for a row while holding it would make everybody wait.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.db import audit_events
from app.db.api_keys import ApiKey
from app.db.audit_events import Wanted
from app.db.base import Table
from app.db.budgets import Budget
from app.db.declarations import Declaration
from app.db.delegations import Delegation
from app.db.exports import Export
from app.db.filing_requests import FilingRequest
from app.db.filing_tasks import FilingTask
from app.db.grants import Grant
from app.db.imports import Import
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.regions import TIME_ZONE, Region
from app.db.reminders import Reminder
from app.db.self_evaluations import SelfEvaluation
from app.db.users import User
from app.domain.actors import ROLE_LABELS, Actor, Role, Scope
from app.domain.audit import (
    AUDIT_LABELS,
    OBJECT_LABELS,
    RESULT_LABELS,
    AuditAction,
    AuditEvent,
    Change,
    ObjectKind,
    Person,
    Result,
    Stranger,
    differences,
)
from app.domain.audit_chain import Fault, HashMissing, Verified, digest, verify
from app.domain.delegations import DELEGATION_LABELS
from app.domain.exports import EXPORT_LABELS
from app.domain.grants import GRANT_LABELS, LANE_LABELS
from app.domain.identities import TROUBLE_LABELS
from app.domain.policies import AUDITS
from app.domain.text import forbidden_characters
from app.domain.workflow import LABELS
from app.errors import AuditUnavailable, Forbidden, Problem, Unacceptable, Unauthenticated
from app.schemas.labels import label
from app.services import paging, standards
from app.services.audit_acts import Act as Act  # noqa: PLC0414 - named through this module
from app.services.audit_acts import Subject as Subject  # noqa: PLC0414 - likewise
from app.services.audit_acts import event_of
from app.services.claims import require_policy
from app.services.paging import MOST, Page

CONSOLE = Stranger(name="命令行")
ZONE = ZoneInfo(TIME_ZONE)  # days of a filter: the country keeps one legal time
KINDS: dict[type[Table], ObjectKind] = {
    ApiKey: ObjectKind.API_KEY,
    Budget: ObjectKind.BUDGET,
    Declaration: ObjectKind.DECLARATION,
    Delegation: ObjectKind.DELEGATION,
    Export: ObjectKind.EXPORT,
    Grant: ObjectKind.GRANT,
    FilingRequest: ObjectKind.FILING_REQUEST,
    FilingTask: ObjectKind.FILING_TASK,
    Import: ObjectKind.IMPORT,
    Organisation: ObjectKind.ORGANISATION,
    Project: ObjectKind.PROJECT,
    Region: ObjectKind.REGION,
    Reminder: ObjectKind.REMINDER,
    SelfEvaluation: ObjectKind.SELF_EVALUATION,
    User: ObjectKind.USER,
}
WHOLE = Scope("/")
# Words of the program that stand in the trail as values.
VALUES: dict[str, Mapping[Any, str]] = {
    "/state": {**LABELS, **GRANT_LABELS, **DELEGATION_LABELS, **EXPORT_LABELS},
    "/role": ROLE_LABELS,
    "/lane": LANE_LABELS,
    "/refusal": {Forbidden.code: "没有权限", Unauthenticated.code: "没有登录，或密钥不正确"},
    "/action": AUDIT_LABELS,
    "/method": {"password": "密码", "provider": "统一身份认证"},
    "/trouble": TROUBLE_LABELS,
}
HEADINGS = (
    "编号", "时间", "人员", "岗位", "来源地址", "操作", "对象", "对象编号",
    "结果", "项目", "变更前", "变更后",
)  # fmt: skip


def about(row: Table, organisation_id: int | None = None) -> Subject:
    """The subject of an event on a stored row; a budget's organisation is told beside it."""
    if isinstance(row, Region):
        return Subject(ObjectKind.REGION, row.code, None, row.code)
    values = row.model_dump(include={"id", "organisation_id", "region_code", "fiscal_year"})
    return Subject(
        kind=KINDS[type(row)],
        id=str(values["id"]),
        organisation_id=organisation_id or values.get("organisation_id"),
        region_code=values.get("region_code"),
        fiscal_year=values.get("fiscal_year"),
    )


def cells(row: object, entry: type[Any]) -> dict[str, object]:
    """What a row holds of the fields that people enter: those of its entry's dataclass."""
    return {field.name: getattr(row, field.name) for field in fields(entry)}


def record(
    session: Session,
    actor: Actor | Person | Stranger,
    now: datetime,
    action: AuditAction,
    subject: Subject,
    changes: Iterable[Change] = (),
    result: Result = Result.DONE,
) -> None:
    """Add an event in the transaction of what it tells; raises AuditUnavailable."""
    try:
        head = audit_events.head_held(session)
        act = Act(action, subject, tuple(changes))
        event = event_of(actor, now, act, head.number + 1, result)
        audit_events.append(session, event, digest(head.digest, event, head.algorithm))
    except (SQLAlchemyError, HashMissing) as error:
        raise AuditUnavailable from error


def begin(session: Session, now: datetime, algorithm: str) -> None:
    """Hash the events that follow as the settings say; a change of it is an event itself."""
    try:
        held = audit_events.head_held(session).algorithm
    except SQLAlchemyError as error:
        raise AuditUnavailable from error
    if held != algorithm:
        changes = differences({"algorithm": held}, {"algorithm": algorithm})
        record(session, CONSOLE, now, AuditAction.CONFIGURE, Subject(ObjectKind.AUDIT), changes)
        audit_events.use_algorithm(session, algorithm)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events an auditor asks for: of a person by name, of an act, from day to day."""

    person: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None


def list_events(
    session: Session,
    actor: Actor,
    asked: EventFilter,
    after: str | None = None,
    limit: int | None = None,
) -> Page[AuditEvent]:
    """A page of the trail within the actor's scope, the newest first; raises Forbidden."""
    size = paging.size(limit)
    wanted, before = _wanted(actor, asked), paging.id_after(after)
    found = audit_events.page(session, _reach(actor), wanted, before, size + 1)
    return paging.page_of(found, size, lambda event: event.number)


def record_export(session: Session, actor: Actor, now: datetime, asked: EventFilter) -> None:
    """Note that the trail is taken out of the house; raises Forbidden."""
    _wanted(actor, asked)
    subject = Subject(ObjectKind.AUDIT, "", actor.organisation_id)
    record(
        session, actor, now, AuditAction.EXPORT, subject, differences({}, cells(asked, EventFilter))
    )


def exported(session: Session, actor: Actor, asked: EventFilter) -> Iterator[tuple[str, ...]]:
    """The trail as rows of a table, headings first, the newest event first, one row a change."""
    wanted, before = _wanted(actor, asked), 0
    yield HEADINGS
    while True:
        events = audit_events.page(session, _reach(actor), wanted, before, MOST)
        for event in events:
            yield from _rows(event)
        if len(events) < MOST:
            return
        before = events[-1].number


def verified(session: Session, expected: tuple[int, str] | None = None) -> Verified:
    """The chain checked from its first event to its head.

    `expected` is a number and the digest it had before: whoever rewrites the chain from a row
    on can make it sound again, but not with a digest that was written down elsewhere.
    """
    head = audit_events.head(session)
    found = verify(audit_events.links(session), head.number, head.digest)
    if expected is not None and found.fault is None:
        number, kept = expected
        now = audit_events.digest_of(session, number)
        if now != kept:
            fault = Fault.DELETED if now is None else Fault.REWRITTEN
            return Verified(min(number - 1, found.count), found.digest, number, fault)
    return found


def role_label(role: str) -> str:
    """A role of an event in Chinese, "" for somebody without an account."""
    return ROLE_LABELS[Role(role)] if role else ""


def field_label(pointer: str) -> str:
    """A changed field in Chinese: `/indicators/0/target` is 指标 第1行 年度指标值."""
    steps = pointer.strip("/").split("/")
    if steps[0] == "indicators" and len(steps) > 1 and steps[1].isdigit():
        steps[1] = f"第{int(steps[1]) + 1}行"
    return " ".join(label(step) for step in steps)


def value_label(pointer: str, text: str | None) -> str:
    """A value of a changed field in Chinese where it is a word of the program, "" for nothing."""
    words = VALUES.get(pointer, {}).get(text or "", text or "")
    if pointer == "/edition" and text:
        titles = {f"{item.standard}/{item.edition}": item.title for item in standards.editions()}
        return titles.get(text, text)
    return words


def _reach(actor: Actor) -> Scope:
    """How far an auditor sees: the 审计管理员 the whole trail, others what their post reaches."""
    return WHOLE if actor.role is Role.AUDITADMIN else actor.scope


def _wanted(actor: Actor, asked: EventFilter) -> Wanted:
    require_policy(actor, AUDITS)
    if forbidden_characters(asked.person):
        message = "人员含有看不见的控制字符，请删去后重新输入"
        raise Unacceptable([Problem("/person", message)])
    if asked.first and asked.last and asked.last < asked.first:
        raise Unacceptable([Problem("/last", "结束日期不能早于开始日期，请核对", str(asked.last))])
    return Wanted(
        person=asked.person.strip(),
        action=asked.action,
        since=_midnight(asked.first) if asked.first else None,
        until=_midnight(asked.last + timedelta(days=1)) if asked.last else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE)


def _rows(event: AuditEvent) -> Iterator[tuple[str, ...]]:
    shown = (
        str(event.number),
        event.at.astimezone(ZONE).isoformat(sep=" ", timespec="seconds"),
        event.actor_name,
        role_label(event.actor_role),
        event.address,
        AUDIT_LABELS[AuditAction(event.action)],
        OBJECT_LABELS[ObjectKind(event.object_kind)],
        event.object_id,
        RESULT_LABELS[Result(event.result)],
    )
    for change in event.changes or (Change("", None, None),):
        pair = (value_label(change.field, text) for text in (change.before, change.after))
        yield (*shown, field_label(change.field), *pair)
