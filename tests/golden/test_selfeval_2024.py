"""Self-evaluation forms of 2024: agreement to the last digit; no figure can be changed unseen."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from app.domain.execution import unspent_share
from app.domain.findings import Severity
from app.domain.forms import Form
from app.domain.numbers import Mode, Rounding
from tests.golden.forms import Printed, printed

FORMS = printed("selfeval-2024/*.json")
each_form = pytest.mark.parametrize("golden", FORMS, ids=repr)


@each_form
def test_every_figure_agrees_to_the_last_digit(golden):
    sheet, shown = golden.score(), golden.standard.points.shown
    claimed = golden.form.claimed
    assert [shown(line.scored.points) for line in sheet.lines] == [
        line.row.points for line in sheet.lines
    ]
    assert [source.rate_shown for source in sheet.execution.sources] == [
        row.rate for row in golden.form.funds
    ]
    assert sheet.execution.rate_shown == claimed.rate
    assert shown(sheet.execution.points) == claimed.execution_points
    assert shown(sheet.execution.full) == golden.form.funds[0].full
    assert shown(sheet.full) == claimed.full
    assert (shown(sheet.total), sheet.grade) == (claimed.total, claimed.grade)
    assert sheet.determined


@each_form
def test_subtotals_are_the_printed_points_of_their_rows(golden):
    for subtotal in golden.score().subtotals:
        rows = [row for row in golden.form.indicators if row.level1 == subtotal.level]
        assert subtotal.points == sum(Decimal(row.points) for row in rows)
        assert subtotal.full == sum(Decimal(row.full) for row in rows)
        for child in subtotal.children:
            below = [row for row in rows if row.level2 == child.level]
            assert child.points == sum(Decimal(row.points) for row in below)


@each_form
def test_the_cost_control_rate_is_the_unspent_share(golden):
    printed_rate = golden.document["printed_rates"].get("cost_control")
    execution = golden.score().execution
    share = unspent_share(execution.executed, execution.budget)
    rows = [row for row in golden.form.indicators if row.name == "成本控制率"]
    assert [row.actual for row in rows] == ([f"{printed_rate}(%)"] if printed_rate else [])
    assert printed_rate in (None, Rounding(2, Mode.HALF_UP).shown(share))


@each_form
def test_no_real_form_has_an_error(golden):
    errors = [item for item in golden.score().findings if item.severity is Severity.ERROR]
    assert errors == []


@each_form
def test_every_line_is_scored_by_a_rule_that_explains_itself(golden):
    for line in golden.score().lines:
        assert line.scored.rule in {"at_least", "at_most_linear", "equal", "three_tiers"}
        assert (line.scored.met, line.scored.inferred) == (True, False)
        assert line.scored.because.endswith(("记满分", "分", line.row.full))


# ---------------------------------------------------------------- every figure, changed

GRADES = ("优", "良", "中", "差")
Change = tuple[str, str, Form]  # where, what it was made, the form with it


def changes(text: str) -> Iterator[str]:
    """A figure with its last digit one up and one down, and with each two neighbours exchanged."""
    start = next(i for i, sign in enumerate(text) if sign.isdigit())
    end = max(i for i, sign in enumerate(text) if sign.isdigit()) + 1
    figure = text[start:end]
    number, places = Decimal(figure.replace(",", "")), len(figure.partition(".")[2])
    step = Decimal(1).scaleb(-places)
    changed = {f"{number + step:.{places}f}"}
    if number:
        changed.add(f"{number - step:.{places}f}")
    digits = [i for i, sign in enumerate(figure) if sign.isdigit()]
    for one, other in pairwise(digits):
        if figure[one] != figure[other]:
            signs = list(figure)
            signs[one], signs[other] = signs[other], signs[one]
            changed.add("".join(signs))
    for figure in sorted(changed):
        yield text[:start] + figure + text[end:]


def tampered(golden: Printed) -> Iterator[Change]:
    form = golden.form
    for name in ("total", "rate", "execution_points", "full"):
        for text in changes(getattr(form.claimed, name)):
            yield f"/claimed/{name}", text, with_claim(form, name, text)
    for grade in set(GRADES) - {form.claimed.grade}:
        yield "/claimed/grade", grade, with_claim(form, "grade", grade)
    for part, index, name in figure_cells(form):
        text = getattr(getattr(form, part)[index], name)
        for changed in changes(text):
            changed_form = with_cell(form, part, index, name, changed)
            yield f"/{part}/{index}/{name}", changed, changed_form


def figure_cells(form: Form) -> Iterator[tuple[str, int, str]]:
    """Every cell that prints a figure and is not itself the result that a person reports."""
    for index, row in enumerate(form.funds):
        for name in ("initial", "adjusted", "executed", "rate", "points", "full"):
            if getattr(row, name) != "-":
                yield "funds", index, name
    for index, row in enumerate(form.indicators):
        yield from (("indicators", index, name) for name in ("full", "points"))
        if row.name == "成本控制率":
            yield "indicators", index, "actual"


def with_claim(form: Form, name: str, text: str) -> Form:
    return replace(form, claimed=replace(form.claimed, **{name: text}))


def with_cell(form: Form, part: str, index: int, name: str, text: str) -> Form:
    rows = list(getattr(form, part))
    rows[index] = replace(rows[index], **{name: text})
    return replace(form, **{part: tuple(rows)})


def fits(path: str, place: str) -> bool:
    """Whether a finding leads to the changed cell: itself, its sum, or what is reckoned from it."""
    _, part, *rest = place.split("/")
    if path == place or part == "claimed":
        return path == place
    index, name = rest
    if part == "funds":  # an amount is found by the sum of its column, or by a rate made of it
        return path in (f"/funds/0/{name}", f"/funds/{index}/rate", "/claimed/rate")
    # A weight is found by the sum of the weights, or by the points that it makes; a judgement that
    # stays inside its tier (9.99 of 10 for 达成) is legal: the row then lacks its reason.
    row = f"/indicators/{index}/"
    return path in ("/indicators", f"{row}points") or (name == "points" and path == f"{row}reason")


@each_form
def test_no_printed_figure_can_be_changed_unseen(golden):
    unseen = []
    for place, text, form in tampered(golden):
        errors = [item for item in golden.score(form).findings if item.severity is Severity.ERROR]
        if not any(fits(item.path, place) for item in errors):
            unseen.append((place, text, [item.path for item in errors]))
    assert unseen == []


def test_the_changes_reach_every_figure():
    (golden,) = [item for item in FORMS if item.name.endswith("/01")]
    places = {place for place, _, _ in tampered(golden)}
    assert len(places) == 5 + (3 * 4 + 4 + 2) + (8 * 2 + 1)
    assert set(changes("12.30(%)")) == {"12.31(%)", "12.29(%)", "21.30(%)", "13.20(%)", "12.03(%)"}
    assert set(changes("0.00")) == {"0.01"}
    assert set(changes("2,666.18")) >= {"2,666.81", "2666.19", "6,266.18"}
