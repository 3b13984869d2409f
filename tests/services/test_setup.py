"""The first administrator: one token, once, while nobody has an account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.actors import Role
from app.errors import NotFound, Unacceptable
from app.services import password_policies, setup
from app.services.setup import FirstAdministrator
from tests.factories import make_organisation

PROFILE = password_policies.profile()
HOUR = timedelta(hours=1)


@pytest.fixture
def token(session, now):
    return setup.new_token(session, now)


@pytest.fixture
def typed(token):
    return FirstAdministrator(
        token=token, region_code="310000", region_name="上海市", unit_code="310000-CZ",
        unit_name="上海市财政局", username="fang", name="方一舟", password="Maple-River-2031",
        repeated="Maple-River-2031",
    )  # fmt: skip


def test_the_token_makes_an_administrator_and_the_root_of_the_tree(session, now, typed):
    user = setup.make_administrator(session, now, typed, PROFILE)
    assert (user.role, user.issued_until, user.demo) == (Role.SYSADMIN, None, False)
    assert not setup.is_open(session)
    assert setup.new_token(session, now) == ""
    with pytest.raises(NotFound):
        setup.make_administrator(session, now, typed, PROFILE)


def test_an_organisation_that_is_there_is_taken(session, now, typed):
    root = make_organisation(session)
    user = setup.make_administrator(session, now, replace(typed, unit_code=""), PROFILE)
    assert user.organisation_id == root.id


def test_a_new_token_ends_the_earlier_one(session, now, typed):
    setup.new_token(session, now)
    assert refused(session, now, typed) == ["/token"]


def test_a_token_lasts_a_day(session, now, typed):
    assert refused(session, now + 24 * HOUR, typed) == ["/token"]
    assert setup.make_administrator(session, now + 23 * HOUR, typed, PROFILE)


def test_every_field_is_told_at_once(session, now, typed):
    wrong = replace(
        typed, token="x", region_code="31", region_name="", unit_code="上海", unit_name="",
        username=" ", name="", password="fang", repeated="other",
    )  # fmt: skip
    assert refused(session, now, wrong) == [
        "/name", "/password", "/region_code", "/region_name", "/repeated", "/token", "/unit_code",
        "/unit_name", "/username",
    ]  # fmt: skip


def refused(session, now, typed):
    with pytest.raises(Unacceptable) as caught:
        setup.make_administrator(session, now, typed, PROFILE)
    return sorted({problem.pointer for problem in caught.value.errors})
