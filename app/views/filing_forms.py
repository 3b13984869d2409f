"""A filing task as it is typed: days, words, and the organisations ticked in the tree."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.errors import Problem, Unacceptable, VersionConflict
from app.services import filing_entries, filing_tasks
from app.services.filing_entries import MOST_OFFERED, FilingTaskEntry
from app.services.filing_tasks import IssuedTask
from app.views import forms
from app.views.dependencies import Visit
from app.views.filters import today
from app.views.forms import Entered

CODES = re.compile(r"[\s,，、;；]+")
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Offered:
    """An organisation to be ticked; `alone` leaves those below it out."""

    id: int
    name: str
    depth: int
    chosen: bool
    inner: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class TaskForm:
    """下达 or 修改: `id` is 0 for a new task; `codes` is asked for where the tree is too large."""

    id: int
    version: int
    entered: Entered
    offered: tuple[Offered, ...]
    codes: bool
    conflict: str


def new(visit: Visit) -> TaskForm:
    """An empty form for the fiscal year that just ended."""
    year = today(visit.now).year - 1
    values = {"fiscal_year": str(year), "title": f"{year}年度项目支出绩效自评"}
    return _form(visit, Entered(values), {visit.actor.organisation_id: True})


def stored(visit: Visit, found: IssuedTask) -> TaskForm:
    """The form of a task as it is."""
    task = found.task
    values = {
        "title": task.title,
        "fiscal_year": str(task.fiscal_year),
        "opens": task.opens.isoformat(),
        "due": task.due.isoformat(),
        "closes": task.closes.isoformat(),
        "note": task.note,
    }
    chosen = {target.organisation.id: target.below for target in found.targets}
    shown = {row.id for row in filing_entries.offered(visit.session, visit.actor)}
    hidden = [item.organisation.code for item in found.targets if item.organisation.id not in shown]
    values["codes"] = "\n".join(hidden)
    return _form(visit, Entered(values), chosen, task.id, task.version)


def entry(visit: Visit) -> FilingTaskEntry:
    """What was typed; raises Unacceptable for a code that no organisation has."""
    fields = visit.fields
    targets = _ticked(fields)
    codes = [code for code in CODES.split(fields.get("codes", "")) if code]
    found, unknown = filing_entries.of_codes(visit.session, visit.actor, codes)
    if unknown:
        told = f"没有代码为 {unknown[0]} 的单位，或者它不在您的管理范围内，请核对"
        raise Unacceptable([Problem("/codes", told, unknown[0][:200])])
    return FilingTaskEntry(
        title=fields.get("title", ""),
        fiscal_year=forms.number(fields, "fiscal_year"),
        opens=day_of(fields, "opens"),
        due=day_of(fields, "due"),
        closes=day_of(fields, "closes"),
        note=fields.get("note", ""),
        targets=targets | dict.fromkeys(found, True),
    )


def refused(visit: Visit, refusal: Unacceptable | VersionConflict, task_id: int = 0) -> TaskForm:
    """The form with everything typed still in it; a target's problem stands at all of them."""
    problems = [
        Problem("/targets", item.message) if item.pointer.startswith("/targets/") else item
        for item in refusal.errors
    ]
    entered = forms.refused(visit.fields, problems)
    version = forms.number(visit.fields, "version")
    conflict = refusal.message if isinstance(refusal, VersionConflict) else ""
    if conflict:
        version = filing_tasks.get(visit.session, visit.actor, task_id).task.version
    return _form(visit, entered, _ticked(visit.fields), task_id, version, conflict)


def day_of(fields: Mapping[str, str], name: str) -> date | None:
    """A day as browsers send it, or None where none can be read."""
    try:
        return date.fromisoformat(fields.get(name, "").strip())
    except ValueError:
        return None


def _ticked(fields: Mapping[str, str]) -> dict[int, bool]:
    rows = forms.grouped(fields, "targets")
    ids = {forms.number({"id": key}, "id"): own for key, own in rows.items() if "chosen" in own}
    return {key: "alone" not in own for key, own in ids.items() if key}


def _form(
    visit: Visit,
    entered: Entered,
    chosen: Mapping[int, bool],
    task_id: int = 0,
    version: int = 0,
    conflict: str = "",
) -> TaskForm:
    rows = filing_entries.offered(visit.session, visit.actor)
    top = min((row.path.count("/") for row in rows), default=0)
    above = {row.parent_id for row in rows}
    return TaskForm(
        id=task_id,
        version=version,
        entered=entered,
        offered=tuple(
            Offered(
                id=row.id,
                name=row.name,
                depth=min(row.path.count("/") - top, DEEPEST),
                chosen=row.id in chosen,
                inner=row.id in above,
                alone=not chosen.get(row.id, True),
            )
            for row in rows
        ),
        codes=len(rows) >= MOST_OFFERED,
        conflict=conflict,
    )
