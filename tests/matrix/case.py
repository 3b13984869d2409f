"""One way to ask a route, and what is typed where several routes take the same."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.workflow import Action
from tests.matrix.forms import STANDINGS
from tests.matrix.places import Person, Record
from tests.matrix.table import Declared

Fields = Mapping[str, Any]
Maker = Callable[[Person, Record], Fields]
ID = re.compile(r"\{(\w+_id)\}")
# Answered by something else than a right: whatever it is, it is no fault and gives nothing away.
ANY = 499


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to ask a route.

    `fields` are posted, or laid over the example of an API body. `acts` is what is done where
    the route offers several acts; `records` those that are asked for, by default the form in each
    standing; `only` the standings in which more than the state decides.
    `foreign` is the answer to an id out of reach, and a case whose body names one says so
    (`in_body`, of a row of a year unless not `yearly`). `whose` are the only people for whom
    the row is there, with what they are answered. `own`: the row is the
    caller's, whatever the path names. `needs`: scopes that what is sent asks for beside the
    route's. `always`: answered whatever the state.
    `status`: what is answered instead of success. `writes` is None where it does not matter.
    """

    label: str = ""
    fields: Maker | None = None
    acts: tuple[Action, ...] = ()
    records: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    foreign: int = 404
    in_body: bool = False
    yearly: bool = True
    whose: Mapping[str, int] = field(default_factory=dict)
    own: bool = False
    needs: frozenset[str] = frozenset()
    always: bool = False
    status: int = 0
    writes: bool | None = True

    def done(self, declared: Declared) -> frozenset[Action]:
        """The acts that are asked for."""
        return frozenset(self.acts) or declared.policy.actions

    def names(self, declared: Declared) -> bool:
        """Whether the request names a row of somebody."""
        return not self.own and (self.in_body or "_id}" in declared.path)

    def unknown(self, declared: Declared, record: Record) -> bool:
        """Whether the path names a row that the world does not hold: it is asked as absent."""
        return not self.own and not set(ID.findall(declared.path)) <= record.ids.keys()

    def of_a_year(self, declared: Declared) -> bool:
        """Whether that row belongs to a fiscal year."""
        if "_id}" not in declared.path:
            return self.yearly
        return any(f"{{{noun}_id}}" in declared.path for noun in ("form", "budget", "declaration"))

    def standings(self, declared: Declared) -> tuple[str, ...]:
        """The records to ask for: a form in each standing, or what the case says."""
        if self.records:
            return self.records
        return tuple(STANDINGS) if "{form_id}" in declared.path else ("loose",)


READ = Case(writes=False)


def number(record: Record, name: str) -> int:
    """An id of the record."""
    return int(record.ids[name])


def sheet(_: Person, record: Record) -> Fields:
    """The version of the form."""
    return {"version": record.version}


def with_sheet(**fields: str) -> Maker:
    """The version of the form and more."""
    return lambda person, record: {**sheet(person, record), **fields}


def picked(_: Person, record: Record) -> Fields:
    """The form ticked in a list."""
    return {f"pick.{record.ids['form_id']}": record.version}


def returned(to: str) -> Maker:
    """A decision to return."""
    return with_sheet(do="return", reason="请补充样本数。", to=to, opinion="请补充。")


def answered(_: Person, record: Record) -> Fields:
    """A word on the form's warning."""
    return {"code": record.warning[0], "path": record.warning[1], "reason": "年中新增服务点。"}


def reasoned(_: Person, record: Record) -> Fields:
    """A decision with its reason."""
    return {"version": record.version, "reason": "人员调离"}


def said(*_: object) -> Fields:
    """A word between unit and reviewer."""
    return {"text": "请核对。"}


def typed_cell(_: Person, record: Record) -> Fields:
    """An empty cell, filled as autosave does."""
    name = f"lines.{record.ids['line_id']}.reason"
    return {"cells": json.dumps([{"name": name, "text": "改写", "known": [""]}])}


def nothing(*_: object) -> Fields:
    """An empty form."""
    return {}
