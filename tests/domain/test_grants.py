"""Who excludes whom, when a grant is in force, and who may decide on it."""

from datetime import date
from itertools import combinations

import pytest

from app.domain import delegations
from app.domain.actors import ADMINISTRATORS, MAINTAINERS, ROLE_LABELS, Noun, Role, Scope
from app.domain.delegations import DELEGATION_LABELS, DelegationState, can_be_delegated, signed
from app.domain.grants import (
    GRANT_LABELS,
    LANE_LABELS,
    GrantState,
    Lane,
    Term,
    decision_barred,
    excluded,
    lane_of,
    standing,
)
from app.domain.policies import AUDITS, CONFIRMS, REGISTERS, REVOKES, SEES_ACCOUNTS
from app.domain.posts import Post, chosen
from app.domain.workflow import State, allowed

PEOPLE = [role for role in Role if role is not Role.SYSTEM]
BUSINESS = [role for role in PEOPLE if role not in ADMINISTRATORS]
DAY = date(2025, 3, 3)
BUSINESS_DATA = set(Noun) - {Noun.REGION, Noun.ORGANISATION}


@pytest.mark.parametrize(("one", "other"), list(combinations(PEOPLE, 2)))
def test_an_administrator_is_nothing_else_and_business_roles_go_together(one, other):
    apart = one in ADMINISTRATORS or other in ADMINISTRATORS
    for held, asked in ((one, other), (other, one)):
        says = excluded(lane_of(held), asked)
        assert bool(says) is apart
        if apart:
            assert "三员分立" in says
            assert ROLE_LABELS[asked] in says


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_does_not_exclude_itself(role):
    assert excluded(lane_of(role), role) == ""


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_administrator_touches_business_data(role):
    assert not any(role in MAINTAINERS[noun] for noun in BUSINESS_DATA)
    assert not any(allowed(state, role) for state in State)
    assert not can_be_delegated(role)


def test_each_administrator_has_a_part_of_their_own():
    parts = {policy.name: policy.roles for policy in (REGISTERS, CONFIRMS, REVOKES, SEES_ACCOUNTS)}
    assert Role.SYSADMIN in parts["registers"] - parts["confirms"] - parts["revokes"]
    assert Role.SECADMIN in parts["confirms"] & parts["revokes"] - parts["registers"]
    assert Role.SYSTEM not in parts["confirms"]
    assert all(Role.AUDITADMIN not in roles for roles in parts.values())
    assert AUDITS.roles & set(ADMINISTRATORS) == {Role.AUDITADMIN}
    assert not any(role in roles for role in BUSINESS for roles in parts.values())


@pytest.mark.parametrize(
    ("state", "starts", "ends", "stands"),
    [
        ("active", DAY, None, "active"),
        ("active", DAY, DAY, "active"),
        ("active", date(2025, 3, 4), None, "upcoming"),
        ("active", date(2025, 1, 1), date(2025, 3, 2), "expired"),
        ("requested", date(2025, 3, 4), None, "requested"),
        ("requested", date(2025, 1, 1), date(2025, 3, 2), "expired"),
        ("refused", DAY, None, "refused"),
        ("revoked", DAY, date(2025, 3, 2), "revoked"),
        ("expired", DAY, None, "expired"),
    ],
)
def test_how_a_grant_stands_on_a_day(state, starts, ends, stands):
    assert standing(GrantState(state), Term(starts, ends), DAY) == stands


@pytest.mark.parametrize(
    ("state", "starts", "ends", "stands"),
    [
        ("offered", date(2025, 3, 4), date(2025, 3, 5), "offered"),
        ("offered", DAY, date(2025, 3, 2), "expired"),
        ("accepted", DAY, DAY, "accepted"),
        ("accepted", date(2025, 3, 4), date(2025, 3, 5), "upcoming"),
        ("accepted", date(2025, 3, 1), date(2025, 3, 2), "expired"),
        ("ended", DAY, date(2025, 3, 2), "ended"),
        ("declined", DAY, DAY, "declined"),
    ],
)
def test_how_a_delegation_stands_on_a_day(state, starts, ends, stands):
    found = delegations.standing(DelegationState(state), Term(starts, ends), DAY)
    assert found == stands


@pytest.mark.parametrize(
    ("decider", "holder", "requester", "barred"),
    [(1, 2, 3, False), (1, 1, 3, True), (1, 2, 1, True), (1, 1, 1, True), (1, 2, None, False)],
)
def test_nobody_decides_on_their_own(decider, holder, requester, barred):
    assert bool(decision_barred(decider, holder, requester)) is barred


def post(grant_id, delegation_id=None, absent=""):
    return Post(
        grant_id=grant_id, delegation_id=delegation_id, role=Role.FILLER, organisation_id=1,
        organisation="单位", scope=Scope("/1/"), absent=absent, absent_id=9 if absent else None,
    )  # fmt: skip


def test_the_only_post_is_taken_and_of_several_none():
    assert chosen([], None, None) is None
    assert chosen([post(1)], None, None) == post(1)
    assert chosen([post(1), post(2)], None, None) is None


def test_a_choice_holds_while_it_is_in_force_and_never_becomes_another():
    assert chosen([post(1), post(2)], 2, None) == post(2)
    assert chosen([post(1)], 2, None) is None
    assert chosen([post(1)], 1, 7) is None
    assert chosen([post(1, 7)], 1, 7) == post(1, 7)


def test_who_stands_in_signs_for_whom():
    assert signed("周晓岚", "") == "周晓岚"
    actor = post(1, 7, "沈立群").actor(3, "周晓岚", "10.1.2.3")
    assert (actor.name, actor.id, actor.stands_for) == ("周晓岚（代沈立群）", 3, 9)
    assert post(1).actor(3, "周晓岚").stands_for == 3


def test_everything_has_a_label():
    assert set(GRANT_LABELS) == set(GrantState)
    assert set(DELEGATION_LABELS) == set(DelegationState)
    assert set(LANE_LABELS) == set(Lane)
    assert {lane_of(role) for role in PEOPLE} == set(Lane)
