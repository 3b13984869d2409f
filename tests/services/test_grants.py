"""Grants: two people, one lane, in force at once and over at once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db.grants import Grant
from app.domain.actors import ADMINISTRATORS, Role, Scope
from app.domain.audit import AuditAction, ObjectKind
from app.domain.grants import GrantState
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import accounts, grants, posts
from app.services.grant_entries import GrantEntry
from tests.factories import make_actor, make_organisation, make_region, make_tree
from tests.services.grant_cases import office
from tests.services.trail import since, told, trail

ENTRY = GrantEntry(role="filler", reason="负责填报")
DAY = timedelta(days=1)
INSERTED = (
    "INSERT INTO grants (version, user_id, role, lane, organisation_id, starts, state, reason,"
    " requested_at, requested_by, decided_by, decision) VALUES (1, {}, '{}', '{}', {},"
    " '2025-01-01', 'active', '', '2025-01-01', '', '', '')"
)


@pytest.fixture
def house(session, now):
    return office(session, now)


@pytest.fixture
def idle(house):
    """Somebody with an account and no post."""
    user = house.person("newcomer", Role.FILLER)
    for grant, *_ in grants.grants.of_user(house.session, user.id):
        grant.state, grant.lane = GrantState.REVOKED, None
    house.session.flush()
    return user


def refused(house, user, **given):
    entry = GrantEntry(**{"role": "filler", "reason": "负责填报"} | given)
    with pytest.raises(Unacceptable) as caught:
        grants.request(house.session, house.sysadmin, house.at, user.id, entry)
    return [problem.pointer for problem in caught.value.errors]


def test_one_requests_and_another_confirms(session, house, idle, now):
    before = trail(session)
    grant = grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    assert (grant.state, house.actor(idle)) == ("requested", None)
    grants.confirm(session, house.secadmin, now, grant.id, 1)
    actor = house.actor(idle)
    assert (actor.role, actor.scope) == (Role.FILLER, Scope(house.tree.unit.path))
    asked, confirmed = since(session, before)
    assert (asked.action, confirmed.action) == (AuditAction.REQUEST, AuditAction.CONFIRM)
    assert {event.object_kind for event in (asked, confirmed)} == {ObjectKind.GRANT}
    assert (asked.actor_role, confirmed.actor_role) == ("sysadmin", "secadmin")
    assert told(asked)["/user_id"] == (None, str(idle.id))
    assert told(confirmed) == {"/state": ("requested", "active")}


@pytest.mark.parametrize("role", [role for role in Role if role not in ADMINISTRATORS])
def test_nobody_else_has_a_hand_in_it(session, house, idle, now, role):
    scopes = frozenset({"read", "write"})
    actor = make_actor(house.tree.finance, role, scopes=scopes)
    grant = grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    for act in (
        lambda: grants.request(session, actor, now, idle.id, ENTRY),
        lambda: grants.confirm(session, actor, now, grant.id, 1),
        lambda: grants.refuse(session, actor, now, grant.id, 1, "不需要"),
        lambda: grants.revoke(session, actor, now, grant.id, 1, "不需要"),
        lambda: grants.list_grants(session, actor, now),
        lambda: grants.get(session, actor, now, grant.id),
    ):
        with pytest.raises(Forbidden):
            act()


def test_each_administrator_keeps_to_their_part(session, house, idle, now):
    grant = grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    for actor in (house.sysadmin, house.auditadmin):
        with pytest.raises(Forbidden):
            grants.confirm(session, actor, now, grant.id, 1)
    for actor in (house.secadmin, house.auditadmin):
        with pytest.raises(Forbidden):
            grants.request(session, actor, now, idle.id, ENTRY)
    key = make_actor(house.tree.finance, Role.SYSTEM)
    with pytest.raises(Forbidden):
        grants.confirm(session, key, now, grant.id, 1)


def test_nobody_decides_on_their_own_grant(session, house, now):
    """A second grant of a 安全管理员, requested and then in force."""
    own = GrantEntry(role="secadmin", organisation_id=house.tree.unit.id, reason="下级单位")
    user_id = house.secadmin.id
    grant = grants.request(session, house.sysadmin, now, user_id, own)
    with pytest.raises(Forbidden, match="另一位安全管理员"):
        grants.confirm(session, house.secadmin, now, grant.id, 1)
    other = house.actor(house.person("second", Role.SECADMIN, house.tree.finance))
    grants.confirm(session, other, now, grant.id, 1)
    with pytest.raises(Forbidden, match="另一位安全管理员"):
        grants.revoke(session, house.secadmin, now, grant.id, 2, "多余")
    assert grants.revoke(session, other, now, grant.id, 2, "多余").state == "revoked"


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_gets_nothing_else(house, role):
    user = house.person(f"only-{role}", role, house.tree.finance)
    others = [item for item in Role if item not in (role, Role.SYSTEM)]
    for other in others:
        unit_id = house.tree.finance.id
        assert "/role" in refused(house, user, role=other, organisation_id=unit_id), other


def test_business_roles_may_be_held_together(session, house, now):
    user = house.person("both", Role.FILLER)
    house.granted(user, Role.UNIT_LEAD)
    assert {post.role for post in posts.in_force(session, now, user.id)} == {
        Role.FILLER,
        Role.UNIT_LEAD,
    }


def test_a_request_binds_as_much_as_a_grant_and_a_refusal_lets_go(session, house, idle, now):
    finance = house.tree.finance.id
    grant = grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    assert refused(house, idle, role="secadmin", organisation_id=finance) == ["/role"]
    grants.refuse(session, house.secadmin, now, grant.id, 1, "请改为安全管理员")
    entry = GrantEntry(role="secadmin", organisation_id=finance, reason="改任")
    assert grants.request(session, house.sysadmin, now, idle.id, entry).lane == "secadmin"


def test_what_the_calendar_ended_lets_go_and_is_told(session, house, now):
    user = house.person("clerk", Role.FILLER)
    grant = grants.grants.of_user(session, user.id)[0][0]
    grant.ends = (now - DAY).date()
    session.flush()
    before = trail(session)
    entry = GrantEntry(role="sysadmin", organisation_id=house.tree.finance.id, reason="改任")
    grants.request(session, house.sysadmin, now, user.id, entry)
    [event] = since(session, before)
    assert told(event)[f"/grants/{grant.id}/state"] == ("active", "expired")
    assert (grant.state, grant.lane) == ("expired", None)


@pytest.mark.parametrize("role", ["filler", "secadmin"])
def test_the_database_itself_keeps_the_lanes_apart(session, house, role):
    user = house.person("lane", Role.SYSADMIN, house.tree.finance)
    lane = role if role == "secadmin" else "business"
    row = (user.id, role, lane, house.tree.finance.id)
    for changed in (
        INSERTED.format(*row),
        f"UPDATE users SET lane = '{lane}' WHERE id = {user.id}",
        f"UPDATE grants SET role = '{role}' WHERE user_id = {user.id}",
        f"UPDATE grants SET lane = NULL WHERE user_id = {user.id}",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(changed))


def test_every_problem_at_once(house, idle):
    wrong = {
        "role": "king", "organisation_id": 999_999, "first_year": 2025, "last_year": 2024,
        "starts": date(2025, 5, 1), "ends": date(2025, 4, 1), "reason": " ",
    }  # fmt: skip
    assert refused(house, idle, **wrong) == [
        "/role", "/organisation_id", "/reason", "/last_year", "/ends",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"role": ""}, ["/role"]),
        ({"role": "system"}, ["/role"]),
        ({"reason": "字" * 201}, ["/reason"]),
        ({"reason": "控\x07制"}, ["/reason"]),
        ({"first_year": 1900}, ["/first_year"]),
        ({"last_year": 10_000}, ["/last_year"]),
        ({"ends": date(2025, 3, 2)}, ["/ends"]),
        ({"role": "finance"}, ["/role"]),
        ({"role": "department"}, ["/role"]),
        ({"role": "auditadmin"}, ["/organisation_id"]),
        ({"role": "sysadmin", "first_year": 2024}, ["/first_year"]),
    ],
)
def test_what_cannot_be_granted(house, idle, given, pointers):
    assert refused(house, idle, **given) == pointers


def test_the_same_grant_is_asked_for_once(house, idle, session, now):
    grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    assert refused(house, idle) == ["/role"]
    assert grants.request(
        session,
        house.sysadmin,
        now,
        idle.id,
        GrantEntry(role="filler", first_year=2024, reason="年"),
    )


def test_a_closed_unit_and_a_foreign_one_cannot_be_granted(session, house, idle):
    closed = make_organisation(session, house.tree.finance, active=False)
    foreign = make_tree(session).unit
    assert refused(house, idle, organisation_id=closed.id) == ["/organisation_id"]
    assert refused(house, idle, organisation_id=foreign.id) == ["/organisation_id"]


def test_what_lies_outside_is_not_found(session, house, idle, now):
    grant = grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    other = office(session, now)
    for act in (
        lambda: grants.request(session, other.sysadmin, now, idle.id, ENTRY),
        lambda: grants.confirm(session, other.secadmin, now, grant.id, 1),
        lambda: grants.revoke(session, other.secadmin, now, grant.id, 1, "x"),
        lambda: grants.get(session, other.secadmin, now, grant.id),
        lambda: grants.request(session, house.sysadmin, now, 10**9, ENTRY),
        lambda: grants.confirm(session, house.secadmin, now, 10**9, 1),
    ):
        with pytest.raises(NotFound):
            act()
    assert grants.list_grants(session, other.secadmin, now, user_id=idle.id).items == ()


def test_a_decision_is_made_once_and_on_what_was_seen(session, house, idle, now):
    grant = grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    with pytest.raises(VersionConflict):
        grants.confirm(session, house.secadmin, now, grant.id, 7)
    grants.confirm(session, house.secadmin, now, grant.id, 1)
    with pytest.raises(Conflict, match="在用"):
        grants.confirm(session, house.secadmin, now, grant.id, 2)
    with pytest.raises(Unacceptable):
        grants.revoke(session, house.secadmin, now, grant.id, 2, "  ")
    grants.revoke(session, house.secadmin, now, grant.id, 2, "调离")
    with pytest.raises(Conflict, match="已撤销"):
        grants.revoke(session, house.secadmin, now, grant.id, 3, "调离")


def test_a_request_that_came_too_late_or_for_a_closed_account(session, house, idle, now):
    ends = GrantEntry(role="filler", ends=now.date(), reason="短期")
    grant = grants.request(session, house.sysadmin, now, idle.id, ends)
    with pytest.raises(Conflict, match="已到期"):
        grants.confirm(session, house.secadmin, now + DAY, grant.id, 1)
    other = grants.request(session, house.sysadmin, now + DAY, idle.id, ENTRY)
    idle.active = False
    with pytest.raises(Conflict, match="停用"):
        grants.confirm(session, house.secadmin, now + DAY, other.id, 1)


def test_a_days_end_is_that_of_the_region(session, house, now):
    """18:00 UTC is two o'clock of the next morning in Shanghai, and the same evening in London."""
    make_region(session, "110000", time_zone="Europe/London")
    west = make_organisation(session, house.tree.finance, region_code="110000")
    today = now.date()
    here = house.person("here", Role.AUDITOR)
    there = house.person("there", Role.AUDITOR, west)
    for user in (here, there):
        grant = grants.grants.of_user(session, user.id)[0][0]
        grant.ends = today
    session.flush()
    before, after = now.replace(hour=15, minute=59), now.replace(hour=16)
    assert house.actor(here, before)
    assert house.actor(here, after) is None
    assert house.actor(there, after)
    assert house.actor(there, after.replace(hour=23, minute=59))
    assert house.actor(there, now.replace(hour=0) + DAY) is None


