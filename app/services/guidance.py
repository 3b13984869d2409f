"""Guidance (指标说明) for a row: its rule, its arithmetic, what proves it, last year's words."""

from dataclasses import dataclass

from sqlmodel import Session

from app.db import declarations
from app.db.declarations import DeclaredIndicator
from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.lines import Line, choose_rule
from app.domain.matching import Named, matched
from app.domain.rule_words import rule_words
from app.domain.rules import RULES
from app.errors import NotFound
from app.services import last_year
from app.services.form_sheets import FormSheet
from app.services.last_year import EarlierLine, named
from app.services.self_evaluations import get_sheet


@dataclass(frozen=True, slots=True)
class Guidance:
    """What helps to fill in a row; a text is "" and a row None where nobody wrote one.

    `declared` tells what the indicator means and what proves it, in its declarer's words.
    """

    sheet: FormSheet
    line: IndicatorLine
    scored: Line
    rule: str
    rule_words: str
    declared: DeclaredIndicator | None
    earlier: EarlierLine | None
    earlier_form: SelfEvaluation | None


def of_line(session: Session, actor: Actor, form_id: int, line_id: int) -> Guidance:
    """The guidance for a row of a form that the actor may read; raises NotFound."""
    sheet = get_sheet(session, actor, form_id)
    place = next((at for at, line in enumerate(sheet.lines) if line.id == line_id), None)
    if place is None:
        raise NotFound
    line, scored = sheet.lines[place], sheet.sheet.lines[place]
    choice, _, _ = choose_rule(scored.row, scored.target, sheet.standard)
    earlier = last_year.of_form(session, actor, sheet.form)
    return Guidance(
        sheet=sheet,
        line=line,
        scored=scored,
        rule=RULES[choice.name].label if choice else "",
        rule_words=rule_words(choice) if choice else "",
        declared=_declared(session, sheet, place),
        earlier=earlier.lines.get(line_id) if earlier else None,
        earlier_form=earlier.form if earlier else None,
    )


def _declared(session: Session, sheet: FormSheet, place: int) -> DeclaredIndicator | None:
    row = declarations.of_year(session, sheet.form.project_id, sheet.form.fiscal_year)
    if row is None:
        return None
    declared = declarations.indicators(session, row.id)
    theirs = [Named(item.code, item.level1, item.level2, item.name) for item in declared]
    found = matched([named(line) for line in sheet.lines], theirs)[place]
    return None if found is None else declared[found]
