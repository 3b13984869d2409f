"""What an event of the audit trail is made from: what was done, to what, by whom."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.actors import Actor
from app.domain.audit import (
    AuditAction,
    AuditEvent,
    Change,
    ObjectKind,
    Person,
    Result,
    Stranger,
    shown_address,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, and where it belongs as far as that is known."""

    kind: ObjectKind
    id: str = ""
    organisation_id: int | None = None
    region_code: str | None = None
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One of many things done at once: what, to what, which cells."""

    action: AuditAction
    subject: Subject
    changes: tuple[Change, ...] = ()


def event_of(
    actor: Actor | Person | Stranger,
    now: datetime,
    act: Act,
    number: int,
    result: Result = Result.DONE,
) -> AuditEvent:
    """The event of an act, with its number in the chain."""
    known = None if isinstance(actor, Stranger) else actor
    subject = act.subject
    return AuditEvent(
        number=number,
        at=now.astimezone(UTC),
        actor_id=known.id if known else None,
        actor_name=actor.name,
        actor_role=known.role if known else "",
        address=shown_address(actor.address),
        action=act.action,
        object_kind=subject.kind,
        object_id=subject.id,
        organisation_id=subject.organisation_id,
        region_code=subject.region_code,
        fiscal_year=subject.fiscal_year,
        result=result,
        changes=act.changes,
    )
