"""Open data (开放数据): the tables in which self-evaluations are taken out, with the dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.domain.numbers import plain
from app.domain.tables import Table, TableError

Value = int | Decimal | str | bool | date | datetime | None
PARTS = 5


class Type(StrEnum):
    """How a value is written."""

    WHOLE = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DAY = "date"
    MOMENT = "datetime"
    FLAG = "boolean"
    WORD = "word"


TYPE_LABELS: Mapping[Type, str] = MappingProxyType(
    {
        Type.WHOLE: "整数",
        Type.DECIMAL: "小数，逐位准确；JSON 中写成字符串",
        Type.TEXT: "文字",
        Type.DAY: "日期，如 2025-03-31",
        Type.MOMENT: "时间（世界时），如 2025-03-03T02:00:00+00:00",
        Type.FLAG: "是否，true 或 false",
        Type.WORD: "固定词汇",
    }
)
HEADINGS = ("table", "表", "column", "列", "type", "类型", "unit", "meaning", "含义")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, its label, type and unit, its meaning twice."""

    name: str
    label: str
    type: Type
    unit: str
    meaning: str
    meaning_zh: str


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One table: a CSV file, or a list in each form of the JSON."""

    name: str
    label: str
    columns: tuple[Column, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


def parse(document: Mapping[str, Any]) -> tuple[OpenTable, ...]:
    """The tables of the dictionary's file, in its order; raises TableError."""
    file = Table(document, "open_data.toml")
    found = []
    for name in document:
        table = file.table(name)
        columns = table.table("columns")
        found.append(
            OpenTable(
                name,
                table.text("label"),
                tuple(_column(columns, column) for column in columns.names()),
            )
        )
        table.close()
    return tuple(found)


def dictionary(tables: tuple[OpenTable, ...]) -> tuple[tuple[str, ...], ...]:
    """The data dictionary (数据字典) as rows, headings first, in both languages."""
    rows = (
        (
            table.name,
            table.label,
            column.name,
            column.label,
            column.type.value,
            TYPE_LABELS[column.type],
            column.unit,
            column.meaning,
            column.meaning_zh,
        )
        for table in tables
        for column in table.columns
    )
    return (HEADINGS, *rows)


def written(value: Value) -> str:
    """A value as a cell of a CSV: figures exact, days and moments in ISO, "" for none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = jsonable(value)
    return "" if shown is None else str(shown)


def jsonable(value: Value) -> int | str | bool | None:
    """A value as JSON has it: a decimal as text, so that no reader makes a float of it."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _column(table: Table, name: str) -> Column:
    given = table.texts(name)
    if len(given) != PARTS or given[1] not in set(Type):
        raise TableError(f"{table.where(name)}: expected [label, type, unit, meaning, 含义]")
    label, kind, unit, meaning, meaning_zh = given
    return Column(name, label, Type(kind), unit, meaning, meaning_zh)
