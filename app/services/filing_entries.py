"""What finance types of a filing task, and what must hold before it is stored."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.db import filing_tasks, organisations
from app.db.organisations import Organisation
from app.db.self_evaluations import PROJECT_KIND
from app.domain.actors import Actor
from app.services.fields import NAME_LENGTH, Fields

MOST_OFFERED = 200
NOTE_LENGTH = 2000
MOST_TARGETS = 500
KINDS = frozenset({PROJECT_KIND})
DAYS = {"opens": "开始日期", "due": "截止日期", "closes": "关闭日期"}
OUTSIDE = "这个单位不在您的管理范围内，请核对编号"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingTaskEntry:
    """A task as it is to be; `targets` are organisations by id, True with all those below."""

    title: str
    fiscal_year: int
    opens: date | None
    due: date | None
    closes: date | None
    targets: dict[int, bool]
    kind: str = PROJECT_KIND
    note: str = ""


def offered(session: Session, actor: Actor) -> list[Organisation]:
    """The organisations that a page offers, each after the one above it; 200 at most."""
    return organisations.tree(session, actor.scope, MOST_OFFERED)


def of_codes(session: Session, actor: Actor, codes: list[str]) -> tuple[list[int], list[str]]:
    """The organisations of those codes by id, and the codes that none within the scope has."""
    found = organisations.of_codes(session, actor.scope, codes)
    return list(found.values()), [code for code in codes if code not in found]


def checked(
    session: Session, actor: Actor, entry: FilingTaskEntry, *, but: int
) -> tuple[date, date, date]:
    """The days of a task that may be stored; raises Unacceptable."""
    fields = Fields()
    fields.text("/title", "任务名称", entry.title, NAME_LENGTH, required=True)
    fields.text("/note", "填报要求", entry.note, NOTE_LENGTH)
    fields.year("/fiscal_year", "预算年度", entry.fiscal_year)
    fields.choice("/kind", "表的种类", entry.kind, KINDS)
    if not actor.scope.has_year(entry.fiscal_year):
        fields.add("/fiscal_year", "这个年度不在您的管理范围内，请核对", entry.fiscal_year)
    days = _days(entry, fields)
    if not 0 < len(entry.targets) <= MOST_TARGETS:
        fields.add("/targets", f"请选择填报单位，最多 {MOST_TARGETS} 个")
    else:
        _check_targets(session, actor, entry, fields, but)
    if fields.problems or days is None:
        raise fields.refusal()
    return days


def _days(entry: FilingTaskEntry, fields: Fields) -> tuple[date, date, date] | None:
    for name, label in DAYS.items():
        if getattr(entry, name) is None:
            fields.add(f"/{name}", f"请填写{label}，写成 2025-03-31 的样子")
    opens, due, closes = entry.opens, entry.due, entry.closes
    if opens and due and due < opens:
        fields.add("/due", "截止日期不能早于开始日期，请核对", due)
    if due and closes and closes < due:
        fields.add("/closes", "关闭日期不能早于截止日期，请核对", closes)
    return (opens, due, closes) if opens and due and closes else None


def _check_targets(
    session: Session, actor: Actor, entry: FilingTaskEntry, fields: Fields, but: int
) -> None:
    for place, (organisation_id, below) in enumerate(entry.targets.items()):
        at = f"/targets/{place}/organisation_id"
        unit = organisations.find(session, actor.scope, organisation_id)
        if unit is None:
            fields.add(at, OUTSIDE, organisation_id)
            continue
        year, kind = entry.fiscal_year, entry.kind
        other = filing_tasks.overlapping(session, unit, below, year, kind, but)
        if other is not None:
            told = f"{unit.name}已有{year}年度的任务“{other.title}”，请先处理那项任务"
            fields.add(at, told, organisation_id)
