"""Check codes (校验码): one for each version of a form that leaves the house, asked by anybody."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import check_codes
from app.db.check_codes import CheckCode
from app.db.self_evaluations import SelfEvaluation
from app.domain.check_codes import ALPHABET, LENGTH, CheckMark, Verdict, grouped, read
from app.services import form_contents, standards
from app.services.form_sheets import FormSheet, load

PATH = "/check-codes/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a code says: what the document shows, what became of its form since.

    `state_now` is "" where the form is gone. Nothing of the form's present content is told.
    """

    verdict: Verdict
    code: str
    project: str
    unit: str
    fiscal_year: int
    revision: int
    total: str
    full: str
    grade: str
    state_then: str
    state_now: str
    superseded: bool
    region_code: str
    issued_at: datetime


def issue(session: Session, now: datetime, sheet: FormSheet, public_url: str) -> CheckMark:
    """The mark of a form as it stands: the same as before for the same version.

    Part of taking a document out, whose event tells of both. `public_url` is the address of the
    service, "" where it is not known.
    """
    row = _existing(session, sheet) or _issued(session, now, sheet)
    shown = grouped(row.code)
    return CheckMark(shown, f"{public_url}{PATH}{shown}" if public_url else "")


def verify(session: Session, typed: str) -> Verified | None:
    """What a document with that code is; None for a code that was never issued."""
    code = read(typed)
    row = check_codes.by_code(session, code) if code else None
    if row is None:
        return None
    form = session.get(SelfEvaluation, row.self_evaluation_id) if row.self_evaluation_id else None
    same = form is not None and form.is_current and _hash(session, form) == row.content_hash
    points = standards.get(row.standard, row.edition).points
    return Verified(
        verdict=Verdict.GENUINE if same else Verdict.CHANGED,
        code=grouped(row.code),
        project=row.project,
        unit=row.unit,
        fiscal_year=row.fiscal_year,
        revision=row.revision,
        total=points.shown(row.total),
        full=points.shown(row.full),
        grade=row.grade,
        state_then=row.state,
        state_now=form.state if form else "",
        superseded=form is not None and not form.is_current,
        region_code=row.region_code,
        issued_at=row.issued_at,
    )


def _existing(session: Session, sheet: FormSheet) -> CheckCode | None:
    return check_codes.of_version(session, sheet.form.id, sheet.form.version)


def _issued(session: Session, now: datetime, sheet: FormSheet) -> CheckCode:
    form = sheet.form
    row = CheckCode(
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        code="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
        self_evaluation_id=form.id,
        version=form.version,
        revision=form.revision,
        content_hash=form_contents.printed_hash(sheet),
        project=sheet.project.name,
        unit=sheet.unit.name,
        state=form.state,
        total=sheet.sheet.total,
        full=sheet.sheet.full,
        grade=sheet.sheet.grade,
        standard=form.standard,
        edition=form.edition,
        issued_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raced = _existing(session, sheet)
        if raced is None:
            raise
        return raced
    return row


def _hash(session: Session, form: SelfEvaluation) -> str:
    return form_contents.printed_hash(load(session, form, frozenset()))
