"""A stored form as it travels: the rows, the score beside each, and the tags that guard them."""

from decimal import Decimal

from app.api.etags import Tag
from app.db.indicator_lines import IndicatorLine
from app.db.organisations import Organisation
from app.db.projects import Project
from app.domain.findings import Finding, Severity
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.lines import Line
from app.domain.workflow import LABELS, State
from app.schemas.scored import execution_of, finding_of, scored_line_of, subtotal_of
from app.schemas.self_evaluations import (
    AnsweredFindingOut,
    FilingTermOut,
    FundOut,
    GoalOut,
    LineOut,
    ListedFormOut,
    NamedOut,
    SelfEvaluationOut,
    SummaryOut,
)
from app.services import standards
from app.services.filing_terms import Filing
from app.services.form_sheets import FormSheet
from app.services.self_evaluations import ListedForm

ZERO = Decimal(0)
FORM, LINE, GOAL = "self-evaluation", "line", "goal"


def form_tag(sheet: FormSheet) -> Tag:
    """The tag of a whole form: its version, and what else it shows."""
    department = sheet.department
    return Tag(
        FORM,
        sheet.form.id,
        sheet.form.version,
        (
            sheet.project.version,
            sheet.unit.version,
            department.version if department else 0,
            sheet.sheet.form.registered,
            sheet.standard.digest,
            *((sheet.filing.task.version, sheet.filing.due_on) if sheet.filing else ()),
            *sorted(sheet.allowed),
        ),
    )


def line_tag(line: IndicatorLine) -> Tag:
    """The tag of one indicator line."""
    return Tag(LINE, line.id, line.version)


def fund_kind(source: str) -> str:
    """What the tag of a fund row is called: a form has one row a source."""
    return f"fund-{source}"


def fund_tag(sheet: FormSheet, index: int) -> Tag:
    """The tag of one fund row."""
    fund = sheet.funds[index]
    return Tag(fund_kind(fund.source), sheet.form.id, fund.version)


def goal_tag(sheet: FormSheet) -> Tag:
    """The tag of the annual goal."""
    return Tag(GOAL, sheet.form.id, sheet.goal.version)


def form_out(sheet: FormSheet) -> SelfEvaluationOut:
    """The form whole."""
    form, scored, standard = sheet.form, sheet.sheet, sheet.standard
    return SelfEvaluationOut(
        id=form.id,
        project=named_out(sheet.project),
        unit=named_out(sheet.unit),
        department=named_out(sheet.department) if sheet.department else None,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        revision=form.revision,
        supersedes_id=form.supersedes_id,
        is_current=form.is_current,
        state=form.state,
        state_label=LABELS[State(form.state)],
        allowed=sorted(sheet.allowed),
        standard=form.standard,
        edition=form.edition,
        edition_hash=form.edition_hash,
        due_on=form.due_on,
        filing=filing_out(sheet.filing),
        created_at=form.created_at,
        updated_at=form.updated_at,
        submitted_at=form.submitted_at,
        receipt=form.receipt,
        returned_reason=form.returned_reason,
        expected=sheet.goal.expected,
        achieved=sheet.goal.achieved,
        goal_etag=str(goal_tag(sheet)),
        funds=[total_out(sheet), *(fund_out(sheet, index) for index in range(len(sheet.funds)))],
        execution=execution_of(scored),
        indicators=lines_out(sheet),
        subtotals=[subtotal_of(subtotal, standard) for subtotal in scored.subtotals],
        total=standard.points.shown(scored.total),
        full=standard.points.shown(scored.full),
        grade=scored.grade,
        determined=scored.determined,
        findings=[answered_out(finding, sheet) for finding in scored.findings],
        version=form.version,
    )


def filing_out(filing: Filing | None) -> FilingTermOut | None:
    """What a task asks of a form, None where none does."""
    if filing is None:
        return None
    task, term = filing.task, filing.term
    return FilingTermOut(
        task_id=task.id,
        title=task.title,
        opens=term.opens,
        due=term.due,
        closes=term.closes,
        extended=term.extended,
        ended=term.ended,
        waived=filing.waived,
    )


