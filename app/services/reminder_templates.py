"""The catalogue of texts for reminders (催报模板), kept by the finance bureau."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from sqlmodel import Session

from app.db import reminder_templates
from app.db.reminder_templates import ReminderTemplate
from app.domain.actors import Actor
from app.domain.audit import AuditAction, ObjectKind, differences
from app.domain.filing_tasks import ISSUERS
from app.domain.messages import BODY_LENGTH, SUBJECT_LENGTH
from app.domain.reminders import ReminderPolicy, parse, unfit
from app.errors import Forbidden, VersionConflict
from app.services import audit
from app.services.audit import Subject
from app.services.courses import may_act
from app.services.fields import Fields

CODE = re.compile(r"[a-z][a-z0-9_]{0,37}", re.ASCII)
LABEL_LENGTH = 30


@lru_cache(maxsize=1)
def policy() -> ReminderPolicy:
    """The policy as shipped; raises TableError for a faulty file."""
    file = files("app.policies") / "reminders.toml"
    return parse(tomllib.loads(file.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEntry:
    """A text of the catalogue, as it is to be."""

    label: str
    subject: str
    body: str
    position: int = 0
    active: bool = True


def set_template(
    session: Session, actor: Actor, now: datetime, code: str, version: int, entry: TemplateEntry
) -> ReminderTemplate:
    """Add a text to the catalogue or change it; `version` 0 for a new one."""
    if not may_act(session, actor, ISSUERS):
        raise Forbidden("催报模板由财政部门维护，需要时请联系财政部门。")
    fields = Fields()
    if not CODE.fullmatch(code):
        fields.add("/code", "模板代码请用小写字母开头，只含小写字母、数字和下划线", code)
    label = fields.text("/label", "模板名称", entry.label, LABEL_LENGTH, required=True)
    subject, body = check_words(fields, entry.subject, entry.body)
    fields.settle()
    stored = session.get(ReminderTemplate, code)
    if (stored.version if stored else 0) != version:
        raise VersionConflict(stored.version if stored else 0)
    before = audit.cells(stored, TemplateEntry) if stored else {}
    row = stored or ReminderTemplate(code=code, label="", subject="", body="", version=0)
    row.label, row.subject, row.body = label, subject, body
    row.position, row.active = entry.position, entry.active
    row.version += 1
    session.add(row)
    session.flush()
    changes = differences(before, audit.cells(row, TemplateEntry))
    subject_of = Subject(ObjectKind.REMINDER_TEMPLATE, code)
    audit.record(session, actor, now, AuditAction.CONFIGURE, subject_of, changes)
    return row


def check_words(fields: Fields, subject: str, body: str) -> tuple[str, str]:
    """Note what is wrong with the texts of a reminder; they come back without blanks around."""
    found = (
        fields.text("/subject", "标题", subject, SUBJECT_LENGTH, required=True),
        fields.text("/body", "内容", body, BODY_LENGTH, required=True),
    )
    for pointer, text in zip(("/subject", "/body"), found, strict=True):
        fault = unfit(text)
        if fault:
            fields.add(pointer, fault, text)
    return found


def every(session: Session) -> list[ReminderTemplate]:
    """The whole catalogue."""
    return reminder_templates.every(session)


def offered(session: Session) -> list[ReminderTemplate]:
    """The texts in use."""
    return reminder_templates.offered(session)
