"""Last year's form (上年自评表) beside this year's: what it said, and words taken over from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from app.db import attachments, goals, indicator_lines, self_evaluations
from app.db.attachments import Attachment
from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.attachments import AttachmentPolicy
from app.domain.matching import Named, matched
from app.domain.workflow import Action
from app.errors import Conflict, NotFound, Problem, Unacceptable
from app.services import filling
from app.services.attachments import link, link_problems
from app.services.entries import FormEntry, LineEntry
from app.services.form_sheets import FormSheet
from app.services.self_evaluations import get_sheet, held

NONE_THERE = "这个项目没有可以查看的上年自评表，不能从上年复制。"
NOTHING = "还没有勾选要复制的内容，请勾选后再复制"


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A row of last year with its evidence."""

    line: IndicatorLine
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class LastYear:
    """Last year's form by the rows of this one: `lines` by this year's ids, `whole` of no row.

    `others` are rows that this year has no more.
    """

    form: SelfEvaluation
    achieved: str
    lines: Mapping[int, EarlierLine]
    others: tuple[EarlierLine, ...]
    whole: tuple[Attachment, ...]

    def placed(self) -> Iterator[tuple[int | None, Attachment]]:
        """Every file that has a place on this year's form, under None at the form whole."""
        yield from ((None, row) for row in self.whole)
        yield from ((line_id, row) for line_id, old in self.lines.items() for row in old.files)


@dataclass(frozen=True, slots=True)
class CopyEntry:
    """What is taken over: rows by this year's ids, files by last year's."""

    achieved: bool = False
    actuals: frozenset[int] = field(default_factory=frozenset)
    reasons: frozenset[int] = field(default_factory=frozenset)
    files: frozenset[int] = field(default_factory=frozenset)


def compare(session: Session, actor: Actor, form_id: int) -> tuple[FormSheet, LastYear | None]:
    """A form and last year's, None where the actor sees none; raises NotFound."""
    sheet = get_sheet(session, actor, form_id)
    return sheet, of_form(session, actor, sheet.form)


def of_form(session: Session, actor: Actor, form: SelfEvaluation) -> LastYear | None:
    """Last year's form of the same project within the actor's scope, row by row of this one."""
    known = self_evaluations.current(session, form.project_id, form.fiscal_year - 1, form.kind)
    earlier = known and self_evaluations.find(session, actor.scope, known.id)
    if earlier is None:
        return None
    files: dict[int | None, tuple[Attachment, ...]] = {}
    for row in attachments.of_form(session, earlier.id):
        files[row.line_id] = (*files.get(row.line_id, ()), row)
    ours = indicator_lines.of_form(session, form.id)
    theirs = indicator_lines.of_form(session, earlier.id)
    old = [EarlierLine(line, files.get(line.id, ())) for line in theirs]
    places = matched([named(line) for line in ours], [named(line) for line in theirs])
    return LastYear(
        form=earlier,
        achieved=goals.of_form(session, earlier.id)[0].achieved,
        lines={
            line.id: old[place]
            for line, place in zip(ours, places, strict=True)
            if place is not None
        },
        others=tuple(row for place, row in enumerate(old) if place not in places),
        whole=files.get(None, ()),
    )


def copy(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    entry: CopyEntry,
    policy: AttachmentPolicy,
) -> FormSheet:
    """Take over what was chosen, all of it or nothing; what stands in a chosen cell gives way.

    Raises NotFound, Forbidden, Conflict, VersionConflict, and Unacceptable with the pointers of
    a whole form, /lines/12/actual, or /files.
    """
    form = held(session, actor, form_id, Action.EDIT, version)
    earlier = of_form(session, actor, form)
    if earlier is None:
        raise Conflict(NONE_THERE)
    files = {row.id: (line_id, row) for line_id, row in earlier.placed()}
    if not entry.actuals | entry.reasons <= earlier.lines.keys() or not entry.files <= files.keys():
        raise NotFound
    kept = {row.key for row in attachments.of_form(session, form_id)}
    added = [files[key] for key in sorted(entry.files) if files[key][1].key not in kept]
    cells = _cells(earlier, entry)
    _refuse(session, form, cells, added, policy)
    sheet = filling.save_all(session, actor, now, form_id, version, cells)
    if added:
        link(session, actor, now, form, added)
    return sheet if not added else get_sheet(session, actor, form_id)


def named(line: IndicatorLine) -> Named:
    """What a row is known by from one year to the next."""
    return Named(line.code, line.level1, line.level2, line.name or line.level3)


def _cells(earlier: LastYear, entry: CopyEntry) -> FormEntry:
    chosen = sorted(entry.actuals | entry.reasons)
    lines = {
        key: LineEntry(
            actual=earlier.lines[key].line.actual if key in entry.actuals else None,
            reason=earlier.lines[key].line.reason if key in entry.reasons else None,
        )
        for key in chosen
    }
    return FormEntry(achieved=earlier.achieved if entry.achieved else None, lines=lines)


def _refuse(
    session: Session,
    form: SelfEvaluation,
    cells: FormEntry,
    added: list[tuple[int | None, Attachment]],
    policy: AttachmentPolicy,
) -> None:
    """Everything that is wrong, before anything is written."""
    lines = {line.id: line for line in indicator_lines.of_form(session, form.id)}
    problems = list(filling.form_problems(form, cells, lines))
    problems += link_problems(session, form, [row for _, row in added], policy) if added else ()
    if not (cells.lines or added or cells.achieved is not None):
        problems.append(Problem("/lines", NOTHING))
    if problems:
        raise Unacceptable(problems)
