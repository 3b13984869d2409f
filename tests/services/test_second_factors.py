"""The second factor: set up, asked for once each, recovered."""

from datetime import timedelta

import pyotp
import pytest

from app.db import recovery_codes
from app.db.session import writing
from app.domain.actors import Role
from app.errors import Unacceptable
from app.services import accounts, duties, hashing, password_policies, second_factors
from app.services.duties import Duty
from app.services.logins import Door
from app.services.own_sessions import Whence
from tests.factories import make_tree

KEY = b"k" * 32
DOOR, HERE = Door(key=KEY), Whence("10.0.0.1")
STEP = timedelta(seconds=30)
PASSWORD = "Maple-River-2031"
PROFILE = password_policies.profile()


class Person:
    """Somebody with an account and, once enrolled, a telephone."""

    def __init__(self, engine, now, role=Role.FINANCE):
        self.engine, self.name = engine, "u" + hashing.new_token()[:12]
        with writing(engine) as session:
            unit = make_tree(session).unit
            user = accounts.add_user(session, now, self.name, "王敏", role, unit, PASSWORD)
            self.id, self.unit = user.id, unit

    def log_in(self, now):
        with writing(self.engine) as session:
            return accounts.log_in(session, now, self.name, PASSWORD)

    def duty(self, now, token):
        with writing(self.engine) as session:
            holder = accounts.holder_of_token(session, now, token)
            return holder and duties.duty_of(session, now, holder, PROFILE)

    def enrol(self, now):
        token = self.log_in(now)
        with writing(self.engine) as session:
            holder = accounts.holder_of_token(session, now, token)
            key = second_factors.begin(session, KEY, self.id).key
            self.totp = pyotp.TOTP(key.replace(" ", ""))
            return second_factors.confirm(session, now, KEY, holder, self.totp.at(now))

    def check(self, now, code, token=None):
        token = token or self.log_in(now)
        with writing(self.engine) as session:
            holder = accounts.holder_of_token(session, now, token)
            return second_factors.check(session, now, holder, code, HERE, DOOR)


@pytest.fixture
def person(engine, now):
    return Person(engine, now)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_who_may_not_do_without_is_data(engine, now, role):
    somebody = Person(engine, now, role)
    due = Duty.NONE if role is Role.FILLER else Duty.ENROL
    assert somebody.duty(now, somebody.log_in(now)) is due


def test_the_owner_of_a_key_needs_one(engine, now):
    owner = Person(engine, now, Role.FILLER)
    with writing(engine) as session:
        key = accounts.add_key(session, now, hashing.new_token(), "一体化", owner.unit, "read")
        key.owner_id = owner.id
    assert owner.duty(now, owner.log_in(now)) is Duty.ENROL


def test_demo_accounts_may_do_without(engine, now, person):
    with writing(engine) as session:
        accounts.by_username(session, person.name).demo = True
    assert person.duty(now, person.log_in(now)) is Duty.NONE


def test_setting_up_gives_a_new_session_and_ends_the_others(person, now):
    earlier = person.log_in(now)
    done = person.enrol(now)
    assert person.duty(now, done.token) is Duty.NONE
    assert person.duty(now, earlier) is None
    assert len(set(done.codes)) == 10


def test_a_wrong_first_code_sets_nothing_up(engine, person, now):
    token = person.log_in(now)
    with writing(engine) as session:
        holder = accounts.holder_of_token(session, now, token)
        second_factors.begin(session, KEY, person.id)
        with pytest.raises(Unacceptable):
            second_factors.confirm(session, now, KEY, holder, "000000")
    assert person.duty(now, token) is Duty.ENROL


def test_the_password_alone_opens_nothing(engine, person, now):
    person.enrol(now)
    token = person.log_in(now)
    assert person.duty(now, token) is Duty.FACTOR
    with writing(engine) as session:
        assert accounts.actor_of_token(session, now, token) is None


def test_a_code_works_once_within_its_window(person, now):
    person.enrol(now)
    assert not person.check(now, person.totp.at(now)).token, "the code of the enrolment again"
    later = now + 4 * STEP
    code = person.totp.at(later)
    verdict = person.check(later, code)
    assert person.duty(later, verdict.token) is Duty.NONE
    assert not person.check(later, code).token
    assert person.check(later, person.totp.at(later + STEP)).token, "a clock half a minute fast"
    much = later + 20 * STEP
    assert not person.check(much, person.totp.at(much - 2 * STEP)).token


def test_the_pending_session_ends_with_the_right_code(person, now):
    person.enrol(now)
    later = now + 2 * STEP
    pending = person.log_in(later)
    assert person.check(later, person.totp.at(later), pending).token
    assert person.duty(later, pending) is None


def test_a_recovery_code_works_once_however_it_is_typed(person, now):
    codes = person.enrol(now).codes
    assert person.check(now, f" {codes[0].lower().replace('-', ' ')} ").token
    assert not person.check(now, codes[0]).token
    assert person.check(now, codes[1]).token


def test_codes_and_keys_are_not_in_the_database(engine, person, now):
    codes = person.enrol(now).codes
    with writing(engine) as session:
        user = accounts.by_username(session, person.name)
        stored = " ".join(row.code_hash for row in recovery_codes.unused(session, user.id))
        assert all(code.replace("-", "") not in stored for code in codes)
        assert person.totp.secret not in str(user.model_dump())


def test_guessing_codes_locks(person, now):
    person.enrol(now)
    later = now + 4 * STEP
    pending = person.log_in(later)
    for _ in range(5):
        assert not person.check(later, "000000", pending).retry_after
    barred = person.check(later, person.totp.at(later), pending)
    assert barred.retry_after
    assert person.duty(later, pending) is None


def test_a_pending_session_ends_after_ten_minutes(person, now):
    person.enrol(now)
    token = person.log_in(now)
    assert person.duty(now + timedelta(minutes=10), token) is None


@pytest.mark.parametrize("code", ["", "abc", "12345", "１２３４５６", "\ud800", "0" * 10_000])
def test_strange_codes_are_wrong_codes(person, now, code):
    person.enrol(now)
    assert person.check(now, code).message == second_factors.WRONG


def test_switching_off_asks_for_a_code_and_an_administrator_does_not(engine, person, now):
    codes = person.enrol(now).codes
    with writing(engine) as session:
        with pytest.raises(Unacceptable):
            second_factors.switch_off(session, now, KEY, person.id, "000000")
        second_factors.renew_codes(session, now, KEY, person.id, codes[0])
        assert second_factors.codes_left(session, person.id) == 10
    with writing(engine) as session:
        second_factors.reset(session, now, accounts.by_username(session, person.name))
    assert person.duty(now, person.log_in(now)) is Duty.ENROL
