"""The lock: what it counts, whom it lets by, and that it tells nobody anything."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.db.session import writing
from app.domain.actors import Role
from app.services import accounts, hashing, logins
from app.services.logins import Door, Typed
from app.services.own_sessions import Whence
from tests.factories import make_tree

DOOR = Door(key=b"k" * 32)
MINUTE = timedelta(minutes=1)
PASSWORD = "Maple-River-2031"


@pytest.fixture
def name(engine, now):
    """An account of its own for each test: attempts are committed."""
    made = hashing.new_token()[:12]
    with writing(engine) as session:
        unit = make_tree(session).unit
        accounts.add_user(session, now, made, "王敏", Role.FILLER, unit, PASSWORD)
    return made


@pytest.fixture
def office():
    """An address of its own for each test, for the same reason."""
    return Whence(hashing.new_token())


@pytest.fixture
def elsewhere():
    return Whence(hashing.new_token())


@pytest.fixture
def attempt(engine, now, name, office):
    def attempt(password=PASSWORD, whence=office, after=timedelta(), username=None):
        return logins.attempt(engine, now + after, Typed(username or name, password), whence, DOOR)

    return attempt


def test_the_fifth_failure_locks_and_time_opens_again(attempt):
    assert [attempt("wrong").message for _ in range(5)] == [logins.REFUSED] * 5
    locked = attempt()
    assert not locked.token
    assert "请 15 分钟后再试" in locked.message
    assert locked.retry_after == 15 * 60
    assert attempt(after=15 * MINUTE).token


def test_an_unknown_name_is_locked_alike(attempt):
    unknown = hashing.new_token()
    seen = [attempt("wrong", username=unknown) for _ in range(6)]
    assert [verdict.message for verdict in seen[:5]] == [logins.REFUSED] * 5
    assert "15 分钟后再试" in seen[5].message


def test_the_lock_costs_a_verification_too(attempt, monkeypatch):
    for _ in range(5):
        attempt("wrong")
    verified = []
    monkeypatch.setattr(hashing, "verified", lambda *_: bool(verified.append(1)))
    assert attempt().retry_after
    assert verified == [1]


def test_a_place_that_was_let_in_is_not_locked_out_with_the_others(attempt, office, elsewhere):
    assert attempt(whence=office).token
    for _ in range(6):
        attempt("wrong", elsewhere)
    assert attempt(whence=elsewhere).retry_after
    assert attempt(whence=office).token


def test_a_known_place_has_a_lock_of_its_own(attempt, office, elsewhere):
    assert attempt(whence=office).token
    for _ in range(5):
        attempt("wrong", office)
    assert attempt(whence=office).retry_after
    assert attempt(whence=elsewhere).token


def test_a_browser_that_was_let_in_passes_a_neighbour_at_the_same_address(attempt, office):
    device = attempt(whence=office).device
    for _ in range(6):
        attempt("wrong", office)
    assert attempt(whence=office).retry_after
    own = Whence(office.address, "", device)
    assert attempt(whence=own).token
    forged = Whence(office.address, "", device[:-1] + ("0" if device[-1] != "0" else "1"))
    assert attempt(whence=forged).retry_after


def test_the_device_of_one_account_means_nothing_to_another(attempt):
    device = attempt().device
    assert logins.known_device(DOOR.key, 10**9, device) == ""
    for odd in ("", ".", "a.b", "\ud800.x"):
        assert logins.known_device(DOOR.key, 1, odd) == ""


def test_a_success_forgets_the_failures_of_its_place(attempt):
    attempt()
    for _ in range(3):
        for _ in range(4):
            attempt("wrong")
        assert attempt(after=MINUTE).token


def test_an_address_that_tries_many_names_is_slowed(attempt):
    sprayer = Whence(hashing.new_token())
    for number in range(20):
        assert not attempt("wrong", sprayer, username=f"n{number}").retry_after
    slowed = attempt(whence=sprayer)
    assert slowed.retry_after == 1
    assert "这个网络地址" in slowed.message
    assert attempt(whence=sprayer, after=timedelta(seconds=1)).token


def test_many_guesses_at_once_are_judged_no_more_than_five(attempt):
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: attempt("wrong"), range(12)))
    assert sum(not verdict.retry_after for verdict in seen) == 5


def test_a_password_changed_while_it_was_verified_opens_nothing(engine, now, name, office):
    with writing(engine) as session:
        candidate = logins.look_up(session, name)
        accounts.by_username(session, name).password_hash = hashing.hash_password("another")
    with writing(engine) as session:
        verdict = logins.settle(session, now, candidate, True, office, DOOR)
    assert verdict.message == logins.REFUSED
