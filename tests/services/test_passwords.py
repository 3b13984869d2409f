"""Issued passwords, chosen ones, and the sessions that end with them."""

from datetime import timedelta

import pytest

from app.db import grants
from app.db.session import reading, writing
from app.domain.actors import Role
from app.domain.grants import GrantState
from app.errors import Conflict, Unacceptable, Unauthenticated
from app.services import accounts, duties, hashing, own_sessions, password_policies, passwords
from app.services.duties import Duty
from app.services.own_sessions import Whence
from app.services.passwords import Change
from tests.factories import make_tree

PROFILE = password_policies.profile()
FIRST, SECOND = "Maple-River-2031", "Cedar-Valley-2032"
DAY = timedelta(days=1)


@pytest.fixture
def name(engine, now):
    made = "u" + hashing.new_token()[:12]
    with writing(engine) as session:
        unit = make_tree(session).unit
        accounts.add_user(session, now, made, "王敏", Role.FILLER, unit, FIRST)
    return made


@pytest.fixture
def enter(engine, now, name):
    def enter(password=FIRST, after=timedelta()):
        with writing(engine) as session:
            return accounts.log_in(session, now + after, name, password)

    return enter


@pytest.fixture
def duty(engine, now):
    def duty(token, after=timedelta()):
        with reading(engine) as session:
            holder = accounts.holder_of_token(session, now + after, token)
            return holder and duties.duty_of(session, now + after, holder, PROFILE)

    return duty


def change(engine, now, token, new=SECOND, current=FIRST, repeated=None):
    typed = Change(current, new, new if repeated is None else repeated)
    return passwords.change(engine, now, token, typed, PROFILE)


def test_every_profile_loads_and_is_named():
    assert set(password_policies.profiles()) == {"dengbao", "asvs"}
    assert len(PROFILE.common) > 3000
    with pytest.raises(password_policies.UnknownProfile, match="JIXIAO_PASSWORD_PROFILE"):
        password_policies.profile("none")


def test_random_passwords_satisfy_every_profile():
    for profile in password_policies.profiles().values():
        assert all(profile.faults(passwords.random_password()) == () for _ in range(200))


def test_an_issued_password_opens_one_session_in_which_it_is_changed(
    engine, now, name, enter, duty
):
    with writing(engine) as session:
        issued = passwords.issue(session, now, accounts.by_username(session, name), PROFILE)
    token = enter(issued)
    assert duty(token) is Duty.PASSWORD
    with pytest.raises(Unauthenticated, match="已经用过一次"):
        enter(issued)
    fresh = change(engine, now, token, current=issued)
    assert duty(fresh) is Duty.NONE
    assert duty(token) is None
    assert enter(SECOND)


def test_an_issued_password_ends_after_seven_days(engine, now, name, enter):
    with writing(engine) as session:
        issued = passwords.issue(session, now, accounts.by_username(session, name), PROFILE)
    with pytest.raises(Unauthenticated, match="已经过期"):
        enter(issued, 7 * DAY)


def test_a_password_of_ninety_days_is_changed_first(enter, duty):
    assert duty(enter(after=89 * DAY), 89 * DAY) is Duty.NONE
    assert duty(enter(after=90 * DAY), 90 * DAY) is Duty.PASSWORD


def test_a_demo_account_is_exempt(engine, now, name, enter, duty):
    with writing(engine) as session:
        accounts.by_username(session, name).demo = True
    token = enter(after=400 * DAY)
    assert duty(token, 400 * DAY) is Duty.NONE
    with pytest.raises(Conflict, match="演示账号"):
        change(engine, now + 400 * DAY, token)


@pytest.mark.parametrize(
    ("typed", "pointers"),
    [
        ({"current": "wrong"}, ["/current"]),
        ({"new": "short", "repeated": "other"}, ["/new", "/repeated"]),
        ({"new": FIRST}, ["/new"]),
    ],
)
def test_what_is_wrong_is_told_field_by_field(engine, now, enter, typed, pointers):
    with pytest.raises(Unacceptable) as refused:
        change(engine, now, enter(), **typed)
    assert sorted({problem.pointer for problem in refused.value.errors}) == pointers


def test_the_last_five_do_not_come_back_and_the_sixth_may(engine, now, enter):
    token, current = enter(), FIRST
    for number in range(1, 5):
        new = f"Cedar-Valley-{number}"
        token, current = change(engine, now, token, new, current), new
    with pytest.raises(Unacceptable, match="改正"):
        change(engine, now, token, FIRST, current)
    token = change(engine, now, token, "Cedar-Valley-5", current)
    assert change(engine, now, token, FIRST, "Cedar-Valley-5")


def test_a_changed_password_ends_the_other_sessions(engine, now, enter, duty):
    here, there = enter(), enter()
    fresh = change(engine, now, here)
    assert (duty(here), duty(there), duty(fresh)) == (None, None, Duty.NONE)


@pytest.mark.parametrize("what", [{"active": False}, {"role": Role.AUDITOR}])
def test_sessions_end_with_the_account_or_the_role(engine, now, name, enter, duty, what):
    token = enter()
    with writing(engine) as session:
        accounts.change(session, now, accounts.by_username(session, name), **what)
    assert duty(token) is None


def test_a_grant_taken_away_behind_the_programs_back_counts_too(engine, name, enter, duty):
    token = enter()
    with writing(engine) as session:
        user = accounts.by_username(session, name)
        for grant, *_ in grants.of_user(session, user.id):
            grant.state, grant.lane = GrantState.REVOKED, None
    assert duty(token) is Duty.POST


def test_own_sessions_are_listed_and_ended(engine, now, name, enter, duty):
    here, there, third = enter(), enter(), enter()
    with writing(engine) as session:
        user = accounts.by_username(session, name)
        listed = own_sessions.listed(session, now, user.id, here)
        assert [item.present for item in listed] == [True, False, False]
        own_sessions.end_one(session, now, user.id, own_sessions.handle(there))
        assert own_sessions.end_others(session, now, user.id, here) == 1
    assert (duty(here), duty(there), duty(third)) == (Duty.NONE, None, None)


def test_nobody_ends_the_session_of_another(engine, now, enter):
    token = enter()
    for name in (own_sessions.handle(token), "", "%", "_" * 32):
        with writing(engine) as session, pytest.raises(own_sessions.NotFound):
            own_sessions.end_one(session, now, 10**9, name)


def test_a_session_knows_where_it_began(engine, now, name):
    with writing(engine) as session:
        user = accounts.by_username(session, name)
        whence = Whence("10.1.2.3", "Mozilla/5.0 " * 100)
        token = own_sessions.begin(session, now, user, whence)
        listed = own_sessions.listed(session, now, user.id, token)
    assert listed[0].address == "10.1.2.3"
    assert len(listed[0].agent) == own_sessions.LONGEST_AGENT
