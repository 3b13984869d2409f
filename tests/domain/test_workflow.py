import pytest

from app.domain.actors import MAINTAINERS, ROLE_LABELS, Actor, Noun, Role
from app.domain.workflow import (
    ACTION_LABELS,
    LABELS,
    STEPS,
    TABLE,
    Action,
    State,
    allowed,
    becomes,
    grants,
)


@pytest.mark.parametrize(
    ("state", "action", "role", "after"),
    [
        ("draft", "edit", "filler", "draft"),
        ("draft", "submit", "filler", "unit_review"),
        ("unit_review", "withdraw", "filler", "draft"),
        ("unit_review", "return", "unit_lead", "returned"),
        ("returned", "edit", "filler", "returned"),
        ("returned", "submit", "filler", "unit_review"),
        ("draft", "submit", "system", "unit_review"),
        pytest.param("unit_review", "edit", "filler", None, id="submitted is frozen"),
        pytest.param("unit_review", "submit", "filler", None, id="submitted once"),
        pytest.param("unit_review", "return", "filler", None, id="nobody returns their own"),
        pytest.param("draft", "submit", "unit_lead", None, id="the lead does not fill"),
        pytest.param("draft", "edit", "auditor", None, id="an auditor only looks"),
        pytest.param("completed", "edit", "filler", None, id="completed is frozen"),
        pytest.param("published", "withdraw", "system", None, id="published stays"),
    ],
)
def test_becomes(state, action, role, after):
    expected = None if after is None else State(after)
    assert becomes(State(state), Action(action), Role(role)) is expected


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", Role)
def test_allowed_is_what_the_table_grants(state, role):
    granted = {action for action in Action if becomes(state, action, role) is not None}
    assert allowed(state, role) == granted


@pytest.mark.parametrize("role", Role)
def test_grants_is_allowed_somewhere(role):
    for action in Action:
        assert grants(action, role) == any(action in allowed(state, role) for state in State)


def test_each_state_and_action_has_one_row():
    assert len(TABLE) == len(STEPS)


def test_everything_has_a_chinese_label():
    assert set(LABELS) == set(State)
    assert set(ACTION_LABELS) == set(Action)
    assert set(ROLE_LABELS) == set(Role)
    assert set(MAINTAINERS) == set(Noun)


@pytest.mark.parametrize(
    ("role", "scopes", "may"),
    [
        (Role.SYSTEM, {"read", "write"}, True),
        (Role.SYSTEM, {"read", "score"}, False),
        (Role.FINANCE, {"read", "write"}, True),
        (Role.FILLER, {"read", "write"}, False),
    ],
)
def test_who_maintains_organisations(role, scopes, may):
    actor = Actor(1, "某人", role, 1, "/1/", frozenset(scopes))
    assert actor.may_maintain(Noun.ORGANISATION) is may
