"""Accounts as administrators keep them: made, switched off, let in again, listed."""

from datetime import timedelta

import pytest

from app.domain.actors import Role
from app.domain.audit import AuditAction, ObjectKind
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import account_lists, accounts, hashing, logins, password_policies, passwords
from app.services import users as service
from app.services.account_lists import Which
from app.services.grant_entries import GrantEntry
from app.services.logins import Door
from app.services.own_sessions import Whence
from app.services.users import UserEntry
from tests.factories import make_actor, make_tree
from tests.services.grant_cases import PASSWORD, office
from tests.services.trail import since, told, trail

PROFILE = password_policies.profile()
DAY = timedelta(days=1)


@pytest.fixture
def house(session, now):
    return office(session, now)


@pytest.fixture(scope="module")
def drawn():
    return passwords.draw()


@pytest.fixture
def clerk(house):
    return house.person("clerk", Role.FILLER)


def entry(house, **given):
    asked = (GrantEntry(role="filler", reason="负责填报"),)
    usual = {"username": "li.jing", "name": "李静", "organisation_id": house.tree.unit.id}
    return UserEntry(**usual | {"grants": asked} | given)


def test_an_account_comes_with_requests_and_a_password_for_one_login(session, house, now, drawn):
    before = trail(session)
    user = service.create(session, house.sysadmin, now, entry(house), drawn, PROFILE)
    made, asked = since(session, before)
    assert (made.action, made.object_kind) == (AuditAction.CREATE, ObjectKind.USER)
    assert (asked.action, asked.object_kind) == (AuditAction.REQUEST, ObjectKind.GRANT)
    assert drawn.password not in str(trail(session))
    assert user.issued_until == now + PROFILE.issued_for
    token = accounts.log_in(session, now, "li.jing", drawn.password)
    holder = accounts.holder_of_token(session, now, token)
    assert (holder.actor, holder.posts) == (None, ())


def test_every_problem_at_once_and_none_is_written(session, house, now, drawn, clerk):
    wrong = entry(
        house, username="clerk", name=" ", organisation_id=999_999,
        grants=(GrantEntry(role="king"), GrantEntry(role="finance", first_year=1, reason="年")),
    )  # fmt: skip
    pointers = [
        "/username", "/name", "/organisation_id", "/grants/0/role", "/grants/0/organisation_id",
        "/grants/0/reason", "/grants/1/organisation_id", "/grants/1/first_year",
    ]  # fmt: skip
    found = service.problems(session, house.sysadmin, now, wrong)
    assert [problem.pointer for problem in found] == pointers
    before = trail(session)
    with pytest.raises(Unacceptable) as caught:
        service.create(session, house.sysadmin, now, wrong, drawn, PROFILE)
    assert tuple(caught.value.errors) == found
    assert since(session, before) == []
    assert service.problems(session, house.sysadmin, now, entry(house)) == ()


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"username": ""}, ["/username"]),
        ({"username": "x" * 151}, ["/username"]),
        ({"username": "a\x07b"}, ["/username"]),
        ({"name": "字" * 181}, ["/name"]),
        ({"organisation_id": None}, ["/organisation_id"]),
    ],
)
def test_what_cannot_be_an_account(session, house, now, given, pointers):
    found = service.problems(session, house.sysadmin, now, entry(house, **given))
    assert [problem.pointer for problem in found] == pointers


def test_one_entry_cannot_ask_for_two_lanes_or_twice_the_same(session, house, now):
    filler = GrantEntry(role="filler", reason="填报")
    admin = GrantEntry(role="sysadmin", reason="管理")
    for pair in ((filler, admin), (filler, filler)):
        found = service.problems(session, house.sysadmin, now, entry(house, grants=pair))
        assert [problem.pointer for problem in found] == ["/grants/1/role"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSADMIN])
def test_nobody_else_keeps_accounts(session, house, now, drawn, clerk, role):
    actor = make_actor(house.tree.finance, role, scopes=frozenset({"read", "write", "audit"}))
    for act in (
        lambda: service.create(session, actor, now, entry(house), drawn, PROFILE),
        lambda: service.problems(session, actor, now, entry(house)),
        lambda: service.set_active(session, actor, now, clerk.id, 1, active=False),
        lambda: service.issue_password(session, actor, now, clerk.id, 1, drawn, PROFILE),
    ):
        with pytest.raises(Forbidden):
            act()


def test_outside_is_not_found_and_a_stale_page_is_told(session, house, now, clerk):
    other = office(session, now)
    for user_id in (clerk.id, 10**9):
        with pytest.raises(NotFound):
            service.set_active(session, other.sysadmin, now, user_id, 1, active=False)
        with pytest.raises(NotFound):
            account_lists.get(session, other.secadmin, now, user_id)
    with pytest.raises(VersionConflict):
        service.set_active(session, house.sysadmin, now, clerk.id, 9, active=False)


