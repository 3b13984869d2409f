"""Many acts recorded at once, as an import does them: one event each, few statements."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.db import audit_events
from app.domain.actors import Actor
from app.domain.audit import Stranger
from app.domain.audit_chain import HashMissing, Link, digest
from app.errors import AuditUnavailable
from app.services.audit_acts import Act, event_of


def record_all(
    session: Session, actor: Actor | Stranger, now: datetime, acts: Iterable[Act]
) -> None:
    """Add an event for each act, in their order, in few statements; raises AuditUnavailable."""
    try:
        head = audit_events.head_held(session)
        links: list[Link] = []
        last = head.digest
        for number, act in enumerate(acts, head.number + 1):
            event = event_of(actor, now, act, number)
            last = digest(last, event, head.algorithm)
            links.append(Link(event, last))
        audit_events.append_all(session, links)
    except (SQLAlchemyError, HashMissing) as error:
        raise AuditUnavailable from error
