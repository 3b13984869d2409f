from dataclasses import replace
from decimal import Decimal

import pytest
from tests.domain.factories import (
    NATIONAL,
    SHANGHAI_2019,
    SHANGHAI_EVALUATION,
    form,
    row,
    score,
    with_fund,
    with_row,
)


def test_a_faultless_form():
    sheet = score(form())
    assert (sheet.total, sheet.full, sheet.grade) == (Decimal("99.00"), 100, "优")
    assert sheet.indicator_points == Decimal("89.50")
    assert sheet.execution.points == Decimal("9.50")
    assert sheet.determined
    assert sheet.findings == ()


def test_an_empty_form_is_scored_too():
    sheet = score(form(funds=(), indicators=(), fiscal_year=None))
    assert (sheet.total, sheet.full, sheet.grade) == (0, 10, "差")
    assert (sheet.lines, sheet.subtotals, sheet.determined) == ((), (), False)


LOSING = [  # the first row of 50 points, with 40 for the others and 9.50 for execution
    pytest.param({"actual": "50个"}, "74.50", True, id="half"),
    pytest.param({"actual": ""}, "49.50", False, id="missing"),
    pytest.param({"actual": "若干"}, "49.50", False, id="unreadable"),
    pytest.param({"full": ""}, "49.50", False, id="no weight"),
    pytest.param({"full": "0"}, "49.50", True, id="weight 0"),
    pytest.param({"full": "-50"}, "49.50", False, id="negative weight"),
    pytest.param({"target": "≥3", "actual": "1"}, "66.17", True, id="rounded by line"),
]


@pytest.mark.parametrize(("cells", "total", "determined"), LOSING)
def test_the_total_counts_what_could_be_scored(cells, total, determined):
    sheet = score(with_row(0, **cells))
    assert (format(sheet.total, "f"), sheet.determined) == (total, determined)


def test_the_total_is_the_sum_of_points_that_were_rounded_by_line():
    thirds = tuple(row("≥3", "1", "10", name=f"项目{i}") for i in range(3))
    sheet = score(form(indicators=thirds, funds=()))
    assert [line.scored.points for line in sheet.lines] == [Decimal("3.33")] * 3
    assert sheet.total == Decimal("9.99")


def test_execution_that_cannot_be_told_leaves_the_total_open():
    assert not score(with_fund(0, executed="若干")).determined
    assert score(with_fund(0, executed="若干"), SHANGHAI_2019).execution.known


LEVELS = [
    ("产出指标", "数量指标", "20", "10个"),
    ("效益指标", "社会效益指标", "15", "9个"),
    ("产出指标", "质量指标", "20", "5个"),
    ("产出指标", "数量指标", "10", "10个"),
    ("", "", "5", "10个"),
]


def levelled():
    return form(
        indicators=tuple(
            row(level1=level1, level2=level2, full=full, actual=actual)
            for level1, level2, full, actual in LEVELS
        )
    )


def test_subtotals_by_level_in_the_order_of_the_form():
    found = [
        (sub.level, plain(sub), [(child.level, plain(child)) for child in sub.children])
        for sub in score(levelled()).subtotals
    ]
    assert found == [
        (
            "产出指标",
            ("50", "40.00"),
            [("数量指标", ("30", "30.00")), ("质量指标", ("20", "10.00"))],
        ),
        ("效益指标", ("15", "13.50"), [("社会效益指标", ("15", "13.50"))]),
        ("", ("5", "5.00"), [("", ("5", "5.00"))]),
    ]


def plain(subtotal):
    return format(subtotal.full, "f"), format(subtotal.points, ".2f")


def test_subtotals_add_up_to_the_indicators():
    sheet = score(levelled())
    assert sum(sub.points for sub in sheet.subtotals) == sheet.indicator_points
    assert sum(sub.full for sub in sheet.subtotals) + sheet.execution.full == sheet.full
    for sub in sheet.subtotals:
        assert sum(child.points for child in sub.children) == sub.points
        assert sum(child.full for child in sub.children) == sub.full


def test_a_row_without_weight_counts_nothing_in_its_subtotal():
    (only,) = score(form(indicators=(row(full=""),))).subtotals
    assert (only.full, only.points) == (0, 0)


@pytest.mark.parametrize(
    ("standard", "total"),
    [
        pytest.param(NATIONAL, "7.77", id="two decimals"),
        pytest.param(SHANGHAI_EVALUATION, "7.8", id="one"),
        pytest.param(SHANGHAI_2019, "8", id="none"),
    ],
)
def test_the_edition_rounds_the_total(standard, total):
    standard = replace(standard, funds=replace(standard.funds, full=Decimal(0)))
    sheet = score(form(indicators=(row(rule="judged", points="7.77"),), funds=()), standard)
    assert format(sheet.total, "f") == total