def test_switched_off_is_out_at_the_next_request_with_its_keys(session, house, now, clerk):
    token = accounts.log_in(session, now, "clerk", PASSWORD)
    accounts.add_key(session, now, "k", "接口", house.tree.unit, "read", owner_id=clerk.id)
    before = trail(session)
    off = service.set_active(session, house.sysadmin, now, clerk.id, clerk.version, active=False)
    [event] = since(session, before)
    assert told(event) == {"/active": ("true", "false")}
    assert accounts.holder_of_token(session, now, token) is None
    assert accounts.actor_of_key(session, "k") is None
    service.set_active(session, house.sysadmin, now, clerk.id, off.version, active=True)
    assert accounts.actor_of_key(session, "k") is not None
    assert accounts.holder_of_token(session, now, token) is None


def test_nobody_switches_themselves_off_and_administrators_are_revoked_first(session, house, now):
    with pytest.raises(Forbidden, match="另一位管理员"):
        service.set_active(session, house.sysadmin, now, house.sysadmin.id, 1, active=False)
    for admin in (house.secadmin, house.auditadmin):
        with pytest.raises(Conflict, match="先由安全管理员撤销"):
            service.set_active(session, house.sysadmin, now, admin.id, 1, active=False)


def test_passwords_and_second_factors_are_reset_by_different_people(
    session, house, now, clerk, drawn
):
    token = accounts.log_in(session, now, "clerk", PASSWORD)
    before = trail(session)
    service.issue_password(session, house.sysadmin, now, clerk.id, clerk.version, drawn, PROFILE)
    assert accounts.holder_of_token(session, now, token) is None
    assert hashing.verified(clerk.password_hash, drawn.password)
    with pytest.raises(Conflict):
        service.reset_second_factor(session, house.secadmin, now, clerk.id, clerk.version)
    clerk.totp_nonce, clerk.totp_confirmed_at = "x", now
    with pytest.raises(Forbidden, match="安全管理员"):
        service.reset_second_factor(session, house.sysadmin, now, clerk.id, clerk.version)
    service.reset_second_factor(session, house.secadmin, now, clerk.id, clerk.version)
    assert clerk.totp_confirmed_at is None
    events = since(session, before)
    assert [(event.action, event.actor_role) for event in events] == [
        ("password", "sysadmin"),
        ("second_factor", "secadmin"),
    ]


def test_the_public_password_of_a_demo_account_stays(session, house, now, clerk, drawn):
    clerk.demo = True
    with pytest.raises(Conflict, match="演示账号"):
        service.issue_password(session, house.sysadmin, now, clerk.id, 1, drawn, PROFILE)


def names(session, house, at, **asked):
    found = account_lists.list_users(session, house.sysadmin, at, **asked).items
    return {item.user.username for item in found}


def test_the_list_knows_who_was_not_seen_for_ninety_days(session, house, now, clerk):
    never = house.person("never", Role.FILLER)
    accounts.log_in(session, now + 30 * DAY, "clerk", PASSWORD)
    assert names(session, house, now + 90 * DAY, which=Which.IDLE) == set()
    later = now + 91 * DAY
    assert "clerk" not in names(session, house, later, which=Which.IDLE)
    assert never.username in names(session, house, later, which=Which.IDLE)
    assert "clerk" in names(session, house, now + 121 * DAY, which=Which.IDLE)
    never.active = False
    session.flush()
    assert never.username not in names(session, house, later, which=Which.IDLE)
    assert names(session, house, later, which=Which.OFF) == {never.username}
    assert never.username not in names(session, house, later, which=Which.ACTIVE)


def test_the_list_is_searched_and_stays_within_the_scope(session, house, now, clerk):
    assert names(session, house, now, text="cler") == {"clerk"}
    assert names(session, house, now, text="%") == set()
    with pytest.raises(Unacceptable):
        names(session, house, now, text="\x07")
    office(session, now)
    make_tree(session)
    found = account_lists.list_users(session, house.sysadmin, now, limit=200).items
    assert all(item.organisation.path.startswith(house.tree.finance.path) for item in found)
    first = account_lists.list_users(session, house.sysadmin, now, limit=1)
    second = account_lists.list_users(session, house.sysadmin, now, limit=1, after=first.next)
    assert first.items[0].user.id < second.items[0].user.id


def test_a_lock_is_seen(session, house, now, clerk):
    door, where = Door(key=b"k" * 32), Whence("10.9.9.9")
    for _ in range(5):
        logins.settle(session, now, logins.look_up(session, "clerk"), False, where, door)
    assert account_lists.get(session, house.secadmin, now, clerk.id).locked
    assert not account_lists.get(session, house.secadmin, now + DAY, clerk.id).locked
