"""Laws that hold for every figure, not only for those that a table thought of."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.execution import score_execution
from app.domain.forms import Claimed
from app.domain.numbers import Mode, Rounding
from tests.domain.factories import (
    EVALUATION,
    HUBEI,
    NATIONAL,
    SHANGHAI_2019,
    SHANGHAI_2024,
    SHANGHAI_EVALUATION,
    ask,
    score,
)
from tests.domain.strategies import amounts, tidy_forms, weights, wild_forms

EDITIONS = [NATIONAL, SHANGHAI_2024, SHANGHAI_2019, HUBEI, EVALUATION, SHANGHAI_EVALUATION]
FORWARD = {  # rules by which more is better, with their figures
    "at_least": {},
    "share": {"base": "100"},
    "threshold_proportional": {"threshold": "75", "base": "100"},
    "satisfaction_floor": {"floor": "60", "full_at": "90"},
    "step_deduction": {"full_at": "90", "step": "5", "points": "1"},
    "checklist": {"each": "0.5"},
}
REVERSE = {"at_most_linear": {"zero_at": "2"}, "at_most_ratio": {}, "at_most_strict": {}}
figures = st.decimals(-200, 200, places=2)


@given(st.sampled_from(sorted(FORWARD)), figures, weights, figures, figures)
def test_more_achieved_never_scores_less(rule, target, full, one, other):
    low, high = sorted((one, other))
    worse, better = (
        ask(rule, f"≥{target}", str(actual), full, **FORWARD[rule]) for actual in (low, high)
    )
    assert 0 <= worse.points <= better.points <= Decimal(full)
    assert not worse.met or better.met


@given(amounts.filter(bool), weights, figures, figures)
def test_more_never_scores_less_where_a_number_is_to_be_equalled(target, full, one, other):
    low, high = sorted((one, other))
    worse, better = (ask("equal", f"={target}", str(actual), full) for actual in (low, high))
    assert 0 <= worse.points <= better.points <= Decimal(full)


@given(st.sampled_from(sorted(REVERSE)), figures, weights, figures, figures)
def test_less_never_scores_less_where_less_is_better(rule, target, full, one, other):
    low, high = sorted((one, other))
    better, worse = (
        ask(rule, f"≤{target}", str(actual), full, **REVERSE[rule]) for actual in (low, high)
    )
    assert 0 <= worse.points <= better.points <= Decimal(full)


@given(amounts, amounts, weights, figures)
def test_nothing_scores_more_than_what_lies_within(one, other, full, actual):
    low, high = sorted((one, other))
    scored = ask("within", f"{low}~{high}", str(actual), full, zero_at="2")
    assert 0 <= scored.points <= Decimal(full)
    if low <= actual <= high:
        assert scored.points == Decimal(full)


@given(amounts, amounts, amounts)
def test_more_spent_never_scores_less(budget, one, other):
    low, high = sorted((one, other))
    for standard in (NATIONAL, SHANGHAI_2024, HUBEI):
        worse, better = (score_execution(spent, budget, standard) for spent in (low, high))
        assert 0 <= worse.points <= better.points <= standard.funds.full


@given(amounts, amounts.filter(bool))
def test_a_truncated_rate_never_shows_more_than_was_spent(spent, budget):
    execution = score_execution(spent, budget, SHANGHAI_2024)
    shown = Decimal(execution.rate_shown)
    assert shown <= execution.rate < shown + Decimal("0.01")
    half_up = Decimal(score_execution(spent, budget, NATIONAL).rate_shown)
    assert half_up - shown in (Decimal("0.00"), Decimal("0.01"))


@given(st.decimals(-1000, 1000), st.integers(0, 6))
def test_rounding_is_within_its_last_place(value, places):
    step = Decimal(1).scaleb(-places)
    assert abs(Rounding(places, Mode.HALF_UP).apply(value) - value) <= step / 2
    assert abs(Rounding(places, Mode.TRUNCATE).apply(value)) <= abs(value)


@given(tidy_forms, st.randoms())
def test_the_order_of_the_rows_does_not_change_the_total(form, random):
    rows = list(form.indicators)
    random.shuffle(rows)
    one, other = score(form), score(replace(form, indicators=tuple(rows)))
    assert (one.total, one.grade, one.full) == (other.total, other.grade, other.full)
    assert {sub.level: sub.points for sub in one.subtotals} == {
        sub.level: sub.points for sub in other.subtotals
    }


@given(tidy_forms, st.sampled_from([NATIONAL, SHANGHAI_2024, HUBEI]))
def test_a_form_that_prints_what_was_reckoned_agrees_with_itself(form, standard):
    sheet = score(form, standard)
    shown = standard.points.shown
    printed = replace(
        form,
        funds=(replace(form.funds[0], rate=sheet.execution.rate_shown),),
        indicators=tuple(
            replace(line.row, points=shown(line.scored.points)) for line in sheet.lines
        ),
        claimed=Claimed(
            total=shown(sheet.total),
            grade=sheet.grade,
            rate=sheet.execution.rate_shown,
            execution_points=shown(sheet.execution.points),
        ),
    )
    again = score(printed, standard)
    assert (again.total, again.grade) == (sheet.total, sheet.grade)
    assert not [item for item in again.findings if item.code in ("A1", "A2", "A3", "A4", "A5")]


@settings(deadline=None)
@given(wild_forms, st.sampled_from(EDITIONS))
def test_nothing_in_a_form_is_refused(form, standard):
    sheet = score(form, standard)
    assert sheet.grade in {step.name for step in standard.scale.steps}
    assert len(sheet.lines) == len(form.indicators)
    for finding in sheet.findings:
        assert finding.message
        assert_points_into(form, finding.path)
    errors = [item.path for item in sheet.findings if item.severity == "error"]
    for index, line in enumerate(sheet.lines):
        assert 0 <= line.scored.points <= max(line.full or 0, 0)
        assert line.scored.because
        blamed = any(path.startswith(f"/indicators/{index}/") for path in errors)
        assert line.scored.determined or blamed or not line.full


def assert_points_into(form, path):
    _, part, *rest = path.split("/")
    places = {"funds": form.funds, "indicators": form.indicators, "claimed": form.claimed}
    if part == "claimed":
        assert hasattr(form.claimed, rest[0])
    elif rest:
        assert hasattr(places[part][int(rest[0])], rest[1])
    else:
        assert part in (*places, "achieved", "edition")
