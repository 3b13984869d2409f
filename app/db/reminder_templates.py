"""The catalogue of texts for reminders (催报模板): rows that the finance bureau keeps."""

from sqlmodel import Field, Session, col, select

from app.db.base import Versioned


class ReminderTemplate(Versioned, table=True):
    """A text with fields in braces, such as {unit}; `domain.reminders` knows them all."""

    __tablename__ = "reminder_templates"

    code: str = Field(primary_key=True)
    label: str
    subject: str
    body: str
    position: int = 0
    active: bool = True


def offered(session: Session) -> list[ReminderTemplate]:
    """The texts in use, in their order."""
    return [row for row in every(session) if row.active]


def every(session: Session) -> list[ReminderTemplate]:
    """All texts, those no longer in use included, in their order."""
    rows = select(ReminderTemplate)
    ordered = rows.order_by(col(ReminderTemplate.position), col(ReminderTemplate.code))
    return list(session.exec(ordered))
