"""Filling templates (填报模板): the forms in the filler's hands as a workbook to fill in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import self_evaluations
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import AuditAction, differences
from app.domain.filling_templates import NOTE
from app.domain.policies import acts
from app.domain.workflow import LABELS, Action, State
from app.errors import Conflict, Forbidden, NotFound
from app.files import template_book
from app.files.template_book import FIRST, Grid, GridRow, Placed, Style
from app.services import audit, courses
from app.services.audit import Act
from app.services.audit_batches import record_all
from app.services.claims import require_policy
from app.services.courses import Desk
from app.services.template_rows import rows_of
from app.services.template_sheets import grid

NOTES = "填报说明"
MOST_FORMS = 100  # one workbook is read back at once
LONGEST_NAME = 31  # signs of a sheet's name, a limit of the format
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
# The reviewers' states are theirs; a template is for whoever can fill in.
FILLED_IN = (State.DRAFT, State.RETURNED)
NOTHING = "{year}年度没有可以填写的自评表。请先在任务列表中“开始自评”；已送审的表请先撤回。"
TOO_MANY = "{year}年度可以填写的自评表超过 {most} 张，一个模板装不下。请按单位或逐张下载。"
ADVICE = (
    "一张工作表是一张自评表；工作表可以改名、换先后，也可以整张删去，不影响其余的表。",
    "白底的格子可以填写，灰底的由系统计算或取自申报，改了也不会读取。",
    "可以调整行的先后、插入空行、隐藏行列；删去一行，那一行就保持系统中原来的内容，不会被删除。",
    "不要删除每张工作表隐藏的 A、B 两列，系统靠它们认出每一行。",
    "把有内容的格子清空，就是清空系统中的那一格；金额不能清空，没有的填 0。",
    "金额的单位是元。改写表头括号里的单位（如改成“万元”），整列就按那个单位读取。",
    "请直接填数值。用了公式的，以文件里保存的结果为准；没有结果的会请您重新保存。",
    "百分比可以填成 99.72%，也可以填 0.9972 并设成百分比格式。",
    "填好后在系统中上传：先逐格预览修改和问题，确认以后才写入；有一处问题就全部不写入。",
    "下载以后，别人在系统中改过的格子如果您也改了，会列为冲突，不会被悄悄覆盖。",
)


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook ready to be handed out, with the name to save it under."""

    name: str
    content: bytes


def of_form(session: Session, actor: Actor, now: datetime, form_id: int) -> Template:
    """The template of one form; raises NotFound, and Conflict where it cannot be filled in."""
    require_policy(actor, acts(Action.EDIT))
    form = self_evaluations.find(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    desk = Desk(session, actor)
    if not desk.grants(Action.EDIT):
        raise Forbidden
    if Action.EDIT not in desk.actions(form):
        raise Conflict(courses.standing(session, form))
    project = session.get_one(Project, form.project_id)
    name = f"填报模板-{project.name}-{form.fiscal_year}"
    content = _written(session, actor, now, [form])
    told = differences({}, {"template": name})
    audit.record(session, actor, now, AuditAction.EXPORT, audit.about(form), told)
    return Template(name, content)


def of_year(
    session: Session,
    actor: Actor,
    now: datetime,
    fiscal_year: int,
    organisation_id: int | None = None,
) -> Template:
    """The template of every form of a year that the actor can fill in, or those of one unit.

    Raises Conflict where there is none, or more than one workbook holds.
    """
    require_policy(actor, acts(Action.EDIT))
    found = _forms(session, actor, fiscal_year, organisation_id)
    if not found:
        raise Conflict(NOTHING.format(year=fiscal_year))
    if len(found) > MOST_FORMS:
        raise Conflict(TOO_MANY.format(year=fiscal_year, most=MOST_FORMS))
    units = {form.organisation_id for form in found}
    unit = session.get_one(Organisation, units.pop() if len(units) == 1 else actor.organisation_id)
    name = f"填报模板-{unit.name}-{fiscal_year}"
    content = _written(session, actor, now, found)
    told = differences({}, {"template": name})
    told_of = [Act(AuditAction.EXPORT, audit.about(form), told) for form in found]
    record_all(session, actor, now, told_of)
    return Template(name, content)


def _forms(
    session: Session, actor: Actor, fiscal_year: int, organisation_id: int | None
) -> list[SelfEvaluation]:
    desk = Desk(session, actor)
    rows = (
        row
        for state in FILLED_IN
        for row in self_evaluations.page(
            session,
            actor.scope,
            fiscal_year=fiscal_year,
            organisation_id=organisation_id,
            state=state,
            after=0,
            limit=MOST_FORMS + 1,
        )
    )
    forms = [form for form, *_ in rows if Action.EDIT in desk.actions(form)]
    return sorted(forms, key=lambda form: form.id)


def _written(
    session: Session, actor: Actor, now: datetime, forms: Sequence[SelfEvaluation]
) -> bytes:
    loaded = [rows_of(session, form) for form in forms]
    names = list(sheet_names(rows.project.name for rows in loaded))
    units = {
        form.organisation_id: session.get_one(Organisation, form.organisation_id).name
        for form in forms
    }
    moment = courses.moment(session, forms[0].region_code, now)
    made = f"{actor.name} {moment}下载"
    sheets = [
        grid(name, rows, units[rows.form.organisation_id], made)
        for name, rows in zip(names, loaded, strict=True)
    ]
    listed = [
        (name, rows.project.name, rows.project.code, LABELS[State(rows.form.state)])
        for name, rows in zip(names, loaded, strict=True)
    ]
    return template_book.written([*sheets, _notes(listed)])


def sheet_names(projects: Iterable[str]) -> Iterator[str]:
    """A name for each sheet: its number, and as much of the project as there is room for."""
    for number, project in enumerate(projects, 1):
        clean = " ".join(_NOT_IN_NAMES.sub(" ", project).split())
        yield f"{number} {clean}"[:LONGEST_NAME].strip()


def _notes(listed: Sequence[tuple[str, ...]]) -> Grid:
    """What to do and not to do, and which sheet is which form."""
    rows = [_noted(NOTES, Style.TITLE, 26)]
    rows += [_noted(f"{number}. {words}", Style.NOTE, 20) for number, words in enumerate(ADVICE, 1)]
    rows.append(GridRow(key=NOTE))
    headings = ("工作表", "项目", "项目代码", "状态")
    rows.append(_listed(headings, Style.HEAD))
    rows += [_listed(cells, Style.LOCKED) for cells in listed]
    return Grid(name=NOTES, rows=rows, widths=(32, 48, 26, 14))


def _noted(words: str, style: Style, height: int) -> GridRow:
    cell = Placed(column=FIRST, value=words, style=style, span=4)
    return GridRow(key=NOTE, cells=(cell,), height=height)


def _listed(cells: Sequence[str], style: Style) -> GridRow:
    placed = (
        Placed(column=place, value=text, style=style) for place, text in enumerate(cells, FIRST)
    )
    return GridRow(key=NOTE, cells=tuple(placed))
