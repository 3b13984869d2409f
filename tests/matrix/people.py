"""Somebody of each role at each place, keys of each scope, and what is kept about them."""

from itertools import product

from sqlmodel import Session

from app.db.api_keys import ApiKey
from app.db.delegations import Delegation
from app.db.grants import Grant
from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import EVERY_SCOPE, Role
from app.domain.delegations import DelegationState
from app.domain.grants import GrantState, lane_of
from app.services import accounts, appointments, audit, form_tokens, hashing, own_sessions
from app.services.own_sessions import Whence
from tests.factories import MOMENT, YEAR
from tests.matrix.places import EVERYWHERE, RELATIONS, Person, Record

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
REVIEWERS = (Role.UNIT_LEAD, Role.DEPARTMENT, Role.FINANCE)
ONE_BY_ONE = ("read", "write", "score", "audit", "accounts")
SCOPES = (*ONE_BY_ONE, " ".join(ONE_BY_ONE))
# Years in which there is nothing: whoever is limited to them finds no form and no budget.
OTHER_YEARS = (YEAR - 4, YEAR - 3)
THIS_YEAR = (YEAR, YEAR)
LIMITS = {EVERYWHERE: "", OTHER_YEARS: " in other years", THIS_YEAR: " in this year"}


def people(session: Session, key: bytes, places: dict[str, Organisation]) -> list[Person]:
    """Each role at each place; some at U and above are limited in their years."""
    everywhere = product(RELATIONS, PEOPLE, (EVERYWHERE,))
    limited = (*product("U", PEOPLE, (OTHER_YEARS,)), *product("D", REVIEWERS, (THIS_YEAR,)))
    return [
        _person(session, key, name, places[name], role, years)
        for name, role, years in (*everywhere, *limited)
    ]


def keys(session: Session, places: dict[str, Organisation]) -> list[Person]:
    """A key of each scope, and one of all, at each place."""
    return [
        _key(session, name, places[name], scopes) for name, scopes in product(RELATIONS, SCOPES)
    ]


def asked(session: Session, place: Organisation) -> Record:
    """An account at U that asks for a grant, locked out of its telephone."""
    user = _account(session, "asks", place, demo=False, totp_confirmed_at=MOMENT)
    grant = _grant(session, user, Role.FILLER, place)
    grant.state = GrantState.REQUESTED
    return _of_account("asked", user, grant)


def granted(session: Session, place: Organisation) -> Record:
    """An account at U with a grant in force."""
    user = _account(session, "works", place, demo=False, totp_confirmed_at=MOMENT)
    return _of_account("granted", user, _grant(session, user, Role.FILLER, place))


def delegated(session: Session, found: list[Person]) -> Record:
    """What the unit's lead offers to its filler."""
    lead = next(person for person in found if person.name == "unit_lead at own")
    filler = next(person for person in found if person.name == "filler at own")
    row = Delegation(
        grant_id=int(lead.post.partition("-")[0]), delegate_id=filler.id,
        lane=lane_of(Role.UNIT_LEAD), starts=MOMENT.date(), ends=MOMENT.date().replace(year=2026),
        state=DelegationState.OFFERED, reason="出差", offered_at=MOMENT,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Record("offered", "U", {"delegation_id": str(row.id)}, row.version)


def _of_account(name: str, user: User, grant: Grant) -> Record:
    ids = {"user_id": str(user.id), "grant_id": str(grant.id)}
    return Record(name, "U", ids, grant.version)


def _person(
    session: Session,
    key: bytes,
    name: str,
    place: Organisation,
    role: Role,
    years: tuple[int, int],
) -> Person:
    """An account with a post and a session; demo accounts owe no second factor."""
    label = f"{role} at {RELATIONS[name]}{LIMITS[years]}"
    user = _account(session, label.replace(" ", "-"), place, demo=True)
    grant = _grant(session, user, role, place)
    if years != EVERYWHERE:
        grant.first_year, grant.last_year = years
    token = own_sessions.begin(session, MOMENT, user, Whence())
    holder = accounts.holder_of_token(session, MOMENT, token)
    assert holder is not None
    return Person(
        name=label,
        place=name,
        role=role,
        years=years,
        token=token,
        csrf=form_tokens.token(key, holder),
        handle=own_sessions.handle(token),
        id=user.id,
        post=f"{grant.id}-0",
    )


def _account(session: Session, username: str, place: Organisation, **given: object) -> User:
    user = User(username=username, name=username, organisation_id=place.id, password_hash="none",
                password_set_at=MOMENT, **given)  # fmt: skip
    session.add(user)
    session.flush()
    return user


def _grant(session: Session, user: User, role: Role, place: Organisation) -> Grant:
    return appointments.place(session, MOMENT, user, role, place, audit.CONSOLE)


def _key(session: Session, name: str, place: Organisation, scopes: str) -> Person:
    """A key of an organisation."""
    token = f"key of {name} for {scopes}"
    session.add(
        ApiKey(
            key_hash=hashing.digest(token), name=token, organisation_id=place.id, scopes=scopes,
            created_at=MOMENT,
        )
    )  # fmt: skip
    label = f"key ({scopes}) at {RELATIONS[name]}"
    return Person(label, name, Role.SYSTEM, frozenset(scopes.split()) & EVERY_SCOPE, token=token)
