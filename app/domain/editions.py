"""An edition read from its TOML document, strictly: a slip names its place and the mend."""

from collections.abc import Mapping
from typing import Any

from app.domain.findings import Severity
from app.domain.grades import Grade, GradeScale
from app.domain.numbers import Mode, Rounding
from app.domain.rules import ParameterError, RuleChoice, choose
from app.domain.standards import (
    OCCASIONS,
    CheckRule,
    DirectionRule,
    FundsRule,
    Group,
    NamedRule,
    Overfulfilment,
    Standard,
)
from app.domain.tables import Table, TableError

TEXTS = ("standard", "title", "kind", "region", "document", "reference", "confidence")


def parse(document: Mapping[str, Any], digest: str) -> Standard:
    """An edition from its TOML document; raises TableError naming the place of a fault."""
    table = Table(document)
    points, rate, printed = _roundings(table.table("rounding"))
    standard = Standard(
        **{key: table.text(key) for key in TEXTS},
        edition=table.day("effective_from"),
        digest=digest,
        note=table.text("note", ""),
        full=table.decimal("full"),
        points=points,
        rate=rate,
        rate_printed=printed,
        funds=_funds(table.table("funds")),
        groups=tuple(_group(item) for item in table.tables("groups")),
        rules=_rules(table.table("rules")),
        named=tuple(_named(item) for item in table.tables("named_rules")),
        direction=_direction(table.table("direction")),
        overfulfilment=_overfulfilment(table.table("overfulfilment")),
        reason_required=table.flag("reason_required", True),
        scale=_scale(table),
        checks=_checks(table.table("checks")),
    )
    table.close()
    return standard


def _roundings(table: Table) -> tuple[Rounding, Rounding, int]:
    points, rate = _rounding(table.table("points")), _rounding(table.table("rate"))
    printed = table.whole("rate_printed", rate.places)
    table.close()
    return points, rate, printed


def _rounding(table: Table) -> Rounding:
    places, mode = table.whole("places"), table.text("mode")
    if places < 0 or mode not in set(Mode):
        raise TableError(f"{table.where('mode')}: half_up or truncate, to 0 or more places")
    table.close()
    return Rounding(places, Mode(mode))


def _funds(table: Table) -> FundsRule:
    rule = FundsRule(
        full=table.decimal("full"),
        denominator=table.text("denominator"),
        cap=table.decimal("cap"),
        cut_off=table.decimal("cut_off"),
        reason_below=table.optional_decimal("reason_below"),
    )
    if rule.denominator not in ("adjusted", "initial", "received"):
        raise TableError(f"{table.where('denominator')}: adjusted, initial or received")
    table.close()
    return rule


def _group(table: Table) -> Group:
    group = Group(
        level1=table.text("level1"),
        aliases=table.texts("aliases"),
        full=table.optional_decimal("full"),
        required=table.flag("required", False),
        level2=table.texts("level2"),
    )
    table.close()
    return group


def _rules(table: Table) -> Mapping[str, RuleChoice]:
    if table.has("every"):
        choice = _choice(table.table("every"))
        return dict.fromkeys(OCCASIONS, choice)
    rules = {occasion: _choice(table.table(occasion)) for occasion in OCCASIONS}
    table.close()
    return rules


def _choice(table: Table) -> RuleChoice:
    name = table.text("rule")
    values = {key: table.raw(key) for key in table.names() if key != "rule"}
    try:
        return choose(name, values)
    except ParameterError as error:
        raise TableError(f"{table.where('rule')}: {error}") from error


def _named(table: Table) -> NamedRule:
    rule = NamedRule(
        words=table.texts("words"),
        level1=table.texts("level1"),
        choice=_choice(table.table("use")),
    )
    table.close()
    return rule


def _direction(table: Table) -> DirectionRule:
    rule = DirectionRule(
        default=table.text("default"),
        ceiling=table.texts("ceiling"),
        ceiling_except=table.texts("ceiling_except"),
    )
    if rule.default not in ("at_least", "at_most", "equal"):
        raise TableError(f"{table.where('default')}: at_least, at_most or equal")
    table.close()
    return rule


def _overfulfilment(table: Table) -> Overfulfilment:
    rule = Overfulfilment(
        warn_from=table.decimal("warn_from"),
        reason_from=table.decimal("reason_from"),
        zero_target_from=table.decimal("zero_target_from"),
    )
    table.close()
    return rule


def _scale(table: Table) -> GradeScale:
    steps = []
    for row in table.tables("grades"):
        lower, inclusive = row.decimal("lower"), row.flag("inclusive", True)
        steps.append(Grade(row.text("name"), lower, inclusive))
        row.close()
    falling = [step.lower for step in steps]
    if not steps or falling != sorted(set(falling), reverse=True) or falling[-1] != 0:
        raise TableError("grades: write the steps from the best down to one that begins at 0")
    return GradeScale(tuple(steps))


def _checks(table: Table) -> Mapping[str, CheckRule]:
    return {code: _check(table.table(code)) for code in table.names()}


def _check(table: Table) -> CheckRule:
    severity = table.text("severity")
    if severity != "off" and severity not in set(Severity):
        raise TableError(f"{table.where('severity')}: error, warning, info or off")
    figures = {key: table.raw(key) for key in table.names() if key != "severity"}
    return CheckRule(None if severity == "off" else Severity(severity), figures)
