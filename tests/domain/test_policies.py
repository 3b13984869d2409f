"""Who may come: scopes of keys, roles of people, and what is left to nobody."""

import pytest

from app.domain.actors import EVERY_SCOPE, Noun, Role
from app.domain.policies import ANYBODY, AUDITS, POLLS, READS, SIGNED_IN, acts, maintains
from app.domain.workflow import Action

WRITERS = frozenset({"read", "write"})


@pytest.mark.parametrize(
    ("policy", "role", "scopes", "may"),
    [
        (ANYBODY, Role.EVALUATOR, set(), True),
        (READS, Role.SYSTEM, {"read"}, True),
        (READS, Role.SYSTEM, {"score", "audit", "write"}, False),
        (POLLS, Role.SYSTEM, {"score"}, True),
        (POLLS, Role.SYSTEM, {"read"}, True),
        (POLLS, Role.SYSTEM, {"write", "audit"}, False),
        (AUDITS, Role.SYSTEM, {"audit"}, True),
        (AUDITS, Role.SYSTEM, {"read", "write"}, False),
        (AUDITS, Role.AUDITOR, EVERY_SCOPE, True),
        (AUDITS, Role.SECADMIN, EVERY_SCOPE, False),
        (SIGNED_IN, Role.EVALUATOR, EVERY_SCOPE, True),
        (maintains(Noun.ORGANISATION), Role.SYSTEM, WRITERS, True),
        (maintains(Noun.ORGANISATION), Role.SYSTEM, {"read", "score"}, False),
        (maintains(Noun.ORGANISATION), Role.FINANCE, WRITERS, True),
        (maintains(Noun.ORGANISATION), Role.FILLER, WRITERS, False),
        (acts(Action.SUBMIT), Role.FILLER, EVERY_SCOPE, True),
        (acts(Action.SUBMIT), Role.FINANCE, EVERY_SCOPE, False),
        (acts(Action.SUBMIT), Role.SYSTEM, {"read"}, False),
        (acts(Action.PUBLISH, Action.UNPUBLISH), Role.FINANCE, EVERY_SCOPE, True),
        (acts(Action.EDIT, Action.REVIEW), Role.UNIT_LEAD, EVERY_SCOPE, True),
        (acts(Action.EDIT), Role.UNIT_LEAD, EVERY_SCOPE, False),
    ],
)
def test_who_comes_in(policy, role, scopes, may):
    assert policy.admits({role}, frozenset(scopes)) is may


def test_one_of_several_roles_is_enough():
    assert acts(Action.SUBMIT).admits({Role.AUDITOR, Role.FILLER}, EVERY_SCOPE)
    assert not acts(Action.SUBMIT).admits(set(), EVERY_SCOPE)


def test_every_action_and_every_noun_has_somebody():
    for policy in (*map(acts, Action), *map(maintains, Noun)):
        assert policy.roles, policy.name
        assert policy.writes


def test_the_same_policy_is_the_same_object():
    assert acts(Action.SUBMIT) is acts(Action.SUBMIT)
    assert acts(Action.SUBMIT) != acts(Action.WITHDRAW)
