"""The course of a form: states, actions, and the one table of who may do what when (办理流程)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from app.domain.actors import Role


class State(StrEnum):
    """Where a form stands."""

    DRAFT = "draft"
    UNIT_REVIEW = "unit_review"
    DEPARTMENT_REVIEW = "department_review"
    FINANCE_REVIEW = "finance_review"
    COMPLETED = "completed"
    PUBLISHED = "published"
    RETURNED = "returned"


LABELS: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "草稿",
        State.UNIT_REVIEW: "单位审核",
        State.DEPARTMENT_REVIEW: "主管部门审核",
        State.FINANCE_REVIEW: "财政审核",
        State.COMPLETED: "已完成",
        State.PUBLISHED: "已公开",
        State.RETURNED: "已退回",
    }
)


class Action(StrEnum):
    """What can be done to a form."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    REVIEW = "review"
    APPROVE = "approve"
    RETURN = "return"
    UNAPPROVE = "unapprove"
    REOPEN = "reopen"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"


ACTION_LABELS: Mapping[Action, str] = MappingProxyType(
    {
        Action.EDIT: "填写",
        Action.SUBMIT: "提交",
        Action.WITHDRAW: "撤回",
        Action.ACCEPT: "受理",
        Action.REVIEW: "审核",
        Action.APPROVE: "同意",
        Action.RETURN: "退回",
        Action.UNAPPROVE: "取消审核",
        Action.REOPEN: "重新开放",
        Action.PUBLISH: "公开",
        Action.UNPUBLISH: "撤销公开",
    }
)

