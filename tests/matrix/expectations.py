"""What each answer of the matrix has to be: by the policy, the table of steps and the relation.

Written without the services, from the tables of the domain alone.
"""

import re
from collections.abc import Iterator
from functools import cache

from app.domain.actors import MAINTAINERS, Role
from app.domain.policies import AUDITS
from app.domain.workflow import Action, Course, State, allowed
from tests.factories import YEAR
from tests.matrix.case import Case
from tests.matrix.forms import LAST_YEAR
from tests.matrix.places import TREE, Person, Record, World
from tests.matrix.table import Declared

OK, SIGN_IN = 200, 303
UNIT = frozenset({Role.FILLER, Role.UNIT_LEAD})
SEATS = {"unit": UNIT, "department": UNIT | {Role.DEPARTMENT}, "finance": frozenset({Role.SYSTEM})}
MARK = re.compile(rb"(own|org)-([A-Z]\d?)")


def expected(world: World, declared: Declared, case: Case, person: Person, record: Record) -> int:
    """The status: OK for any answer below 400."""
    if not declared.policy.public:
        if not person.token:
            return SIGN_IN if (declared.face, declared.method) == ("page", "GET") else 401
        if not _comes(declared, case, person):
            return 403
        if strange_to(world, declared, case, person, record):
            return case.foreign
        if not case.always and not may_now(declared, case, person, record):
            return 409
        if case.unknown(declared, record):
            return 404
    return case.whose.get(person.name, case.foreign) if case.whose else case.status or OK


def strange_to(
    world: World, declared: Declared, case: Case, person: Person, record: Record
) -> bool:
    """Whether the row that is asked for is not there for the caller: place or year."""
    if not case.names(declared):
        return False
    first, last = person.years
    this_year = first <= YEAR <= last or not case.of_a_year(declared)
    return not (this_year and world.reaches(person, record.place))


def may_now(declared: Declared, case: Case, person: Person, record: Record) -> bool:
    """Whether one of the acts is allowed in the state of the form."""
    done, now = case.done(declared), set[Action]()
    for seat in _seats(person):
        now |= allowed(record.state, seat, record.course) if record.state else done
    return not done or (bool(done & now) and record.name in (case.only or (record.name,)))


def strange(world: World, declared: Declared, person: Person, body: bytes) -> Iterator[str]:
    """What stands in an answer and is none of the reader's business: marks, the year before."""
    if declared.policy is AUDITS and person.role is Role.AUDITADMIN:
        return  # who answers for the whole trail
    for kind, place in set(MARK.findall(body)):
        name = place.decode()
        seen = person.token and (
            world.reaches(person, name) or (kind == b"org" and world.shown_above(person, name))
        )
        if not seen:
            yield f"{kind.decode()}-{name}"
    if LAST_YEAR.encode() in body and not person.years[0] < YEAR <= person.years[1]:
        yield "the year before"


def _comes(declared: Declared, case: Case, person: Person) -> bool:
    policy = declared.policy
    if person.scopes.isdisjoint(policy.scopes) or not case.needs <= person.scopes:
        return False
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
