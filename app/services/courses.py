"""The course of stored forms (办理流程): what an actor may do now, and moves between states."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session

from app.db import regions, review_branches, reviews, workflow_settings
from app.db.organisations import Organisation, OrganisationKind
from app.db.review_branches import ReviewBranch
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import WRITE, Actor, Role
from app.domain.audit import AuditAction, Change, differences
from app.domain.policies import acts
from app.domain.workflow import LABELS, REVIEWS, Action, Course, State, allowed, becomes
from app.errors import Conflict
from app.services import audit, filing_terms, notices
from app.services.form_sheets import carry_score

REASON = "/reason"  # the pointer of the reason among an act's changes
HEAD = ("state", "receipt", "returned_reason", "is_current", "opened_by", "due_on")
UNIT_ROLES = frozenset({Role.FILLER, Role.UNIT_LEAD})
# A key acts for the people of its organisation and of those below it, never for those above.
SEATS: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        OrganisationKind.UNIT: UNIT_ROLES,
        OrganisationKind.DEPARTMENT: UNIT_ROLES | {Role.DEPARTMENT},
        OrganisationKind.FINANCE: frozenset({Role.SYSTEM}),
    }
)


class Desk:
    """What one actor may do to one form or to many: seats and settings are read once."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._scopes = actor.scopes
        self._reviews: dict[tuple[str, str], tuple[State, ...]] = {}
        self._branches: dict[tuple[str, str], list[ReviewBranch]] = {}
        self._own = (
            review_branches.branch_ids_of(session, actor.stands_for) if actor.is_person else ()
        )
        self.seats = seats(session, actor)

    def actions(self, form: SelfEvaluation) -> frozenset[Action]:
        """What the actor may do to the form as it stands."""
        if WRITE not in self._scopes:
            return frozenset()
        state, course = State(form.state), self.course(form)
        granted = (allowed(state, seat, course) for seat in self.seats)
        return frozenset().union(*granted)

    def grants(self, action: Action) -> bool:
        """Whether the actor may ever do that."""
        return acts(action).admits(self.seats, self._scopes)

    def course(self, form: SelfEvaluation) -> Course:
        """The reviews that the form passes, and how far the present one has come."""
        key = (form.region_code, form.kind)
        if key not in self._reviews:
            self._reviews[key] = reviews_of(self._session, *key)
            self._branches[key] = review_branches.of_kind(self._session, *key)
        opened, in_use = form.opened_at is not None, form.is_current
        branches = [row for row in self._branches[key] if row.step == form.state]
        if not branches:
            return Course(self._reviews[key], opened, in_use)
        return Course(
            self._reviews[key],
            opened,
            in_use,
            branches=tuple(row.name for row in branches),
            agreed=frozenset(
                row.branch for row in reviews.agreed(self._session, form.id, form.state)
            ),
            branch=next((row.name for row in branches if row.id in self._own), ""),
        )


def seats(session: Session, actor: Actor) -> frozenset[Role]:
    """Whose seats the actor takes: a person their own, a key those of its organisation."""
    if actor.role is not Role.SYSTEM:
        return frozenset({actor.role})
    organisation = session.get_one(Organisation, actor.organisation_id)
    return SEATS.get(organisation.kind, UNIT_ROLES)


def may_act(session: Session, actor: Actor, roles: frozenset[Role]) -> bool:
    """Whether the actor writes and takes one of those seats."""
    return WRITE in actor.scopes and not roles.isdisjoint(seats(session, actor))


def reviews_of(session: Session, region_code: str, kind: str) -> tuple[State, ...]:
    """The reviews of a region and form kind in their order; all of them where nothing is set."""
    setting = workflow_settings.find(session, region_code, kind)
    if setting is None:
        return REVIEWS
    chosen = setting.steps.split()
    return tuple(step for step in REVIEWS if step in chosen)


def actions(session: Session, actor: Actor, form: SelfEvaluation) -> frozenset[Action]:
    """What the actor may do to the form as it stands."""
    return Desk(session, actor).actions(form)


def move(
    session: Session,
    form: SelfEvaluation,
    actor: Actor,
    action: Action,
    now: datetime,
    to: State = State.RETURNED,
) -> None:
    """Let the form take an action's step; raises Conflict where the table has none."""
    desk = Desk(session, actor)
    course, state = desk.course(form), State(form.state)
    reached = {becomes(state, action, seat, course, to) for seat in desk.seats} - {None}
    if not reached:
        raise Conflict(standing(session, form))
    arrived = next(iter(reached))
    if arrived is state and action is Action.APPROVE:  # other branches are still to agree
        touch(session, form, actor, now)
        return
    form.state = str(arrived)
    form.moved_at, form.moved_by = now, actor.name
    form.opened_at = form.opened_by = None
    if form.state == State.RETURNED:
        filing_terms.let_mend(session, actor, now, form)
    filing_terms.follow(session, form)
    touch(session, form, actor, now)


@contextmanager
def recorded(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    action: Action | AuditAction,
) -> Iterator[list[Change]]:
    """An act on a form and its event: what it changed in the head, and the changes it adds.

    Whoever has to know of it is told in the same transaction. A review saved without a change
    is no act and leaves no event.
    """
    before, more = _head(form), list[Change]()
    came_from = State(form.state)
    yield more
    session.flush()
    if isinstance(action, Action):
        notices.tell(session, actor, now, form, action, came_from, _reason(form, more))
    changes = (*differences(before, _head(form)), *more)
    if changes or action is not Action.REVIEW:
        audit.record(session, actor, now, AuditAction(action), audit.about(form), changes)


def _reason(form: SelfEvaluation, changes: list[Change]) -> str:
    """Why it was done, where the act asks for a reason: told to whom it concerns."""
    given = (change.after for change in changes if change.field == REASON)
    return next(given, None) or form.returned_reason


def _head(form: SelfEvaluation) -> dict[str, object]:
    """What an act on a form may change in its head."""
    return {name: getattr(form, name) for name in HEAD}


def touch(session: Session, form: SelfEvaluation, actor: Actor, now: datetime) -> None:
    """Count a change of the form that leaves its score as it is."""
    form.version += 1
    form.updated_at, form.updated_by = now, actor.name
    carry_score(session, form)


def standing(session: Session, form: SelfEvaluation) -> str:
    """For whoever comes too late: who did what when, and what to do."""
    label = LABELS[State(form.state)]
    if form.moved_by is None or form.moved_at is None:
        return f"这张表现在是“{label}”，不能这样操作，请刷新后核对。"
    when = moment(session, form.region_code, form.moved_at)
    return f"{form.moved_by}已于{when}办理，这张表现在是“{label}”，请刷新后核对。"


def newer(session: Session, form: SelfEvaluation) -> str:
    """For whoever worked from an older version: who wrote last and when."""
    if form.updated_by is None:
        return ""
    when = moment(session, form.region_code, form.updated_at)
    return f"内容已由他人更新（{form.updated_by}，{when}），请查看最新内容后再操作。"


def moment(session: Session, region_code: str, at: datetime) -> str:
    """A moment on the clock of a region: `3月3日10:05`."""
    local = at.astimezone(regions.zone(session, region_code))
    return f"{local.month}月{local.day}日{local:%H:%M}"
