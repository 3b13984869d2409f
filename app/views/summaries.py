"""The right panel of a form: total, execution, weights allotted, findings by severity."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.findings import Finding, Severity
from app.domain.numbers import plain
from app.services.form_sheets import FormSheet
from app.views.forms import Cell, Entered
from app.views.states import grade_tone

SEVERITIES = {
    Severity.ERROR: ("须更正", "circle-alert"),
    Severity.WARNING: ("须说明", "triangle-alert"),
    Severity.INFO: ("供参考", "info"),
}
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding: what it says, the cell it speaks of, and the reason given to it."""

    code: str
    path: str
    message: str
    anchor: str
    answered: str
    answer: Cell
    answerable: bool


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one severity, in the order of the form."""

    severity: str
    label: str
    icon: str
    count: int
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class SummaryView:
    """What the panel shows; points are written with the decimals of the edition."""

    total: str
    full: str
    determined: bool
    grade: str
    grade_tone: str
    rate: str
    execution_points: str
    execution_full: str
    execution_because: str
    allotted: str
    allotted_of: str
    allotted_right: bool
    allotted_width: str
    standard: str
    standard_code: str
    blocked: bool
    unanswered: bool
    groups: tuple[FindingGroup, ...]


def summary_view(form: FormSheet, editable: bool, entered: Entered) -> SummaryView:
    """The panel of a form, from its scored sheet."""
    sheet, standard = form.sheet, form.standard
    groups = tuple(_group(severity, form, editable, entered) for severity in SEVERITIES)
    return SummaryView(
        total=standard.points.shown(sheet.total),
        full=standard.points.shown(sheet.full),
        determined=sheet.determined,
        grade=sheet.grade,
        grade_tone=grade_tone(standard, sheet.grade) if sheet.determined else "neutral",
        rate=sheet.execution.rate_shown,
        execution_points=standard.points.shown(sheet.execution.points),
        execution_full=plain(sheet.execution.full),
        execution_because=sheet.execution.because,
        allotted=plain(sheet.full),
        allotted_of=plain(standard.full),
        allotted_right=sheet.full == standard.full,
        allotted_width=plain(min(sheet.full / standard.full, Decimal(1)) * WHOLE),
        standard=standard.title,
        standard_code=f"{standard.standard}/{standard.edition}",
        blocked=any(group.count for group in groups if group.severity == Severity.ERROR),
        unanswered=any(
            not finding.answered
            for group in groups
            if group.severity == Severity.WARNING
            for finding in group.findings
        ),
        groups=tuple(group for group in groups if group.count),
    )


def _group(severity: Severity, form: FormSheet, editable: bool, entered: Entered) -> FindingGroup:
    label, icon = SEVERITIES[severity]
    found = [item for item in form.sheet.findings if item.severity is severity]
    views = tuple(_finding(item, form, editable, entered) for item in found)
    return FindingGroup(severity.value, label, icon, len(views), views)


def _finding(finding: Finding, form: FormSheet, editable: bool, entered: Entered) -> FindingView:
    key = finding_key(finding.code, finding.path)
    given = form.answers.get((finding.code, finding.path), "")
    return FindingView(
        code=finding.code,
        path=finding.path,
        message=finding.message,
        anchor=anchor(finding.path, form),
        answered=given,
        answer=Cell(
            id=f"answer-{key}",
            name="reason",
            label="情况说明",
            value=entered.values.get(f"{key}.reason", given),
            message=entered.messages.get(f"{key}.reason", ""),
        ),
        answerable=editable and finding.severity is Severity.WARNING,
    )


def finding_key(code: str, path: str) -> str:
    """A finding's name within its form, fit for an element's id."""
    return f"{code}{path}".replace("/", "-")


def anchor(path: str, form: FormSheet) -> str:
    """The id of the cell that a finding's path points at; the form itself when it is none."""
    steps = path.strip("/").split("/")
    if len(steps) == 3 and steps[1].isdigit():
        group, index, column = steps[0], int(steps[1]), steps[2]
        rows: Mapping[str, list[str]] = {
            "indicators": [f"line-{line.id}" for line in form.lines],
            "funds": [f"fund-{row.source}" for row in form.sheet.form.funds],
        }
        if group in rows and index < len(rows[group]):
            return f"{rows[group][index]}-{column}"
    return ANCHORS.get(steps[0], "sheet-top")


ANCHORS = {
    "achieved": "achieved",
    "expected": "expected",
    "claimed": "summary",
    "indicators": "indicators",
    "funds": "funds",
}
