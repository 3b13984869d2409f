"""The page of one import (导入预览): problems and changes, a part at a time."""

from dataclasses import dataclass
from datetime import datetime

from app.db.imports import Import
from app.domain.imports import EFFECT_LABELS, Effect, ImportState, Report, RowEffect, RowProblem
from app.services.import_kinds import FILLED
from app.views.history import ChangedCell
from app.views.states import StateView

PROBLEMS = "problems"
PART = 100
TONES = {Effect.NEW: "ok", Effect.CHANGED: "primary", Effect.UNCHANGED: ""}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the report is asked for: of what kind, from which place on."""

    show: str = ""
    start: int = 0


@dataclass(frozen=True, slots=True)
class Tab:
    """One part that can be shown, with how many rows it has."""

    name: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What one row does."""

    place: str
    label: str
    tone: str
    key: str
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One thing to mend."""

    place: str
    heading: str
    value: str
    expected: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """导入预览 or its result; `applicable` offers to let it, `again` to compare anew.

    `waiting` is how many accounts have no password yet.
    """

    id: int
    version: int
    kind: str
    file_name: str
    state: StateView
    created_at: datetime
    created_by: str
    applied_at: datetime | None
    applied_by: str
    tabs: tuple[Tab, ...]
    problems: tuple[ProblemRow, ...]
    effects: tuple[EffectRow, ...]
    left_out: tuple[str, ...]
    before: int
    after: int
    show: str
    applicable: bool
    again: bool
    nothing: bool
    filled: bool
    waiting: int
    message: str


def import_page(
    row: Import,
    report: Report,
    asked: Asked,
    *,
    kind: str,
    state: StateView,
    waiting: int,
    message: str,
) -> ImportPage:
    """The page of an import; a part that is not there is the first that is."""
    counts = _counts(report)
    show, start = asked.show if asked.show in counts else _first(counts), max(0, asked.start)
    problems, effects = _part(report, show, start)
    ready = row.state == ImportState.READY
    return ImportPage(
        id=row.id,
        version=row.version,
        kind=kind,
        file_name=row.file_name,
        state=state,
        created_at=row.created_at,
        created_by=row.created_by,
        applied_at=row.applied_at,
        applied_by=row.applied_by,
        tabs=_tabs(counts, show),
        problems=tuple(map(_problem, problems)),
        effects=tuple(map(_effect, effects)),
        left_out=report.left_out,
        before=max(0, start - PART) if start else -1,
        after=start + PART if counts[show] > start + PART else -1,
        show=show,
        applicable=ready and row.added + row.changed > 0,
        again=row.state != ImportState.APPLIED,
        nothing=ready and row.added + row.changed == 0,
        filled=row.kind == FILLED.name,
        waiting=waiting,
        message=message,
    )


def _part(report: Report, show: str, start: int) -> tuple[tuple[RowProblem, ...], list[RowEffect]]:
    """The problems or the effects that are shown, from a place on."""
    effects = [effect for effect in report.effects if effect.effect == show]
    problems = report.problems if show == PROBLEMS else ()
    return problems[start : start + PART], effects[start : start + PART]


def _counts(report: Report) -> dict[str, int]:
    counts: dict[str, int] = {PROBLEMS: len(report.problems)}
    return counts | {effect: report.count(effect) for effect in Effect}


def _first(counts: dict[str, int]) -> str:
    """What matters most of what there is."""
    order = (PROBLEMS, Effect.CHANGED, Effect.NEW, Effect.UNCHANGED)
    return next((name for name in order if counts[name]), PROBLEMS)


def _tabs(counts: dict[str, int], show: str) -> tuple[Tab, ...]:
    labels: dict[str, str] = {PROBLEMS: "问题"} | {**EFFECT_LABELS}
    return tuple(Tab(name, labels[name], counts[name], name == show) for name in counts)


def _effect(item: RowEffect) -> EffectRow:
    effect = Effect(item.effect)
    return EffectRow(
        place=_place(item.sheet, item.row),
        label=EFFECT_LABELS[effect],
        tone=TONES[effect],
        key=item.key,
        cells=tuple(
            ChangedCell(change.field, change.before or "", change.after or "")
            for change in item.changes
        ),
    )


def _problem(item: RowProblem) -> ProblemRow:
    return ProblemRow(
        place=_place(item.sheet, item.row, item.column),
        heading=item.heading,
        value=item.value,
        expected=item.expected,
        message=item.message,
    )


def _place(sheet: str, row: int, column: str = "") -> str:
    if not row:
        return f"{sheet} 整张表".strip()
    return f"{sheet} {column}{row}".strip() if column else f"{sheet} 第 {row} 行".strip()
