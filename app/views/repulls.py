"""Re-pulling (重新取数): what is declared and budgeted by now, to be taken by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.db.declarations import DeclaredIndicator
from app.db.indicator_lines import IndicatorLine
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.numbers import plain
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.errors import AppError, Conflict, Unacceptable, VersionConflict
from app.schemas.labels import label
from app.services import repulls
from app.services.repulled_rows import COLUMNS
from app.services.repulls import AMOUNTS, FundChange, RepullEntry, RowChange, RowKind
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.filters import money
from app.views.heads import FormHead, form_head
from app.views.page import go_to_path, page

router = APIRouter(route_class=GuardedRoute)

REPULL = "repulls/repull.html"
KINDS = {RowKind.CHANGED: "有变动", RowKind.ADDED: "新增", RowKind.REMOVED: "不再申报"}
# Told in columns of their own; every other difference is told in words.
SHOWN = ("target", "full")


@dataclass(frozen=True, slots=True)
class RepullRow:
    """A row that differs: old and new target and points, what else is new, and what was typed."""

    key: str
    kind: str
    added: bool
    removed: bool
    name: str
    group: str
    target: tuple[str, str]
    full: tuple[str, str]
    more: tuple[tuple[str, str, str], ...]
    mine: tuple[tuple[str, str], ...]
    locked: bool
    ticked: bool


@dataclass(frozen=True, slots=True)
class RepullFund:
    """A source whose amounts differ: taken when opened, in the accounts now, and on the form."""

    key: str
    label: str
    amounts: tuple[tuple[str, str, str, str], ...]
    typed: bool
    ticked: bool


@dataclass(frozen=True, slots=True)
class RepullPage:
    """重新取数 of one form."""

    id: int
    version: int
    basis: str
    head: FormHead
    editable: bool
    declared: bool
    rows: tuple[RepullRow, ...]
    funds: tuple[RepullFund, ...]
    goal: str | None
    old_goal: str
    goal_ticked: bool
    taken: bool
    messages: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether something differs."""
        return bool(self.rows or self.funds or self.goal is not None)


@router.get("/self-evaluations/{form_id}/repull", dependencies=[allows(READS)])
def show_repull(form_id: Id, visit: Reading, taken: bool = False) -> Response:
    """What has changed since the form was opened."""
    return page(visit.request, REPULL, _page(visit, form_id, taken=taken))


@router.post("/self-evaluations/{form_id}/repull", dependencies=[allows(acts(Action.EDIT))])
def post_repull(form_id: Id, visit: Writing) -> Response:
    """Take what was ticked, or everything by which nothing typed is lost."""
    version, entry = forms.version(visit.fields), _entry(visit.fields)
    try:
        repulls.take(*visit.acting, form_id, version, entry)
    except (Unacceptable, VersionConflict, Conflict) as refusal:
        context = _page(visit, form_id, refusal)
        return page(visit.request, REPULL, context, status=refusal.status)
    return go_to_path(visit.request, f"/self-evaluations/{form_id}/repull?taken=true")


def _entry(fields: Mapping[str, str]) -> RepullEntry:
    return RepullEntry(
        basis=fields.get("basis", ""),
        goal="goal" in fields,
        rows=_ticked(fields, "row."),
        funds=_ticked(fields, "fund."),
        everything=fields.get("do") == "all",
    )


def _ticked(fields: Mapping[str, str], begins: str) -> frozenset[str]:
    return frozenset(name.removeprefix(begins) for name in fields if name.startswith(begins))


def _page(
    visit: Visit, form_id: int, refusal: AppError | None = None, *, taken: bool = False
) -> RepullPage:
    found = repulls.compare(visit.session, visit.actor, form_id)
    sheet, sent = found.sheet, visit.fields if refusal else None
    told = tuple(problem.message for problem in refusal.errors) if refusal else ()
    return RepullPage(
        id=sheet.form.id,
        version=sheet.form.version,
        basis=found.basis,
        head=form_head(sheet, sheet.today(visit.now)),
        editable=Action.EDIT in sheet.allowed,
        declared=found.declared,
        rows=tuple(_row(change, sent) for change in found.rows),
        funds=tuple(_fund(change, sent) for change in found.funds),
        goal=found.goal,
        old_goal=sheet.goal.expected,
        goal_ticked=sent is None or "goal" in sent,
        taken=taken,
        messages=told or ((refusal.message,) if refusal else ()),
    )


def _row(change: RowChange, sent: Mapping[str, str] | None) -> RepullRow:
    line, declared = change.line, change.declared
    row = change.row
    removed, key = change.kind is RowKind.REMOVED, f"row.{change.key}"
    sure = not (removed and change.worked_on)
    return RepullRow(
        key=key,
        kind=KINDS[change.kind],
        added=change.kind is RowKind.ADDED,
        removed=removed,
        name=row.name,
        group=" / ".join(part for part in (row.level1, row.level2) if part),
        target=(_text(line, "target"), _text(declared, "target")),
        full=(_text(line, "full"), _text(declared, "full")),
        more=tuple(_more(line, declared)) if line and declared else (),
        mine=tuple(_mine(change)),
        locked=removed and change.reviewed,
        ticked=sure if sent is None else key in sent,
    )


def _more(line: IndicatorLine, declared: DeclaredIndicator) -> Iterator[tuple[str, str, str]]:
    for name in COLUMNS:
        before, after = _text(line, name), _text(declared, name)
        if name not in SHOWN and before != after:
            yield label(name), before, after


def _mine(change: RowChange) -> Iterator[tuple[str, str]]:
    """What was typed into the row or hangs on it."""
    line = change.line
    if line is None:
        return
    for name, text in (("实际完成值", line.actual), ("偏差原因", line.reason)):
        if text:
            yield name, text
    if line.judged is not None:
        yield "评定得分", plain(line.judged)
    if change.files:
        yield "佐证材料", f"{change.files} 份"
    if change.reviewed:
        yield "审核意见", "有"


def _text(row: IndicatorLine | DeclaredIndicator | None, name: str) -> str:
    value = getattr(row, name, None)
    return value if isinstance(value, str) else "" if value is None else plain(value)


def _fund(change: FundChange, sent: Mapping[str, str] | None) -> RepullFund:
    fund, key = change.fund, f"fund.{change.fund.source}"
    old = {name: getattr(fund, f"pulled_{name}") for name in AMOUNTS}
    mine = {name: getattr(fund, name) for name in AMOUNTS}
    typed = old != mine
    return RepullFund(
        key=key,
        label=SOURCE_LABELS[FundSource(fund.source)],
        amounts=tuple(
            (label(name), money(old[name]), money(change.new[name]), money(mine[name]))
            for name in AMOUNTS
        ),
        typed=typed,
        ticked=(change.since and not typed) if sent is None else key in sent,
    )
