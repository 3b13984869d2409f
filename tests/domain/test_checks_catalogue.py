"""What holds for the checks as a whole: their order, their switch, what an edition must say."""

from dataclasses import replace

import pytest

from app.domain.checks import CHECKS, TITLES, faults
from app.domain.findings import SEVERITY_ORDER, Severity
from app.domain.forms import Claimed
from app.domain.standards import CheckRule
from tests.domain.factories import NATIONAL, findings, score, with_row


def test_findings_come_errors_first_then_in_the_order_of_the_catalogue():
    given = replace(
        with_row(0, actual="130个", points="40", reason=""), claimed=Claimed(total="1", grade="差")
    )
    found = score(given).findings
    assert [item.code for item in found] == ["A3", "A4", "A5", "B2", "B4"]
    weights = [SEVERITY_ORDER[item.severity] for item in found]
    assert weights == sorted(weights)


def test_a_check_that_the_edition_turns_off_is_silent():
    off = replace(NATIONAL, checks={**NATIONAL.checks, "C9": CheckRule(None, {})})
    given = with_row(0, target="")
    assert findings(given, "C9")
    assert findings(given, "C9", off) == []
    assert findings(given, "C9", replace(NATIONAL, checks={})) == []


def test_every_check_has_a_title():
    assert all(TITLES[check.code] == check.title for check in CHECKS)


FAULTS = [
    pytest.param(
        {"Z9": CheckRule(Severity.ERROR, {})}, "checks.Z9: unknown check; known", id="code"
    ),
    pytest.param(
        {"B4": CheckRule(Severity.ERROR, {})}, "checks.B4.rows: missing", id="figure missing"
    ),
    pytest.param(
        {"B4": CheckRule(Severity.ERROR, {"rows": "3"})},
        "checks.B4.rows: expected a number, got '3'",
        id="figure in words",
    ),
    pytest.param(
        {"C5": CheckRule(Severity.ERROR, {"execution_words": "预算"})},
        "checks.C5.execution_words: expected a list, got '预算'",
        id="a text for a list",
    ),
    pytest.param(
        {"B3": CheckRule(Severity.ERROR, {"wrods": []})},
        "checks.B3.wrods: unknown key; known keys: words",
        id="a slip",
    ),
    pytest.param(
        {"A1": CheckRule(Severity.ERROR, {"words": []})},
        "checks.A1.words: unknown key; known keys: none",
        id="a check without figures",
    ),
]


@pytest.mark.parametrize(("checks", "fault"), FAULTS)
def test_a_fault_of_an_edition_is_named(checks, fault):
    (found,) = faults(replace(NATIONAL, checks=checks))
    assert found.startswith(fault)


def test_a_check_that_is_off_needs_no_figures():
    assert list(faults(replace(NATIONAL, checks={"B4": CheckRule(None, {})}))) == []
