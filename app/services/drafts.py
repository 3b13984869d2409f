"""Drafts of cells: what was typed and cannot be scored stays in its cell, with the reason why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import cell_drafts
from app.db.cell_drafts import CellDraft
from app.db.fund_lines import FundLine
from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import Change
from app.domain.findings import Finding, Severity
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.standards import Standard
from app.errors import Problem
from app.services import entries
from app.services.entries import FundEntry, LineEntry

CODE = "unscored"
# Since it was typed the rule has come to accept it; only its writer can say that it is meant.
AGAIN = "还没有计分，请重新填写一次"


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a cell that is not scored, and what is wrong with it."""

    text: str
    message: str


def problems(
    path: str,
    text: str,
    lines: Mapping[int, IndicatorLine],
    standard: Standard,
    year: int,
) -> tuple[Problem, ...]:
    """Why a cell of a form cannot hold a text; empty when it can."""
    head, *rest = path.strip("/").split("/")
    if head == "lines":
        line = lines[int(rest[0])]
        entry = LineEntry(**{rest[1]: text})
        return tuple(entries.line_problems(entry, line, year, standard))
    if head == "funds":
        label = SOURCE_LABELS[FundSource(rest[0])]
        return tuple(entries.fund_problems(FundEntry(**{rest[1]: text}), label))
    return tuple(entries.text_problems(text, "achieved", "实际完成情况", path))


def of_form(
    session: Session,
    form: SelfEvaluation,
    lines: Sequence[IndicatorLine],
    standard: Standard,
) -> dict[str, Draft]:
    """The drafts of a form by their cell's path, each judged by the rules as they are now."""
    by_id, found = {line.id: line for line in lines}, {}
    for row in cell_drafts.of_form(session, form.id):
        wrong = problems(row.path, row.text, by_id, standard, form.fiscal_year)
        found[row.path] = Draft(row.text, wrong[0].message if wrong else AGAIN)
    return found


def findings(
    drafts: Mapping[str, Draft], funds: Sequence[FundLine], lines: Sequence[IndicatorLine]
) -> tuple[Finding, ...]:
    """Each draft as an error of its form: it blocks the submission until the cell is mended."""
    places = {f"/lines/{line.id}": f"/indicators/{place}" for place, line in enumerate(lines)}
    places |= {f"/funds/{fund.source}": f"/funds/{place + 1}" for place, fund in enumerate(funds)}
    return tuple(
        Finding(CODE, Severity.ERROR, _place(path, places), draft.message, given=draft.text[:200])
        for path, draft in drafts.items()
    )


def keep(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    texts: Mapping[str, str],
) -> tuple[Change, ...]:
    """Keep texts that their cells cannot hold, by path; what changed by it."""
    stored = {row.path: row for row in cell_drafts.of_cells(session, form.id, texts.keys())}
    changed = []
    for path, typed in texts.items():
        text = storable(typed)
        row = stored.get(path)
        if row is not None and row.text == text:
            continue
        changed.append(_change(path, row.text if row else None, text))
        row = row or CellDraft(
            self_evaluation_id=form.id,
            region_code=form.region_code,
            fiscal_year=form.fiscal_year,
            path=path,
            text=text,
            written_by=actor.name,
            written_at=now,
        )
        row.text, row.written_by, row.written_at = text, actor.name, now
        session.add(row)
    session.flush()
    return tuple(changed)


def cleared(session: Session, form_id: int, paths: Collection[str]) -> tuple[Change, ...]:
    """Drop the drafts of cells that now hold something else; what changed by it."""
    gone = cell_drafts.of_cells(session, form_id, paths)
    for row in gone:
        session.delete(row)
    session.flush()
    return tuple(_change(row.path, row.text, None) for row in gone)


def storable(text: str) -> str:
    """The text without what no database column takes, a mark in place of each such character."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def touched_rows(changes: Iterable[Change]) -> set[str]:
    """The rows whose drafts changed: /lines/12, /funds/other, ""."""
    return {change.field.removeprefix("/drafts").rpartition("/")[0] for change in changes}


def _place(path: str, places: Mapping[str, str]) -> str:
    row, _, column = path.rpartition("/")
    return f"{places[row]}/{column}" if row else path


def _change(path: str, before: str | None, after: str | None) -> Change:
    return Change(f"/drafts{path}", before, after)
