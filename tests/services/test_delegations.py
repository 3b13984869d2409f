"""Delegations: lent to a colleague, taken on, signed, over at once, never longer than the grant."""

from datetime import date, timedelta

import pytest

from app.domain.actors import Role
from app.domain.audit import AuditAction, ObjectKind, Person
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import audit, delegations, grants, lanes, posts
from app.services.audit import EventFilter
from app.services.delegations import DelegationEntry
from app.services.grant_entries import GrantEntry
from tests.services.grant_cases import office
from tests.services.trail import since, told, trail

DAY = timedelta(days=1)
ENDS = date(2025, 3, 10)


@pytest.fixture
def house(session, now):
    return office(session, now)


@pytest.fixture
def lead(house):
    return house.person("顾明远", Role.UNIT_LEAD)


@pytest.fixture
def clerk(house):
    return house.person("周晓岚", Role.FILLER)


def who(user):
    return Person(user.id, user.name)


def entry(house, lender, **given):
    key = posts.in_force(house.session, house.at, lender.id)[0].key
    usual = {"post": key, "username": "周晓岚", "starts": None, "ends": ENDS, "reason": "外出培训"}
    return DelegationEntry(**usual | given)


def lent(house, lender, delegate, **given):
    made = entry(house, lender, **given)
    row = delegations.offer(house.session, who(lender), house.at, made)
    return delegations.accept(house.session, who(delegate), house.at, row.id, row.version)


def refused(house, lender, **given):
    with pytest.raises(Unacceptable) as caught:
        delegations.offer(house.session, who(lender), house.at, entry(house, lender, **given))
    return [problem.pointer for problem in caught.value.errors]


def roles(house, user, at=None):
    return {post.role for post in posts.in_force(house.session, at or house.at, user.id)}


def test_it_counts_once_it_is_accepted_and_both_see_it(session, house, lead, clerk, now):
    before = trail(session)
    row = delegations.offer(session, who(lead), now, entry(house, lead))
    assert roles(house, clerk) == {Role.FILLER}
    delegations.accept(session, who(clerk), now, row.id, 1)
    assert roles(house, clerk) == {Role.FILLER, Role.UNIT_LEAD}
    assert roles(house, lead) == {Role.UNIT_LEAD}
    [mine], [theirs] = (delegations.of_user(session, now, user.id) for user in (lead, clerk))
    assert (mine.mine, theirs.mine, mine.standing) == (True, False, "accepted")
    offered, taken = since(session, before)
    assert [event.action for event in (offered, taken)] == ["delegate", "take_on"]
    assert {event.object_kind for event in (offered, taken)} == {ObjectKind.DELEGATION}
    assert told(offered)["/delegate"] == (None, "周晓岚")
    assert told(taken) == {"/state": ("offered", "accepted")}


def test_acts_are_signed_and_found_by_the_name_of_whoever_did_them(
    session, house, lead, clerk, now
):
    lent(house, lead, clerk)
    post = posts.in_force(session, now, clerk.id)[1]
    actor = post.actor(clerk.id, clerk.name)
    assert (actor.name, actor.role) == ("周晓岚（代顾明远）", Role.UNIT_LEAD)
    assert (actor.scope.path, actor.stands_for) == (house.tree.unit.path, lead.id)
    audit.record(session, actor, now, AuditAction.EXPORT, audit.about(clerk))
    found = audit.list_events(session, house.auditadmin, EventFilter(person="周晓岚")).items
    assert found[0].actor_name == "周晓岚（代顾明远）"
    assert audit.list_events(session, house.auditadmin, EventFilter(person="周晓")).items == ()


def test_an_offer_may_be_declined_and_either_may_end_it(session, house, lead, clerk, now):
    row = delegations.offer(session, who(lead), now, entry(house, lead))
    with pytest.raises(Forbidden):
        delegations.accept(session, who(lead), now, row.id, 1)
    with pytest.raises(VersionConflict):
        delegations.accept(session, who(clerk), now, row.id, 7)
    assert delegations.decline(session, who(clerk), now, row.id, 1).lane is None
    with pytest.raises(Conflict, match="未接受"):
        delegations.accept(session, who(clerk), now, row.id, 2)
    for user in (lead, clerk):
        before = trail(session)
        row = lent(house, lead, clerk)
        delegations.end(session, who(user), now, row.id, row.version)
        assert roles(house, clerk) == {Role.FILLER}
        assert [event.action for event in since(session, before)][-1] == "end_delegation"
        assert len(since(session, before)) == 3
        with pytest.raises(Conflict, match="已结束"):
            delegations.end(session, who(user), now, row.id, row.version)


def test_a_stranger_does_not_find_it(session, house, lead, clerk, now):
    row = delegations.offer(session, who(lead), now, entry(house, lead))
    other = house.person("何思源", Role.FILLER)
    for act in (delegations.accept, delegations.decline, delegations.end):
        with pytest.raises(NotFound):
            act(session, who(other), now, row.id, 1)
        with pytest.raises(NotFound):
            act(session, who(lead), now, 10**9, 1)


