"""Imports (导入): what a row of a table would change, and what in it needs mending."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from app.domain.audit import Change


class Effect(StrEnum):
    """What applying an import does for one row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


EFFECT_LABELS: Mapping[Effect, str] = MappingProxyType(
    {Effect.NEW: "新增", Effect.CHANGED: "修改", Effect.UNCHANGED: "无变化"}
)


class ImportState(StrEnum):
    """Where an import stands."""

    READY = "ready"
    FAULTY = "faulty"
    APPLIED = "applied"


STATE_LABELS: Mapping[ImportState, str] = MappingProxyType(
    {
        ImportState.READY: "待确认导入",
        ImportState.FAULTY: "有问题，未导入",
        ImportState.APPLIED: "已导入",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What keeps a table from being imported: where, what stands there, what should, the mend.

    `row` is 0 for the table as a whole, `column` the letters of the column, "" for the row.
    """

    sheet: str
    row: int
    column: str = ""
    heading: str = ""
    value: str = ""
    expected: str = ""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEffect:
    """What one row does: which record it means, and each cell before and after by its label."""

    sheet: str
    row: int
    effect: str
    key: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import would do, all of it: problems, effects, and what of the file was left out."""

    problems: tuple[RowProblem, ...] = ()
    effects: tuple[RowEffect, ...] = ()
    left_out: tuple[str, ...] = ()

    def count(self, effect: Effect) -> int:
        """How many rows have that effect."""
        return self.counts()[effect]

    def counts(self) -> Counter[str]:
        """How many rows there are of each effect."""
        return Counter(effect.effect for effect in self.effects)

    def written(self) -> str:
        """The report as JSON text."""
        told = {
            "problems": [list(asdict(problem).values()) for problem in self.problems],
            "effects": [_effect_row(effect) for effect in self.effects],
            "left_out": self.left_out,
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def read_report(text: str) -> Report:
    """The report that `written` made."""
    told = json.loads(text)
    return Report(
        problems=tuple(_problem(row) for row in told["problems"]),
        effects=tuple(_effect(row) for row in told["effects"]),
        left_out=tuple(told["left_out"]),
    )


def plan_digest(kind: str, rows: Iterable[tuple[object, ...]]) -> str:
    """One hash over all that an import would do, from which stored rows at which versions."""
    written = json.dumps([kind, *rows], ensure_ascii=True, separators=(",", ":"), default=str)
    return f"sha256:{sha256(written.encode()).hexdigest()}"


def _effect_row(effect: RowEffect) -> list[Any]:
    changes = [[change.field, change.before, change.after] for change in effect.changes]
    return [effect.sheet, effect.row, effect.effect, effect.key, changes]


def _effect(row: list[Any]) -> RowEffect:
    sheet, number, effect, key, changes = row
    told = tuple(Change(*change) for change in changes)
    return RowEffect(sheet=sheet, row=number, effect=effect, key=key, changes=told)


def _problem(row: list[Any]) -> RowProblem:
    names = RowProblem.__dataclass_fields__
    return RowProblem(**dict(zip(names, row, strict=True)))
