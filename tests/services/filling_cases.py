"""A unit with one declared project, opened as a form: what tests of filling begin from."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from app.domain.actors import Actor, Role
from app.services import filling, self_evaluations
from app.services.entries import LineEntry
from app.services.form_sheets import FormSheet
from tests import factories

INDICATORS = (
    {"name": "印制数量", "target": "≥100册", "full": Decimal(50)},
    {
        "level1": "效益指标",
        "level2": "社会效益指标",
        "name": "就医秩序",
        "target": "改善",
        "full": Decimal(30),
    },
    {
        "level1": "满意度指标",
        "level2": "服务对象满意度指标",
        "name": "参保人满意度",
        "target": "≥90%",
        "full": Decimal(10),
    },
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The form just opened, its people, and the ids of its lines in order."""

    form_id: int
    line_ids: tuple[int, ...]
    filler: Actor
    lead: Actor
    stranger: Actor
    project_id: int


def opened(session: Session, now: datetime) -> Opened:
    """Open the form of a declared project with a budget of 5,000,000.00 spent to 4,986,000.00."""
    tree = factories.make_tree(session)
    project = factories.make_project(session, tree.unit)
    amounts = {"initial": Decimal(5_000_000), "executed": Decimal(4_986_000)}
    factories.make_budget(session, project, **amounts)
    factories.make_declaration(session, project, INDICATORS, goal="方便参保人员就医。")
    filler = factories.make_actor(tree.unit)
    form = self_evaluations.open_form(session, filler, now, project.id, factories.YEAR)
    sheet = self_evaluations.get_sheet(session, filler, form.id)
    return Opened(
        form_id=form.id,
        line_ids=tuple(line.id for line in sheet.lines),
        filler=filler,
        lead=factories.make_actor(tree.unit, Role.UNIT_LEAD),
        stranger=factories.make_actor(tree.other_unit),
        project_id=project.id,
    )


def fill(session: Session, now: datetime, case: Opened) -> FormSheet:
    """Fill every cell so that the form scores 99.97 and nothing is open."""
    first, second, third = case.line_ids
    for line_id, actual in ((first, "100册"), (second, "达成指标"), (third, "95%")):
        entry = LineEntry(actual=actual)
        filling.save_line(session, case.filler, now, case.form_id, line_id, None, entry)
    text = "全年印制完成，就医秩序改善。"
    return filling.save_goal(session, case.filler, now, case.form_id, None, text)