REVIEWS = (State.UNIT_REVIEW, State.DEPARTMENT_REVIEW, State.FINANCE_REVIEW)
# The way of a form from its filler to its end; RETURNED is the filler's place for a second time.
WAY = (State.DRAFT, *REVIEWS, State.COMPLETED, State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Course:
    """What beside its state decides what may be done to a form.

    `reviews` are the steps that its region and kind ask for; `opened` tells that the present
    reviewer began; a form that is not `in_use` was superseded by a later revision. Where the
    present review is shared by several `branches` (业务处 and 绩效处), all of them must agree:
    `agreed` names those that did, `branch` the one of whoever asks.
    """

    reviews: tuple[State, ...] = REVIEWS
    opened: bool = False
    in_use: bool = True
    branches: tuple[str, ...] = ()
    agreed: frozenset[str] = frozenset()
    branch: str = ""

    def after(self, state: State) -> State:
        """The step that follows: the next review asked for, or the end."""
        place = 0 if state is State.RETURNED else WAY.index(state)
        return next((step for step in WAY[place + 1 :] if step in self.reviews), State.COMPLETED)

    def before(self, state: State) -> State:
        """Who holds the form when it goes one step back; a draft before the first review."""
        earlier = WAY[: WAY.index(state)]
        return next((step for step in reversed(earlier) if step in self.reviews), State.DRAFT)

    def returns(self, state: State) -> tuple[State, ...]:
        """Where a reviewer may return a form to: its filler, or an earlier review."""
        if state not in REVIEWS:
            return ()
        earlier = REVIEWS[: REVIEWS.index(state)]
        return (State.RETURNED, *(step for step in earlier if step in self.reviews))

    @property
    def outstanding(self) -> frozenset[str]:
        """The branches that have not agreed yet."""
        return frozenset(self.branches) - self.agreed

    @property
    def decides(self) -> bool:
        """Whether whoever asks may decide the present review.

        A branch agrees once. Where a change of the settings left none outstanding, any of
        them may finish: no form is ever without somebody who can act.
        """
        if not self.branches:
            return True
        return self.branch in (self.outstanding or self.branches)

    @property
    def settles(self) -> bool:
        """Whether the agreement of whoever asks completes the present review."""
        return self.outstanding <= {self.branch}


WHOLE = Course()
# What a review shared by branches leaves to those that have not agreed.
DECIDING = frozenset({Action.ACCEPT, Action.REVIEW, Action.APPROVE, Action.RETURN})


class Move(StrEnum):
    """Where an action leads when the course of the form says so."""

    NEXT = "next"
    BACK = "back"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: what an action makes of a state, and whose action it is.

    A row `unopened` holds only until the reviewer began.
    """

    state: State
    action: Action
    becomes: State | Move
    roles: frozenset[Role]
    unopened: bool = False


FILLERS = frozenset({Role.FILLER, Role.SYSTEM})
FINANCES = frozenset({Role.FINANCE, Role.SYSTEM})
# Whose hands a form is in; a key of an organisation acts for those who work there.
HOLDERS: Mapping[State, frozenset[Role]] = MappingProxyType(
    {
        State.DRAFT: FILLERS,
        State.RETURNED: FILLERS,
        State.UNIT_REVIEW: frozenset({Role.UNIT_LEAD, Role.SYSTEM}),
        State.DEPARTMENT_REVIEW: frozenset({Role.DEPARTMENT, Role.SYSTEM}),
        State.FINANCE_REVIEW: FINANCES,
    }
)


@cache
def steps(course: Course = WHOLE) -> tuple[Step, ...]:
    """The table for a course; whoever sent a form on may withdraw it until it is opened."""
    return (*_filling(), *_reviewing(course), *_finishing())


def _filling() -> Iterator[Step]:
    for state in (State.DRAFT, State.RETURNED):
        yield Step(state, Action.EDIT, state, FILLERS)
        yield Step(state, Action.SUBMIT, Move.NEXT, FILLERS)


def _reviewing(course: Course) -> Iterator[Step]:
    for state in REVIEWS:
        reviewers, senders = HOLDERS[state], HOLDERS[course.before(state)]
        yield Step(state, Action.WITHDRAW, Move.BACK, senders, unopened=True)
        yield Step(state, Action.ACCEPT, state, reviewers, unopened=True)
        yield Step(state, Action.REVIEW, state, reviewers)
        yield Step(state, Action.APPROVE, Move.NEXT, reviewers)
        yield Step(state, Action.RETURN, Move.CHOSEN, reviewers)


def _finishing() -> Iterator[Step]:
    yield Step(State.COMPLETED, Action.UNAPPROVE, Move.BACK, FINANCES)
    # The form itself stays as it was completed; its next revision begins with the filler.
    yield Step(State.COMPLETED, Action.REOPEN, State.COMPLETED, FINANCES)
    yield Step(State.COMPLETED, Action.PUBLISH, State.PUBLISHED, FINANCES)
    yield Step(State.PUBLISHED, Action.UNPUBLISH, State.COMPLETED, FINANCES)


def allowed(state: State, role: Role, course: Course = WHOLE) -> frozenset[Action]:
    """What that role may do to a form in that state."""
    return frozenset(step.action for step in _open_steps(state, course) if role in step.roles)


def becomes(
    state: State,
    action: Action,
    role: Role,
    course: Course = WHOLE,
    to: State = State.RETURNED,
) -> State | None:
    """The state after the action; None when the table does not grant it to the role.

    `to` is where a return leads, one of `course.returns(state)`.
    """
    for step in _open_steps(state, course):
        if step.action is action and role in step.roles:
            return _destination(step, course, to)
    return None


def grants(action: Action, role: Role) -> bool:
    """Whether the role may ever do that: tells "not you" from "not now"."""
    return any(step.action == action and role in step.roles for step in steps())


def _open_steps(state: State, course: Course) -> Iterator[Step]:
    for step in steps(course):
        if step.state != state or not course.in_use or (step.unopened and course.opened):
            continue
        if step.action not in DECIDING or course.decides:
            yield step


def _destination(step: Step, course: Course, to: State) -> State | None:
    if step.becomes is Move.NEXT:
        return course.after(step.state) if course.settles else step.state
    if step.becomes is Move.BACK:
        return course.before(step.state)
    if step.becomes is Move.CHOSEN:
        return to if to in course.returns(step.state) else None
    return State(step.becomes)
