import pytest

from app.domain.actors import MAINTAINERS, ROLE_LABELS, Noun, Role
from app.domain.workflow import (
    ACTION_LABELS,
    LABELS,
    REVIEWS,
    WHOLE,
    Action,
    Course,
    State,
    allowed,
    becomes,
    grants,
    steps,
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
    for course in COURSES:
        pairs = [(step.state, step.action) for step in steps(course)]
        assert len(set(pairs)) == len(pairs)


# What each role may do in each state: unopened, then once the reviewer began. The key of a
# finance bureau (system) takes every seat; whoever is not named may do nothing.
FILLING = {"edit", "submit"}
REVIEWING = {"review", "approve", "return"}
EXPECTED = {
    "draft": {"filler": FILLING, "system": FILLING},
    "returned": {"filler": FILLING, "system": FILLING},
    "unit_review": {
        "filler": {"withdraw"},
        "unit_lead": REVIEWING | {"accept"},
        "system": REVIEWING | {"accept", "withdraw"},
    },
    "department_review": {
        "unit_lead": {"withdraw"},
        "department": REVIEWING | {"accept"},
        "system": REVIEWING | {"accept", "withdraw"},
    },
    "finance_review": {
        "department": {"withdraw"},
        "finance": REVIEWING | {"accept"},
        "system": REVIEWING | {"accept", "withdraw"},
    },
    "completed": {
        "finance": {"unapprove", "reopen", "publish"},
        "system": {"unapprove", "reopen", "publish"},
    },
    "published": {"finance": {"unpublish"}, "system": {"unpublish"}},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("opened", [False, True])
def test_the_whole_matrix(state, action, role, opened):
    expected = EXPECTED[state].get(role, set()) - ({"accept", "withdraw"} if opened else set())
    assert (action in allowed(state, role, Course(opened=opened))) == (action in expected)


TWO = ("社会保障处", "绩效管理处")


@pytest.mark.parametrize(
    ("agreed", "branch", "granted", "after"),
    [
        ((), TWO[0], True, "finance_review"),
        ((), TWO[1], True, "finance_review"),
        ((TWO[0],), TWO[1], True, "completed"),
        ((TWO[1],), TWO[0], True, "completed"),
        pytest.param((TWO[0],), TWO[0], False, None, id="a branch agrees once"),
        pytest.param((), "", False, None, id="nobody outside the branches"),
        pytest.param((), "预算处", False, None, id="a branch of another step"),
        pytest.param(TWO, TWO[0], True, "completed", id="the settings left none outstanding"),
        pytest.param(("撤销的处",), TWO[0], True, "finance_review", id="a branch that is gone"),
    ],
)
def test_all_branches_of_a_step_agree(agreed, branch, granted, after):
    course = Course(branches=TWO, agreed=frozenset(agreed), branch=branch)
    state, role = State.FINANCE_REVIEW, Role.FINANCE
    deciding = {Action.ACCEPT, Action.REVIEW, Action.APPROVE, Action.RETURN}
    assert allowed(state, role, course) == (deciding if granted else set())
    reached = becomes(state, Action.APPROVE, role, course)
    assert reached == (None if after is None else State(after))
    returned = becomes(state, Action.RETURN, role, course)
    assert returned == (State.RETURNED if granted else None)


def test_whoever_sent_a_form_to_branches_may_withdraw_it_unopened():
    course = Course(branches=TWO)
    assert allowed(State.FINANCE_REVIEW, Role.DEPARTMENT, course) == {Action.WITHDRAW}


COURSES = [
    Course(tuple(step for step in REVIEWS if step in chosen))
    for chosen in (
        set(REVIEWS),
        {State.UNIT_REVIEW, State.FINANCE_REVIEW},
        {State.DEPARTMENT_REVIEW, State.FINANCE_REVIEW},
        {State.UNIT_REVIEW, State.DEPARTMENT_REVIEW},
        {State.UNIT_REVIEW},
        {State.FINANCE_REVIEW},
    )
]


def moves(state, course):
    """Every state that somebody can bring the form to."""
    found = set()
    for step in steps(course):
        for to in (*course.returns(state), State.RETURNED):
            if step.state == state:
                found |= {becomes(state, step.action, role, course, to) for role in step.roles}
    return found - {None}


def reachable(state, course):
    seen, left = {state}, [state]
    while left:
        for reached in moves(left.pop(), course) - seen:
            seen.add(reached)
            left.append(reached)
    return seen


@pytest.mark.parametrize("course", COURSES, ids=lambda course: "-".join(course.reviews))
@pytest.mark.parametrize("state", State)
def test_no_state_is_a_dead_end(state, course):
    """From every state, even one that the course no longer has, to the end and back to filling."""
    assert {State.COMPLETED, State.PUBLISHED, State.RETURNED} <= reachable(state, course)


def test_a_form_is_only_reviewed_where_its_course_leads():
    for course in COURSES:
        reached = reachable(State.DRAFT, course) & set(REVIEWS)
        assert reached == set(course.reviews)


@pytest.mark.parametrize(
    ("state", "reviews", "after", "before", "returns"),
    [
        ("unit_review", "u d f", "department_review", "draft", "returned"),
        ("finance_review", "u d f", "completed", "department_review",
         "returned unit_review department_review"),
        pytest.param("unit_review", "u f", "finance_review", "draft", "returned",
                     id="a county without department review"),
        pytest.param("finance_review", "u f", "completed", "unit_review", "returned unit_review",
                     id="goes back past the step left out"),
        pytest.param("department_review", "u f", "finance_review", "unit_review",
                     "returned unit_review", id="a form where the step was switched off"),
        pytest.param("completed", "u", "completed", "unit_review", "", id="only the unit"),
    ],
)  # fmt: skip
def test_a_course_leads_on_and_back(state, reviews, after, before, returns):
    names = {"u": State.UNIT_REVIEW, "d": State.DEPARTMENT_REVIEW, "f": State.FINANCE_REVIEW}
    course = Course(tuple(names[letter] for letter in reviews.split()))
    assert course.after(State(state)) == after
    assert course.before(State(state)) == before
    assert course.returns(State(state)) == tuple(returns.split())


def test_the_sender_of_a_course_withdraws():
    county = Course((State.UNIT_REVIEW, State.FINANCE_REVIEW))
    back = becomes(State.FINANCE_REVIEW, Action.WITHDRAW, Role.UNIT_LEAD, county)
    assert back is State.UNIT_REVIEW
    assert becomes(State.FINANCE_REVIEW, Action.WITHDRAW, Role.DEPARTMENT, county) is None


def test_a_return_leads_only_to_earlier_holders():
    arguments = (State.UNIT_REVIEW, Action.RETURN, Role.UNIT_LEAD, WHOLE)
    assert becomes(*arguments, State.RETURNED) is State.RETURNED
    for to in (State.UNIT_REVIEW, State.FINANCE_REVIEW, State.COMPLETED, State.DRAFT):
        assert becomes(*arguments, to) is None


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", Role)
def test_a_superseded_form_only_stands_to_be_read(state, role):
    assert allowed(state, role, Course(in_use=False)) == frozenset()


def test_everything_has_a_chinese_label():
    assert set(LABELS) == set(State)
    assert set(ACTION_LABELS) == set(Action)
    assert set(ROLE_LABELS) == set(Role)
    assert set(MAINTAINERS) == set(Noun)