def named_out(row: Project | Organisation) -> NamedOut:
    """Another resource by its name."""
    return NamedOut(id=row.id, code=row.code, name=row.name)


def goal_out(sheet: FormSheet) -> GoalOut:
    """Expected and achieved."""
    goal = sheet.goal
    return GoalOut(
        expected=goal.expected,
        achieved=goal.achieved,
        version=goal.version,
        etag=str(goal_tag(sheet)),
    )


def total_out(sheet: FormSheet) -> FundOut:
    """The total row: the sum of the sources, never stored."""
    return FundOut(
        source=FundSource.TOTAL,
        label=SOURCE_LABELS[FundSource.TOTAL],
        initial=sum((fund.initial for fund in sheet.funds), ZERO),
        adjusted=sum((fund.adjusted for fund in sheet.funds), ZERO),
        executed=sum((fund.executed for fund in sheet.funds), ZERO),
        rate=sheet.sheet.execution.rate_shown or None,
        version=None,
        etag=None,
    )


def fund_out(sheet: FormSheet, index: int) -> FundOut:
    """One fund source; its rate stands behind the total's."""
    fund = sheet.funds[index]
    return FundOut(
        source=fund.source,
        label=SOURCE_LABELS[FundSource(fund.source)],
        initial=fund.initial,
        adjusted=fund.adjusted,
        executed=fund.executed,
        rate=sheet.sheet.execution.sources[index + 1].rate_shown or None,
        version=fund.version,
        etag=str(fund_tag(sheet, index)),
    )


def lines_out(sheet: FormSheet) -> list[LineOut]:
    """Every line with its score."""
    pairs = zip(sheet.lines, sheet.sheet.lines, strict=True)
    return [line_out(line, scored, sheet) for line, scored in pairs]


def line_out(line: IndicatorLine, scored: Line, sheet: FormSheet) -> LineOut:
    """One line with its score."""
    return LineOut(
        **scored_line_of(scored, sheet.standard).model_dump(),
        id=line.id,
        position=line.position,
        level3=line.level3,
        code=line.code,
        target=line.target,
        actual=line.actual,
        judged=line.judged,
        reason=line.reason,
        version=line.version,
        etag=str(line_tag(line)),
    )


def answered_out(finding: Finding, sheet: FormSheet) -> AnsweredFindingOut:
    """A finding with the reason given for it."""
    answer = sheet.answers.get((finding.code, finding.path), "")
    return AnsweredFindingOut(**finding_of(finding).model_dump(), answer=answer)


def summary_out(sheet: FormSheet) -> SummaryOut:
    """The form in short."""
    scored, shown = sheet.sheet, sheet.standard.points.shown
    weights = [finding.severity for finding in scored.findings]
    return SummaryOut(
        id=sheet.form.id,
        version=sheet.form.version,
        etag=str(form_tag(sheet)),
        total=shown(scored.total),
        full=shown(scored.full),
        grade=scored.grade,
        determined=scored.determined,
        errors=weights.count(Severity.ERROR),
        warnings=weights.count(Severity.WARNING),
    )


def listed_out(item: ListedForm) -> ListedFormOut:
    """A form as a list shows it; the total is printed as its edition prints points."""
    form, score = item.form, item.score
    shown = standards.get(form.standard, form.edition).points.shown
    return ListedFormOut(
        id=form.id,
        project=named_out(item.project),
        unit=named_out(item.unit),
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        revision=form.revision,
        state=form.state,
        state_label=LABELS[State(form.state)],
        due_on=form.due_on,
        days_left=item.days_left,
        total=shown(score.total) if score else None,
        grade=score.grade if score else None,
        errors=score.errors if score else 0,
        warnings=score.warnings if score else 0,
        version=form.version,
    )


def listed_seen(item: ListedForm) -> tuple[object, ...]:
    """What a listed form shows besides itself."""
    score = item.score
    return (
        item.form.id,
        item.form.version,
        item.project.version,
        item.unit.version,
        item.days_left,
        score.errors if score else None,
        score.warnings if score else None,
    )
