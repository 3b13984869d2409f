"""Reading the audit trail in tests, and damaging it as somebody with the database's password."""

from sqlalchemy import Connection, text
from sqlmodel import Session

from app.db import audit_events
from app.domain.audit import AuditEvent


def trail(session: Session) -> list[AuditEvent]:
    """Every event, the oldest first."""
    return [link.event for link in audit_events.links(session)]


def since(session: Session, before: list[AuditEvent]) -> list[AuditEvent]:
    """The events that came after those."""
    return trail(session)[len(before) :]


def told(event: AuditEvent) -> dict[str, tuple[str | None, str | None]]:
    """What an event says changed, by field."""
    return {change.field: (change.before, change.after) for change in event.changes}


def unguarded(connection: Connection) -> None:
    """Take the triggers away, as only the owner of the database can."""
    if connection.dialect.name == "postgresql":
        for table in ("audit_events", "audit_heads"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in names.scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))