def test_its_days_are_counted(session, house, lead, clerk, now):
    lent(house, lead, clerk, starts=(now + DAY).date())
    assert roles(house, clerk) == {Role.FILLER}
    assert Role.UNIT_LEAD in roles(house, clerk, now + DAY)
    midnight = now.replace(day=10, hour=16)  # in Shanghai the eleventh begins
    assert Role.UNIT_LEAD in roles(house, clerk, midnight - timedelta(seconds=1))
    assert roles(house, clerk, midnight) == {Role.FILLER}


@pytest.mark.parametrize("over", ["revoked", "expired", "lender off", "delegate moved", "unit off"])
def test_it_never_outlives_what_it_comes_from(session, house, lead, clerk, now, over):
    lent(house, lead, clerk)
    grant = grants.grants.of_user(session, lead.id)[0][0]
    if over == "revoked":
        grants.revoke(session, house.secadmin, now, grant.id, grant.version, "调离")
    elif over == "expired":
        grant.ends = (now - DAY).date()
    elif over == "lender off":
        lead.active = False
    elif over == "delegate moved":
        clerk.organisation_id = house.tree.department.id
    else:
        house.tree.unit.active = False
    session.flush()
    assert Role.UNIT_LEAD not in roles(house, clerk)


def test_revoking_the_grant_ends_what_was_lent_and_says_so(session, house, lead, clerk, now):
    row = lent(house, lead, clerk)
    grant = grants.grants.of_user(session, lead.id)[0][0]
    before = trail(session)
    grants.revoke(session, house.secadmin, now, grant.id, grant.version, "调离")
    [event] = since(session, before)
    assert told(event)[f"/delegations/{row.id}/state"] == ("accepted", "ended")
    assert (row.ended_by, row.lane) == (house.secadmin.name, None)


def test_what_was_lent_is_not_lent_on(session, house, lead, clerk, now):
    lent(house, lead, clerk)
    house.person("第三人", Role.FILLER)
    key = posts.in_force(session, now, clerk.id)[1].key
    with pytest.raises(Forbidden, match="不能再委托"):
        delegations.offer(
            session, who(clerk), now, entry(house, clerk, post=key, username="第三人")
        )


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditadmin"])
def test_an_administrator_lends_nothing_and_is_lent_nothing(session, house, lead, now, role):
    admin = house.person(f"另一{role}", Role(role), house.tree.finance)
    house.person("同事", Role.FINANCE, house.tree.finance)
    with pytest.raises(Forbidden, match="不能委托"):
        delegations.offer(session, who(admin), now, entry(house, admin, username="同事"))
    beside = house.person(f"本单位{role}", Role.SYSADMIN)
    assert refused(house, lead, username=beside.username) == ["/username"]


def test_who_was_lent_something_cannot_become_an_administrator(session, house, lead, now):
    clerk = house.person("周晓岚", Role.FILLER)
    own = grants.grants.of_user(session, clerk.id)[0][0]
    grants.revoke(session, house.secadmin, now, own.id, own.version, "改派")
    lent(house, lead, clerk)
    assert lanes.bound(session, now, clerk.id) == "business"
    asked = GrantEntry(role="sysadmin", organisation_id=house.tree.finance.id, reason="改任")
    with pytest.raises(Unacceptable, match="改正"):
        grants.request(session, house.sysadmin, now, clerk.id, asked)
    later = now + 30 * DAY
    assert grants.request(session, house.sysadmin, later, clerk.id, asked).lane == "sysadmin"


def test_every_problem_at_once(session, house, lead, clerk):
    wrong = {"post": "x", "username": "nobody", "ends": None, "reason": " "}
    assert refused(house, lead, **wrong) == ["/post", "/username", "/reason", "/ends"]
    assert refused(house, lead, ends=date(2025, 3, 2)) == ["/ends"]
    assert refused(house, lead, starts=date(2025, 3, 9), ends=date(2025, 3, 8)) == ["/ends"]
    assert refused(house, lead, username=lead.username) == ["/username"]
    assert refused(house, lead, reason="字" * 201) == ["/reason"]
    clerk.active = False
    assert refused(house, lead) == ["/username"]


def test_it_goes_to_the_same_unit_and_no_longer_than_the_grant(session, house, lead, clerk):
    elsewhere = house.person("外单位", Role.FILLER, house.tree.other_unit)
    assert refused(house, lead, username=elsewhere.username) == ["/username"]
    grants.grants.of_user(session, lead.id)[0][0].ends = date(2025, 3, 9)
    session.flush()
    assert refused(house, lead) == ["/ends"]


def test_who_can_be_reached_in_a_role(session, house, lead, clerk, now):
    lent(house, lead, clerk)
    unit_id = house.tree.unit.id
    found = posts.reachable(session, now, Role.UNIT_LEAD, unit_id, 2024)
    assert {user.id for user in found} == {lead.id, clerk.id}
    assert posts.reachable(session, now, Role.UNIT_LEAD, house.tree.department.id, 2024) == ()
    above = house.person("主管", Role.DEPARTMENT, house.tree.department)
    found = posts.reachable(session, now, Role.DEPARTMENT, unit_id, 2024)
    assert [user.id for user in found] == [above.id]
    grants.grants.of_user(session, above.id)[0][0].first_year = 2025
    session.flush()
    assert posts.reachable(session, now, Role.DEPARTMENT, unit_id, 2024) == ()
