"""What each answer of the matrix has to be: by the policy, the table of steps and the relation.

Written without the services, from the tables of the domain alone.
"""

import re
from collections.abc import Iterator
from functools import cache

from app.domain.actors import MAINTAINERS, Role
from app.domain.workflow import Action, Course, State, allowed
from tests.matrix.cases import Case
from tests.matrix.table import Declared
from tests.matrix.world import TREE, Person, Record, World

OK, SIGN_IN = 200, 303
UNIT = frozenset({Role.FILLER, Role.UNIT_LEAD})
SEATS = {"unit": UNIT, "department": UNIT | {Role.DEPARTMENT}, "finance": frozenset({Role.SYSTEM})}
MARK = re.compile(rb"(own|org)-([A-Z]\d?)")


def expected(world: World, declared: Declared, case: Case, person: Person, record: Record) -> int:
    """The status: OK for any answer below 400."""
    policy = declared.policy
    if policy.public:
        return case.status or OK
    if not person.token:
        return SIGN_IN if (declared.face, declared.method) == ("page", "GET") else 401
    if person.scopes.isdisjoint(policy.scopes) or not _comes(declared, case, person):
        return 403
    if case.names(declared) and not world.reaches(person, record.place):
        return case.foreign
    if case.done(declared) and not case.always and not may_now(declared, case, person, record):
        return 409
    return case.status or OK


def may_now(declared: Declared, case: Case, person: Person, record: Record) -> bool:
    """Whether one of the acts is allowed in the state of the form."""
    now: set[Action] = set()
    for seat in _seats(person):
        now |= allowed(record.state, seat, record.course) if record.state else {Action.EDIT}
    return bool(case.done(declared) & now) and record.name in (case.only or (record.name,))


def strange(world: World, person: Person, body: bytes) -> Iterator[str]:
    """Marks of organisations that the person has no business to read of."""
    for kind, place in set(MARK.findall(body)):
        name = place.decode()
        seen = person.token and (
            world.reaches(person, name) or (kind == b"org" and world.shown_above(person, name))
        )
        if not seen:
            yield f"{kind.decode()}-{name}"


def _comes(declared: Declared, case: Case, person: Person) -> bool:
    policy = declared.policy
    if policy.actions:
        return any(_ever(action, seat) for action in case.done(declared) for seat in _seats(person))
    if policy.noun is not None:
        return person.role in MAINTAINERS[policy.noun]
    return person.role in policy.roles


def _seats(person: Person) -> frozenset[Role]:
    """A key works for those of its organisation."""
    if person.role is Role.SYSTEM:
        return SEATS[TREE[person.place][1]]
    return frozenset({person.role} if person.role else ())


@cache
def _ever(action: Action, role: Role) -> bool:
    courses = (Course(), Course(opened=True))
    return any(action in allowed(state, role, course) for state in State for course in courses)
