"""Stored scores as they travel, printed as their edition prints points."""

from collections.abc import Iterable
from decimal import Decimal

from app.db.indicator_lines import IndicatorLine
from app.db.scores import StoredScore
from app.db.self_evaluations import SelfEvaluation
from app.domain.standards import Standard
from app.schemas.scores import ListedScoreOut, ScoreLineOut, ScoreOut
from app.schemas.scorings import Level2SubtotalOut, SubtotalOut
from app.services import standards
from app.services.scores import FormScore
from app.services.self_evaluations import ListedForm

ZERO = Decimal(0)


def listed_score_out(item: ListedForm) -> ListedScoreOut:
    """The score of a listed form; a form is scored when it is opened, so it has one."""
    if item.score is None:
        raise LookupError(f"form {item.form.id} has no stored score")
    standard = standards.get(item.form.standard, item.form.edition)
    return _head(item.form, item.score, standard)


def score_out(found: FormScore) -> ScoreOut:
    """The score of a form with its subtotals and lines."""
    head = _head(found.form, found.score, found.standard)
    return ScoreOut(
        **head.model_dump(),
        edition_hash=found.form.edition_hash,
        subtotals=_subtotals(found),
        indicators=[_line(line, found.standard) for line in found.lines],
    )


def _head(form: SelfEvaluation, score: StoredScore, standard: Standard) -> ListedScoreOut:
    shown = standard.points.shown
    return ListedScoreOut(
        id=form.id,
        project_id=form.project_id,
        organisation_id=form.organisation_id,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        state=form.state,
        standard=form.standard,
        edition=form.edition,
        total=shown(score.total),
        full=shown(score.full),
        grade=score.grade,
        rate=score.rate_shown or None,
        execution_points=shown(score.execution_points),
        execution_full=shown(score.execution_full),
        errors=score.errors,
        warnings=score.warnings,
        version=form.version,
    )


def _line(line: IndicatorLine, standard: Standard) -> ScoreLineOut:
    shown = standard.points.shown
    return ScoreLineOut(
        id=line.id,
        level1=line.level1,
        level2=line.level2,
        name=line.name,
        full=None if line.full is None else shown(line.full),
        points=shown(line.points),
        met=line.met,
        because=line.because,
        rule=line.rule_used,
        kind=line.kind,
    )


def _subtotals(found: FormScore) -> list[SubtotalOut]:
    """小计 in the order of the form, the same as the sheet's own."""
    shown = found.standard.points.shown
    grouped = _grouped(found.lines)
    return [
        SubtotalOut(
            level1=level1,
            full=shown(_full(line for lines in below.values() for line in lines)),
            points=shown(_points(line for lines in below.values() for line in lines)),
            children=[
                Level2SubtotalOut(
                    level2=level2, full=shown(_full(lines)), points=shown(_points(lines))
                )
                for level2, lines in below.items()
            ],
        )
        for level1, below in grouped.items()
    ]


def _grouped(lines: Iterable[IndicatorLine]) -> dict[str, dict[str, list[IndicatorLine]]]:
    groups: dict[str, dict[str, list[IndicatorLine]]] = {}
    for line in lines:
        groups.setdefault(line.level1, {}).setdefault(line.level2, []).append(line)
    return groups


def _full(lines: Iterable[IndicatorLine]) -> Decimal:
    return sum((line.full or ZERO for line in lines), ZERO)


def _points(lines: Iterable[IndicatorLine]) -> Decimal:
    return sum((line.points for line in lines), ZERO)