def test_a_list_is_filtered_and_paged(session, house, idle, now):
    asked = grants.request(session, house.sysadmin, now, idle.id, ENTRY)
    waiting = grants.list_grants(session, house.secadmin, now, states=[GrantState.REQUESTED])
    assert [item.grant.id for item in waiting.items] == [asked.id]
    assert grants.waiting(session, house.secadmin) == 1
    assert grants.waiting(session, house.sysadmin) == 0
    named = grants.list_grants(session, house.secadmin, now, text="newco")
    assert {item.user.id for item in named.items} == {idle.id}
    assert grants.list_grants(session, house.secadmin, now, text="%").items == ()
    first = grants.list_grants(session, house.secadmin, now, limit=1)
    second = grants.list_grants(session, house.secadmin, now, limit=1, after=first.next)
    assert first.items[0].grant.id < second.items[0].grant.id
    with pytest.raises(Unacceptable):
        grants.list_grants(session, house.secadmin, now, text="\x07")


def test_the_console_appoints_at_once_and_in_place_of_everything(session, house, now):
    user = house.person("moved", Role.FILLER)
    house.granted(user, Role.UNIT_LEAD)
    before = trail(session)
    accounts.change(session, now, user, role=Role.SYSADMIN)
    assert [post.role for post in posts.in_force(session, now, user.id)] == [Role.SYSADMIN]
    change, confirmed = since(session, before)
    assert {change.actor_name, confirmed.actor_name} == {"命令行"}
    assert list(told(change).values()) == [("active", "revoked")] * 2
    assert session.get_one(Grant, int(confirmed.object_id)).decided_by == "命令行"
