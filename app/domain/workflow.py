"""The course of a form: states, actions, and the one table of who may do what when (办理流程)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
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
    RETURN = "return"


ACTION_LABELS: Mapping[Action, str] = MappingProxyType(
    {
        Action.EDIT: "填写",
        Action.SUBMIT: "提交",
        Action.WITHDRAW: "撤回",
        Action.RETURN: "退回",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: what an action makes of a state, and whose action it is."""

    state: State
    action: Action
    becomes: State
    roles: frozenset[Role]


FILLERS = frozenset({Role.FILLER, Role.SYSTEM})
UNIT_REVIEWERS = frozenset({Role.UNIT_LEAD, Role.SYSTEM})

STEPS: tuple[Step, ...] = (
    Step(State.DRAFT, Action.EDIT, State.DRAFT, FILLERS),
    Step(State.DRAFT, Action.SUBMIT, State.UNIT_REVIEW, FILLERS),
    Step(State.RETURNED, Action.EDIT, State.RETURNED, FILLERS),
    Step(State.RETURNED, Action.SUBMIT, State.UNIT_REVIEW, FILLERS),
    Step(State.UNIT_REVIEW, Action.WITHDRAW, State.DRAFT, FILLERS),
    Step(State.UNIT_REVIEW, Action.RETURN, State.RETURNED, UNIT_REVIEWERS),
)
TABLE: Mapping[tuple[State, Action], Step] = MappingProxyType(
    {(step.state, step.action): step for step in STEPS}
)


def allowed(state: State, role: Role) -> frozenset[Action]:
    """What that role may do to a form in that state."""
    return frozenset(step.action for step in STEPS if step.state == state and role in step.roles)


def becomes(state: State, action: Action, role: Role) -> State | None:
    """The state after the action; None when the table does not grant it to the role."""
    step = TABLE.get((state, action))
    return step.becomes if step is not None and role in step.roles else None


def grants(action: Action, role: Role) -> bool:
    """Whether the role may ever do that: tells "not you" from "not now"."""
    return any(step.action == action and role in step.roles for step in STEPS)
