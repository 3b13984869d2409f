"""What an import is made of: a kind of table, the planned effect of each row, its typed cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlmodel import Session

from app.domain.actors import Actor
from app.domain.audit import Change
from app.domain.import_columns import Column
from app.domain.imports import Effect
from app.domain.money import read_amount
from app.domain.numbers import NotANumber, plain, read_number
from app.domain.policies import Policy
from app.files import tables
from app.files.tables import Sheet
from app.services.audit import Act
from app.services.fields import Fields
from app.services.import_tables import Record, TableSet, understood

YES, NO = "是", "否"
FLAGS = {YES: True, NO: False}
ACTIVE = {"启用": True, "停用": False}
Shown = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one record would do: to which stored row, with which entry, each cell changed.

    `rows` are all rows of the file that it was read from; most kinds have one.
    """

    record: Record
    effect: Effect
    key: str
    entry: Any
    row: Any = None
    changes: tuple[Change, ...] = ()
    more: tuple[Record, ...] = ()

    @property
    def bound(self) -> tuple[object, ...]:
        """What the preview showed of it, and the stored row that it was decided on."""
        stored = (self.row.id, self.row.version) if self.row is not None else (None, None)
        changes = [(change.field, change.before, change.after) for change in self.changes]
        return (self.record.sheet, self.record.row, self.effect, self.key, *stored, changes)


@dataclass(frozen=True, slots=True)
class By:
    """Who applies an import, and when."""

    actor: Actor
    now: datetime


class Kind(Protocol):
    """One kind of file that can be imported."""

    name: str
    label: str
    policy: Policy
    columns: tuple[Column, ...]

    def read(self, content: bytes, /) -> tuple[Sheet, ...]:
        """The sheets of a file, read in a limited process; raises UnreadableFile, Busy."""

    def understood(self, sheets: Sequence[Sheet], now: datetime, /) -> TableSet:
        """The tables of the sheets; what is wrong with the sheets as such is noted in them."""

    def plan(
        self, session: Session, actor: Actor, tables: TableSet, *, hold: bool
    ) -> list[Planned]:
        """The effect of every record; problems are noted in the tables. `hold` locks rows."""

    def apply(self, session: Session, by: By, planned: Sequence[Planned], /) -> list[Act]:
        """Store what was planned; the acts to be recorded."""


class TableKind(Kind, Protocol):
    """A kind that is one plain table: what is stored can be taken out as such a table."""

    notes: tuple[str, ...]

    def rows(self, session: Session, actor: Actor) -> Iterator[tuple[str, ...]]:
        """What the actor sees of such records, as rows that the import reads back."""


class PlainTable:
    """What kinds with one heading row have in common."""

    columns: tuple[Column, ...]

    def read(self, content: bytes, /) -> tuple[Sheet, ...]:
        """The visible sheets as plain rows."""
        return tables.read(content)

    def understood(self, sheets: Sequence[Sheet], now: datetime, /) -> TableSet:
        """The sheets that have the headings of this kind."""
        return understood(sheets, self.columns, now)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one record read as values; what cannot be read is noted in the tables.

    An empty cell, or a column that the table has not, leaves the value as it is.
    """

    tables: TableSet
    record: Record

    def text(self, name: str, default: str = "") -> str:
        """The text of a cell."""
        return self.record.cells.get(name) or default

    def choice(self, name: str, labels: Mapping[str, Any], default: Any) -> Any:
        """One of a fixed list, by its label or its identifier."""
        text = self.text(name)
        if not text:
            return default
        known = {**{str(value): value for value in labels.values()}, **labels}
        if text not in known:
            self.problem(name, f"请从 {'、'.join(labels)} 中选择")
            return default
        return known[text]

    def year(self, name: str, default: int = 0) -> int:
        """A year, written with 年 or without."""
        text = self.text(name)
        if not text:
            return default
        try:
            value = read_number(text.removesuffix("年"))
        except NotANumber:
            value = Decimal(0)
        if value != value.to_integral_value() or not 0 < value < 10_000:
            self.problem(name, "请写四位年份，如 2024")
            return default
        return int(value)

    def amount(self, name: str, default: Decimal) -> Decimal:
        """An amount in 元, of a figure in the unit that the heading names."""
        text = self.text(name)
        unit = self.tables.unit(self.record, name)
        if not text or not unit:
            return default
        try:
            return read_amount(text, unit)
        except NotANumber:
            self.problem(name, f"请只填写数字，不写单位；这一列的单位是{unit}")
            return default

    def figure(self, name: str) -> Decimal | None:
        """A figure, None for an empty cell."""
        text = self.text(name)
        if not text:
            return None
        try:
            return read_number(text)
        except NotANumber:
            self.problem(name, "请只填写数字，如 10 或 12.5")
            return None

    def required(self, *names: str) -> bool:
        """Whether all of these say something; each that does not is noted."""
        empty = [name for name in names if not self.record.has(name)]
        for name in empty:
            if self.tables.has(name):
                self.also(name, f"请填写{self._label(name)}")
        return not empty

    def problem(self, name: str, message: str) -> None:
        """Note what is wrong in one cell."""
        self.tables.problem(self.record, name, message)

    def take(self, fields: Fields) -> None:
        """Note the problems that a service found, in cells of which nothing is said yet."""
        for problem in fields.problems:
            self.also(problem.pointer.strip("/"), problem.message)

    def also(self, name: str, message: str) -> None:
        """Note what is wrong in a cell, unless something was noted there before."""
        if (self.record.sheet, self.record.row, name) not in self.tables.noted:
            self.problem(name, message)

    def _label(self, name: str) -> str:
        return next(column.label for column in self.tables.columns if column.name == name)


def once(tables: TableSet, *key: str) -> list[Record]:
    """The records by which their key can be told; empty keys and repeated ones are noted."""
    seen: dict[tuple[str, ...], Record] = {}
    for record in tables.records():
        if not Cells(tables, record).required(*key):
            continue
        first = seen.setdefault(tuple(record.cells[name] for name in key), record)
        if first is not record:
            where = f"工作表“{first.sheet}”" if first.sheet != record.sheet else ""
            message = f"与{where}第 {first.row} 行重复，请只保留一行"
            tables.problem(record, key[0], message)
    return list(seen.values())


def changed(columns: Sequence[Column], before: Shown, after: Shown) -> tuple[Change, ...]:
    """The cells that differ, by the label of their column."""
    return tuple(
        Change(column.label, before.get(column.name) or None, after.get(column.name) or None)
        for column in columns
        if not column.reading and before.get(column.name, "") != after.get(column.name, "")
    )


def effect_of(row: object, changes: Sequence[Change]) -> Effect:
    """New without a stored row, else changed or not."""
    if row is None:
        return Effect.NEW
    return Effect.CHANGED if changes else Effect.UNCHANGED


def flag(value: bool) -> str:
    """Yes or no, as a table shows it."""
    return YES if value else NO


def active(value: bool) -> str:
    """In use or not, as a table shows it."""
    return "启用" if value else "停用"


def shown_amount(value: Decimal) -> str:
    """An amount in 元, as a table shows it."""
    return plain(value)
