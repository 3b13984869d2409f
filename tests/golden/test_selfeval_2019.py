"""Self-evaluation forms of 2019: rows judged in whole points, a rate in whole percent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.findings import Severity
from tests.golden.forms import printed

FORMS = printed("selfeval-2019/*.json")
each_form = pytest.mark.parametrize("golden", FORMS, ids=repr)


@each_form
def test_points_are_the_judgement_of_the_unit(golden):
    sheet = golden.score()
    assert [line.scored.points for line in sheet.lines] == [
        Decimal(line.row.points) for line in sheet.lines
    ]
    assert {line.scored.rule for line in sheet.lines} == {"judged"}
    assert sheet.determined


@each_form
def test_total_and_grade(golden):
    sheet, claimed = golden.score(), golden.form.claimed
    shown = golden.standard.points.shown
    assert (shown(sheet.total), sheet.grade) == (claimed.total, claimed.grade)
    assert shown(sheet.full) == claimed.full == "100"


@each_form
def test_groups_weigh_36_34_15_15(golden):
    found = [
        {"level1": sub.level, "full": str(sub.full), "points": str(sub.points)}
        for sub in golden.score().subtotals
    ]
    assert found == golden.document["expected"]["subtotals"]
    assert [sub["full"] for sub in found] == ["36", "34", "15", "15"]


@each_form
def test_the_rate_is_rounded_to_a_whole_percent_and_printed_with_two_decimals(golden):
    execution = golden.score().execution
    assert execution.rate_shown == golden.form.claimed.rate
    assert execution.rate_shown == golden.document["printed_rates"]["execution"]
    assert execution.rate_shown.endswith(".00")
    assert (execution.points, execution.full) == (0, 0)


@each_form
def test_no_real_form_has_an_error(golden):
    assert [item for item in golden.score().findings if item.severity is Severity.ERROR] == []


def with_claim(golden, **claims):
    return replace(golden.form, claimed=replace(golden.form.claimed, **claims))


def errors(golden, form):
    found = golden.score(form).findings
    return [item.path for item in found if item.severity is Severity.ERROR]


@each_form
@pytest.mark.parametrize("name", ["total", "full", "rate"])
@pytest.mark.parametrize("step", [1, -1])
def test_a_claimed_figure_that_is_one_off_is_found(golden, name, step):
    text = getattr(golden.form.claimed, name)
    _, _, decimals = text.partition(".")
    changed = f"{Decimal(text) + step:.{len(decimals)}f}"
    assert errors(golden, with_claim(golden, **{name: changed})) == [f"/claimed/{name}"]


@each_form
def test_a_grade_of_another_step_is_found(golden):
    for grade in ("良好", "合格", "不合格", "优"):
        assert errors(golden, with_claim(golden, grade=grade)) == ["/claimed/grade"]


@each_form
def test_points_of_a_row_that_are_one_off_are_found_by_the_total(golden):
    for index, row in enumerate(golden.form.indicators):
        changed = replace(row, points=str(Decimal(row.points) - 1))
        rows = list(golden.form.indicators)
        rows[index] = changed
        form = replace(golden.form, indicators=tuple(rows))
        assert "/claimed/total" in errors(golden, form)
