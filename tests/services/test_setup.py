"""The first administrator: one token, once, while nobody has an account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.actors import Role
from app.errors import NotFound, Unacceptable
from app.services import hashing, password_policies, posts, setup
from app.services.setup import FirstAdministrators
from tests.factories import make_organisation

PROFILE = password_policies.profile()
HOUR = timedelta(hours=1)


@pytest.fixture
def token(session, now):
    return setup.new_token(session, now)


@pytest.fixture
def typed(token):
    return FirstAdministrators(
        token=token, region_code="310000", region_name="上海市", unit_code="310000-CZ",
        unit_name="上海市财政局", username="fang", name="方一舟", password="Maple-River-2031",
        repeated="Maple-River-2031", security_username="shao", security_name="邵清",
    )  # fmt: skip


def test_the_token_makes_two_administrators_and_the_root_of_the_tree(session, now, typed):
    begun = setup.make_administrators(session, now, typed, PROFILE)
    first, second = begun.administrator, begun.security
    assert (first.issued_until, first.demo) == (None, False)
    assert second.issued_until == now + PROFILE.issued_for
    assert hashing.verified(second.password_hash, begun.password)
    held = [posts.in_force(session, now, user.id) for user in (first, second)]
    assert [[post.role for post in found] for found in held] == [[Role.SYSADMIN], [Role.SECADMIN]]
    assert not setup.is_open(session)
    assert setup.new_token(session, now) == ""
    with pytest.raises(NotFound):
        setup.make_administrators(session, now, typed, PROFILE)


def test_one_account_cannot_be_both(session, now, typed):
    assert refused(session, now, replace(typed, security_username=" fang ")) == [
        "/security_username"
    ]


def test_an_organisation_that_is_there_is_taken(session, now, typed):
    root = make_organisation(session)
    begun = setup.make_administrators(session, now, replace(typed, unit_code=""), PROFILE)
    assert begun.administrator.organisation_id == root.id


def test_a_new_token_ends_the_earlier_one(session, now, typed):
    setup.new_token(session, now)
    assert refused(session, now, typed) == ["/token"]


def test_a_token_lasts_a_day(session, now, typed):
    assert refused(session, now + 24 * HOUR, typed) == ["/token"]
    assert setup.make_administrators(session, now + 23 * HOUR, typed, PROFILE)


def test_every_field_is_told_at_once(session, now, typed):
    wrong = replace(
        typed, token="x", region_code="31", region_name="", unit_code="上海", unit_name="",
        username=" ", name="", password="fang", repeated="other", security_username="",
        security_name="",
    )  # fmt: skip
    assert refused(session, now, wrong) == [
        "/name", "/password", "/region_code", "/region_name", "/repeated",
        "/security_name", "/security_username", "/token", "/unit_code",
        "/unit_name", "/username",
    ]  # fmt: skip


def refused(session, now, typed):
    with pytest.raises(Unacceptable) as caught:
        setup.make_administrators(session, now, typed, PROFILE)
    return sorted({problem.pointer for problem in caught.value.errors})
