from datetime import timedelta

import pytest
from sqlmodel import select

from app.db.api_keys import ApiKey
from app.db.sessions import LoginSession
from app.db.users import User
from app.domain.actors import Role, Scope
from app.errors import Unauthenticated
from app.services import accounts, hashing
from tests.factories import make_organisation, make_tree

MINUTE = timedelta(minutes=1)


@pytest.fixture
def unit(session):
    return make_tree(session).unit


@pytest.fixture
def filler(session, unit, now):
    return accounts.add_user(session, now, "filler", "王敏", Role.FILLER, unit, "demo-2024")


@pytest.fixture
def token(session, filler, now):
    return accounts.log_in(session, now, "filler", "demo-2024")


def test_a_token_names_the_actor_and_the_scope(session, unit, filler, token, now):
    actor = accounts.actor_of_token(session, now, token)
    assert actor is not None
    assert (actor.id, actor.name, actor.role) == (filler.id, "王敏", Role.FILLER)
    assert (actor.organisation_id, actor.scope) == (unit.id, Scope(unit.path))


def test_secrets_are_stored_as_hashes_only(session, filler, token, now, unit):
    accounts.add_key(session, now, "demo-key", "财政一体化", unit, "read")
    assert filler.password_hash.startswith("$argon2id$")
    stored = [
        str(row.model_dump())
        for table in (User, LoginSession, ApiKey)
        for row in _all(session, table)
    ]
    assert len(stored) == 3
    for secret in ("demo-2024", token, "demo-key"):
        assert all(secret not in row for row in stored)


def test_tokens_have_256_bits_and_never_repeat(session, filler, now):
    tokens = {accounts.log_in(session, now, "filler", "demo-2024") for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param("filler", "demo-2025", id="wrong password"),
        pytest.param("filler", "", id="no password"),
        pytest.param("nobody", "demo-2024", id="unknown account"),
        pytest.param("", "", id="nothing"),
        pytest.param("filler\x00", "demo-2024", id="a control character"),
        pytest.param("\ud800", "\ud800", id="half a character"),
        pytest.param("f" * 10_000, "demo-2024", id="an endless name"),
        pytest.param("filler", "x" * 1_000_000, id="an endless password"),
    ],
)
def test_every_wrong_pair_gets_the_same_answer(session, filler, now, username, password):
    with pytest.raises(Unauthenticated) as refused:
        accounts.log_in(session, now, username, password)
    assert refused.value.message == "账号或密码不正确，请核对后重新输入。"


def test_an_unknown_name_costs_a_verification_too(session, now, monkeypatch):
    verified = []
    monkeypatch.setattr(hashing, "verified", lambda stored, _: bool(verified.append(stored)))
    with pytest.raises(Unauthenticated):
        accounts.log_in(session, now, "nobody", "demo-2024")
    assert verified == [hashing.NOBODY]


def test_blanks_around_the_name_do_not_matter(session, filler, now):
    assert accounts.log_in(session, now, " filler ", "demo-2024")


def test_an_inactive_account_cannot_log_in(session, filler, now):
    filler.active = False
    with pytest.raises(Unauthenticated):
        accounts.log_in(session, now, "filler", "demo-2024")


def test_a_hash_of_older_parameters_is_renewed(session, filler, now):
    weaker = hashing.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    filler.password_hash = weaker.hash("demo-2024")
    accounts.log_in(session, now, "filler", "demo-2024")
    assert not hashing.outdated(filler.password_hash)


def test_a_session_left_alone_ends_after_twenty_minutes(session, token, now):
    assert accounts.actor_of_token(session, now + 19 * MINUTE, token)
    assert accounts.actor_of_token(session, now + 20 * MINUTE, token) is None


def test_reading_does_not_keep_a_session_alive_but_presence_does(session, token, now):
    accounts.actor_of_token(session, now + 15 * MINUTE, token)
    assert accounts.actor_of_token(session, now + 21 * MINUTE, token) is None
    assert accounts.keep_alive(session, now + 15 * MINUTE, token)
    assert accounts.actor_of_token(session, now + 21 * MINUTE, token)


def test_who_asks_to_stay_stays_and_no_longer_than_the_whole_session(session, token, now):
    held = accounts.holder_of_token(session, now, token).held
    assert accounts.seconds_left(now, held) == 20 * 60
    soon = now + timedelta(seconds=30)
    assert accounts.seconds_left(soon, held) == 20 * 60 - 30
    assert accounts.seconds_left(soon, accounts.stay(session, soon, held)) == 20 * 60
    late = now + timedelta(hours=11, minutes=59)
    assert accounts.seconds_left(late, accounts.stay(session, late, held)) == 60
    assert accounts.seconds_left(now + timedelta(days=1), held) == 0


def test_presence_is_written_once_a_minute_at_most(session, token, now):
    assert not accounts.presence_due(session, now + timedelta(seconds=59), token)
    assert accounts.presence_due(session, now + MINUTE, token)
    assert not accounts.presence_due(session, now, "unknown")
    accounts.keep_alive(session, now + timedelta(seconds=59), token)
    assert _all(session, LoginSession)[0].last_seen_at == now


def test_a_session_ends_after_twelve_hours_whatever_happens(session, token, now):
    for quarter in range(1, 12 * 4):
        assert accounts.keep_alive(session, now + 15 * quarter * MINUTE, token)
    assert accounts.keep_alive(session, now + timedelta(hours=12), token) is None


def test_a_session_that_is_over_cannot_be_revived(session, token, now):
    assert accounts.keep_alive(session, now + 31 * MINUTE, token) is None
    assert accounts.actor_of_token(session, now + 31 * MINUTE, token) is None


def test_logging_out_ends_the_session_and_may_be_repeated(session, token, now):
    accounts.log_out(session, now, token)
    accounts.log_out(session, now + MINUTE, token)
    accounts.log_out(session, now, "unknown")
    assert accounts.actor_of_token(session, now, token) is None
    assert _all(session, LoginSession)[0].ended_at == now


@pytest.mark.parametrize("switched_off", ["account", "organisation"])
def test_an_account_that_is_switched_off_is_out_at_once(
    session, unit, filler, token, now, switched_off
):
    (filler if switched_off == "account" else unit).active = False
    assert accounts.actor_of_token(session, now, token) is None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "x" * 100_000])
def test_an_unknown_token_is_nobody(session, token, now):
    assert accounts.actor_of_token(session, now, token) is None


def test_a_key_names_a_system_with_its_scopes(session, now):
    unit = make_organisation(session)
    accounts.add_key(session, now, "demo-key", "财政一体化", unit, "read", "score")
    actor = accounts.actor_of_key(session, "demo-key")
    assert actor is not None
    assert (actor.name, actor.role, actor.scope) == ("财政一体化", Role.SYSTEM, Scope(unit.path))
    assert actor.scopes == {"read", "score"}
    assert accounts.actor_of_key(session, "demo-kez") is None


def test_a_key_that_is_switched_off_is_nobody(session, now):
    accounts.add_key(
        session, now, "demo-key", "财政一体化", make_organisation(session)
    ).active = False
    assert accounts.actor_of_key(session, "demo-key") is None


def _all(session, table):
    return session.exec(select(table)).all()
