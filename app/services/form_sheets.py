"""A stored form with its score: rows in, the domain's sheet out, and the score written back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.db import (
    attachments,
    budgets,
    finding_answers,
    fund_lines,
    goals,
    indicator_lines,
    regions,
    remarks,
    scores,
    self_evaluations,
)
from app.db.attachments import Attachment
from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.remarks import Remark
from app.db.scores import StoredScore
from app.db.self_evaluations import SelfEvaluation
from app.domain.filing_tasks import local_day
from app.domain.findings import Severity
from app.domain.forms import Form, FundRow, FundSource, IndicatorRow, Registered
from app.domain.numbers import plain
from app.domain.scoring import score_form
from app.domain.sheet import Sheet
from app.domain.standards import Standard
from app.domain.workflow import Action
from app.services import drafts, filing_terms, standards
from app.services.drafts import Draft
from app.services.filing_terms import Filing

ZERO = Decimal(0)
SOURCES = (FundSource.APPROPRIATION, FundSource.CARRIED_OVER, FundSource.OTHER)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A form whole: its rows, its score and findings, and what the actor may do now.

    `sheet.lines[i]` is `lines[i]`; `sheet.funds[0]` is the computed total and
    `sheet.funds[i + 1]` is `funds[i]`, so that a finding's path names its row.
    `answers` holds the reasons given for warnings by (code, path); `remarks` are what
    reviewers pinned to its cells, `attachments` the evidence at the form and at its lines,
    `filing` what a task asks of it; its days are judged in `zone`. `drafts` are texts that their
    cells (/lines/12/actual) cannot hold: each is an error among the findings, and not scored.
    `outdated` tells whoever fills it in what is declared or budgeted otherwise by now; only its
    own page asks for that.
    """

    form: SelfEvaluation
    project: Project
    unit: Organisation
    department: Organisation | None
    funds: tuple[FundLine, ...]
    goal: Goal
    lines: tuple[IndicatorLine, ...]
    standard: Standard
    sheet: Sheet
    answers: dict[tuple[str, str], str]
    allowed: frozenset[Action]
    zone: ZoneInfo
    remarks: tuple[Remark, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    filing: Filing | None = None
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    outdated: str = ""

    def today(self, now: datetime) -> date:
        """The day that it is at a moment where the form is filled in."""
        return local_day(now, self.zone)


def load(session: Session, form: SelfEvaluation, allowed: frozenset[Action]) -> FormSheet:
    """Read a form's rows and score them; the stored score is not consulted."""
    project = session.get_one(Project, form.project_id)
    unit = session.get_one(Organisation, form.organisation_id)
    department = session.get(Organisation, unit.parent_id) if unit.parent_id else None
    stored = {line.source: line for line in fund_lines.of_form(session, form.id)}
    funds = tuple(stored[source] for source in SOURCES)
    goal = goals.of_form(session, form.id)[0]
    lines = tuple(indicator_lines.of_form(session, form.id))
    standard = standards.get(form.standard, form.edition)
    registered = _registered(session, form)
    filled = _form(form, project, unit, funds, goal, lines, registered)
    kept = drafts.of_form(session, form, lines, standard)
    answers = finding_answers.of_form(session, form.id)
    return FormSheet(
        form=form,
        project=project,
        unit=unit,
        department=department,
        funds=funds,
        goal=goal,
        lines=lines,
        standard=standard,
        sheet=_with_drafts(score_form(filled, standard), kept, funds, lines),
        answers={(answer.code, answer.path): answer.reason for answer in answers},
        allowed=allowed,
        zone=regions.zone(session, form.region_code),
        remarks=_remarks(session, form, allowed),
        attachments=tuple(attachments.of_form(session, form.id)),
        filing=filing_terms.of_form(session, form),
        drafts=kept,
    )


def store_score(session: Session, loaded: FormSheet, now: datetime) -> None:
    """Write a sheet's points beside its rows, in the transaction that changed the rows."""
    for line, scored in zip(loaded.lines, loaded.sheet.lines, strict=True):
        line.points, line.because = scored.scored.points, scored.scored.because
        line.rule_used, line.met = scored.scored.rule, scored.scored.met
        line.direction, line.inferred = scored.scored.direction, scored.scored.inferred
        line.kind, line.reason_required = scored.scored.kind, scored.reason_required
        session.add(line)
    stored = scores.of_form(session, loaded.form.id)
    session.add(_score_row(loaded, stored, now))
    session.flush()


def follow_accounts(session: Session, now: datetime, project_id: int, fiscal_year: int) -> None:
    """After a change in the accounts: the form of that project and year is examined again.

    Its amounts stay as filled in; what check D3 says of them may be another thing now, so
    the form gets a new version and whoever polls its score learns of it.
    """
    form = self_evaluations.current(session, project_id, fiscal_year)
    if form is not None:
        form.version += 1
        session.flush()
        store_score(session, load(session, form, frozenset()), now)


def carry_score(session: Session, form: SelfEvaluation) -> None:
    """The stored score holds for the form's new version too: only its state moved."""
    stored = scores.of_form(session, form.id)
    if stored is not None:
        stored.version = form.version
    session.flush()


def _with_drafts(
    sheet: Sheet,
    kept: Mapping[str, Draft],
    funds: tuple[FundLine, ...],
    lines: tuple[IndicatorLine, ...],
) -> Sheet:
    """The sheet whose findings tell of unscored texts too, before all others."""
    if not kept:
        return sheet
    return replace(sheet, findings=(*drafts.findings(kept, funds, lines), *sheet.findings))


def _remarks(
    session: Session, form: SelfEvaluation, allowed: frozenset[Action]
) -> tuple[Remark, ...]:
    """Those of decided reviews for everyone, those of one under way for its reviewers."""
    if form.receipt is None:
        return ()
    return tuple(remarks.of_form(session, form.id, undecided=Action.REVIEW in allowed))


def _score_row(loaded: FormSheet, stored: StoredScore | None, now: datetime) -> StoredScore:
    form, sheet = loaded.form, loaded.sheet
    figures: dict[str, Any] = {
        "version": form.version,
        "total": sheet.total,
        "full": sheet.full,
        "execution_points": sheet.execution.points,
        "execution_full": sheet.execution.full,
        "rate_shown": sheet.execution.rate_shown,
        "grade": sheet.grade,
        "errors": _count(sheet, Severity.ERROR),
        "warnings": _count(sheet, Severity.WARNING),
        "computed_at": now,
    }
    if stored is None:
        return StoredScore(
            self_evaluation_id=form.id,
            region_code=form.region_code,
            fiscal_year=form.fiscal_year,
            **figures,
        )
    for name, value in figures.items():
        setattr(stored, name, value)
    return stored


def _count(sheet: Sheet, severity: Severity) -> int:
    return sum(finding.severity is severity for finding in sheet.findings)


def _form(
    form: SelfEvaluation,
    project: Project,
    unit: Organisation,
    funds: tuple[FundLine, ...],
    goal: Goal,
    lines: tuple[IndicatorLine, ...],
    registered: Registered | None,
) -> Form:
    return Form(
        fiscal_year=form.fiscal_year,
        last_year=project.last_year,
        project=project.name,
        unit=unit.name,
        expected=goal.expected,
        achieved=goal.achieved,
        funds=(_total(funds), *(_fund_row(line) for line in funds)),
        indicators=tuple(_indicator_row(line) for line in lines),
        registered=registered,
    )


def _total(funds: tuple[FundLine, ...]) -> FundRow:
    sums = {
        column: plain(sum((getattr(line, column) for line in funds), ZERO))
        for column in ("initial", "adjusted", "executed")
    }
    return FundRow(source=FundSource.TOTAL, **sums)


def _fund_row(line: FundLine) -> FundRow:
    return FundRow(
        source=line.source,
        initial=plain(line.initial),
        adjusted=plain(line.adjusted),
        executed=plain(line.executed),
    )


def _indicator_row(line: IndicatorLine) -> IndicatorRow:
    return IndicatorRow(
        level1=line.level1,
        level2=line.level2,
        level3=line.level3,
        name=line.name,
        code=line.code,
        target=line.target,
        actual=line.actual,
        full="" if line.full is None else plain(line.full),
        points="" if line.judged is None else plain(line.judged),
        reason=line.reason,
        rule=line.rule,
        parameters=json.loads(line.parameters) if line.parameters else {},
    )


def _registered(session: Session, form: SelfEvaluation) -> Registered | None:
    """What the accounts hold for the project and year; None when they hold nothing."""
    rows = budgets.of_year(session, form.project_id, form.fiscal_year)
    if not rows:
        return None
    adjusted = sum((row.adjusted for row in rows), ZERO)
    return Registered(adjusted=adjusted, executed=sum((row.executed for row in rows), ZERO))
