"""The cells of one form while it is held for writing: what each shows, and putting texts in."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from app.db import cell_drafts, fund_lines, goals, indicator_lines
from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import Change
from app.domain.money import read_amount
from app.domain.numbers import NotANumber, plain
from app.errors import NotFound
from app.services import drafts, standards
from app.services.entries import FundEntry, LineEntry
from app.services.filling import write_fund, write_goal, write_line

LINE_COLUMNS = frozenset(item.name for item in fields(LineEntry))
FUND_COLUMNS = frozenset(item.name for item in fields(FundEntry))
ACHIEVED = "/achieved"


class Board:
    """Every cell by its path: /lines/12/actual, /funds/other/executed, /achieved."""

    def __init__(self, session: Session, form: SelfEvaluation) -> None:
        self._session, self._form = session, form
        self._lines = {line.id: line for line in indicator_lines.of_form(session, form.id)}
        self._funds = {fund.source: fund for fund in fund_lines.of_form(session, form.id)}
        self._goal = goals.of_form(session, form.id)[0]
        self._drafts = {row.path: row.text for row in cell_drafts.of_form(session, form.id)}
        self._standard = standards.get(form.standard, form.edition)

    def shown(self, path: str) -> str:
        """The text that the cell shows: its draft, else what is stored; raises NotFound."""
        row, column = self._row(path)
        if path in self._drafts:
            return self._drafts[path]
        value = getattr(row, column)
        return plain(value) if isinstance(value, Decimal) else value or ""

    def shown_all(self, paths: Iterable[str]) -> dict[str, str]:
        """What the cells show, and those that change with them: a new tier takes old points away.

        Raises NotFound.
        """
        found = {}
        for path in paths:
            found[path] = self.shown(path)
            row, _, column = path.rpartition("/")
            if column == "actual":
                found.setdefault(f"{row}/judged", self.shown(f"{row}/judged"))
        return found

    def same(self, path: str, one: str, other: str) -> bool:
        """Whether two texts of a cell say the same: figures by value, words by letter."""
        first, second = _words(one), _words(other)
        if first == second:
            return True
        column = path.rpartition("/")[2]
        if column in FUND_COLUMNS or column == "judged":
            values = _figure(first), _figure(second)
            return None not in values and values[0] == values[1]
        return False

    def put(
        self, actor: Actor, now: datetime, texts: Mapping[str, str]
    ) -> tuple[tuple[Change, ...], frozenset[str]]:
        """Put texts into cells by path; what changed, and the cells that could only keep a draft.

        A text that already stands there, as a value or as a draft, changes nothing.
        """
        year = self._form.fiscal_year
        unfit = {
            path: text
            for path, text in texts.items()
            if drafts.problems(path, text, self._lines, self._standard, year)
        }
        fit = {path: text for path, text in texts.items() if path not in unfit}
        kept = drafts.keep(self._session, actor, now, self._form, unfit)
        kept += drafts.cleared(self._session, self._form.id, fit.keys())
        for row in drafts.touched_rows(kept):
            self._row_of(row).version += 1
        changed = self._write(fit)
        self._drafts.update({path: drafts.storable(text) for path, text in unfit.items()})
        for path in fit:
            self._drafts.pop(path, None)
        return changed + kept, frozenset(unfit)

    def _write(self, texts: Mapping[str, str]) -> tuple[Change, ...]:
        by_row: dict[str, dict[str, str]] = {}
        for path, text in texts.items():
            place, _, column = path.rpartition("/")
            by_row.setdefault(place, {})[column] = text
        changed: tuple[Change, ...] = ()
        for path, cells in by_row.items():
            found = self._row_of(path)
            if isinstance(found, IndicatorLine):
                changed += write_line(found, LineEntry(**cells))
            elif isinstance(found, FundLine):
                changed += write_fund(found, FundEntry(**cells))
            else:
                changed += write_goal(found, cells["achieved"])
        return changed

    def _row(self, path: str) -> tuple[IndicatorLine | FundLine | Goal, str]:
        """The row that holds a cell, and the cell's column."""
        row, _, column = path.rpartition("/")
        found = self._row_of(row)
        columns = {IndicatorLine: LINE_COLUMNS, FundLine: FUND_COLUMNS, Goal: {"achieved"}}
        if column not in columns[type(found)]:
            raise NotFound
        return found, column

    def _row_of(self, row: str) -> IndicatorLine | FundLine | Goal:
        group, _, key = row.strip("/").partition("/")
        found: IndicatorLine | FundLine | Goal | None = None
        if group == "lines" and key.isascii() and key.isdigit() and len(key) < 19:
            found = self._lines.get(int(key))
        elif group == "funds":
            found = self._funds.get(key)
        elif not row:
            found = self._goal
        if found is None:
            raise NotFound
        return found


def _words(text: str) -> str:
    return drafts.storable(text.replace("\r\n", "\n").strip())


def _figure(text: str) -> Decimal | None:
    try:
        return read_amount(text, "元") if text else None
    except NotANumber:
        return None
