"""Open data (开放数据): stored forms as rows of its tables and as JSON, figures as stored."""

import json
from typing import Any

from app.db.open_data import Record
from app.domain import open_data
from app.domain.open_data import OpenTable, Value, jsonable, written
from app.services import export_policies

Row = dict[str, Value]
DICTIONARY = "数据字典.csv"


def tables() -> tuple[OpenTable, ...]:
    """The tables, in order."""
    return export_policies.tables()


def dictionary() -> tuple[tuple[str, ...], ...]:
    """The data dictionary (数据字典) as rows, headings first."""
    return open_data.dictionary(tables())


def rows(record: Record) -> dict[str, list[Row]]:
    """What one form puts into each table."""
    form = {"form_id": record.form.id}
    return {
        "forms": [_form(record)],
        "funds": [form | line.model_dump() for line in record.funds],
        "goals": [form | goal.model_dump() for goal in record.goals],
        "indicators": [
            form | line.model_dump() | {"rule": line.rule_used} for line in record.indicators
        ],
        "scores": [
            form | score.model_dump() | {"rate": score.rate_shown}
            for score in ([record.score] if record.score else [])
        ],
    }


def cells(table: OpenTable, row: Row) -> list[str]:
    """A row as the cells of a CSV, in the order of the columns."""
    return [written(row[name]) for name in table.headings]


def as_json(record: Record) -> str:
    """One form as JSON on one line: its own columns, then a list for each other table."""
    found = rows(record)
    first, *others = tables()
    told: dict[str, Any] = _object(first, found[first.name][0])
    for table in others:
        told[table.name] = [_object(table, row) for row in found[table.name]]
    return json.dumps(told, ensure_ascii=False)


def dictionary_json() -> str:
    """The data dictionary as JSON: a list of objects."""
    headings, *listed = dictionary()
    told = [dict(zip(headings, row, strict=True)) for row in listed]
    return json.dumps(told, ensure_ascii=False, indent=1)


def _object(table: OpenTable, row: Row) -> dict[str, int | str | bool | None]:
    return {name: jsonable(row[name]) for name in table.headings}


def _form(record: Record) -> Row:
    return {
        **record.form.model_dump(),
        "unit_code": record.unit.code,
        "unit_name": record.unit.name,
        "project_code": record.project.code,
        "project_name": record.project.name,
    }
