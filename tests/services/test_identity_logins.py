"""Whose account an identity opens: linked by an administrator or by name, never made."""

from datetime import timedelta

import pyotp
import pytest
from sqlmodel import func, select

from app.db import spent_states
from app.db.spent_states import SpentState
from app.db.users import User
from app.domain.actors import Role
from app.domain.audit import AuditAction, Result
from app.domain.identities import TROUBLE_LABELS, Trouble
from app.errors import Conflict, NotFound, Unacceptable
from app.oidc_settings import ADMINISTRATOR, USERNAME, Oidc
from app.services import (
    accounts,
    duties,
    identity_links,
    identity_logins,
    password_policies,
    second_factors,
)
from app.services.duties import Duty
from app.services.identity_provider import Identity, Provider
from app.services.logins import Door
from app.services.own_sessions import Method, Whence, proof_of
from tests.factories import make_tree
from tests.services.trail import since, told, trail

ISSUER = "https://sso.example.org"
DOOR, HERE = Door(key=b"k" * 32), Whence("10.1.2.3")
PROFILE = password_policies.profile()


def provider(linking=ADMINISTRATOR):
    return Provider(Oidc(issuer=ISSUER, client_id="jixiao", linking=linking))


def identity(subject="s-1", username="wang", assured=False):
    return Identity(ISSUER, subject, username, assured, f"token of {subject}")


@pytest.fixture
def unit(session):
    return make_tree(session).unit


@pytest.fixture
def user(session, now, unit):
    return accounts.add_user(session, now, "wang", "王敏", Role.FILLER, unit, "Maple-River-2031")


def enter(session, now, found, linking=ADMINISTRATOR):
    return identity_logins.settle(session, provider(linking), now, found, HERE, DOOR, "/tasks")


def holder(session, now, entry):
    return accounts.holder_of_token(session, now, entry.token)


def test_a_linked_identity_opens_its_account(session, now, user):
    identity_links.link(session, now, user, ISSUER, "s-1")
    before = trail(session)
    entry = enter(session, now, identity(username="somebody else"))
    held = holder(session, now, entry)
    assert (held.user.id, entry.to, entry.trouble) == (user.id, "/tasks", None)
    assert entry.device
    assert held.held.method == Method.PROVIDER
    assert "token of" not in held.held.logout_hint
    (event,) = since(session, before)
    assert (event.action, event.address) == (AuditAction.LOG_IN, "10.1.2.3")
    assert told(event) == {"/method": (None, "provider")}


def test_an_identity_that_nobody_linked_opens_nothing_and_makes_nothing(session, now, user):
    before, count = trail(session), session.exec(select(func.count()).select_from(User)).one()
    entry = enter(session, now, identity())
    assert (entry.token, entry.trouble, entry.subject) == ("", Trouble.UNKNOWN, "s-1")
    (event,) = since(session, before)
    assert (event.action, event.result, event.actor_name) == (
        AuditAction.LOG_IN, Result.REFUSED, "",
    )  # fmt: skip
    assert told(event) == {"/method": (None, "provider"), "/trouble": (None, "unknown")}
    assert session.exec(select(func.count()).select_from(User)).one() == count


def test_a_name_links_once_where_the_setting_says_so(session, now, user):
    before = trail(session)
    assert enter(session, now, identity(), USERNAME).token
    link, log_in = since(session, before)
    assert (link.action, link.actor_id, log_in.action) == (
        AuditAction.LINK, user.id, AuditAction.LOG_IN,
    )  # fmt: skip
    assert told(link) == {"/issuer": (None, ISSUER), "/identity": (None, "s-1")}
    # From now on the subject counts, whatever it is called there.
    assert enter(session, now, identity(username="renamed"), USERNAME).token
    other = enter(session, now, identity("s-2", "wang"), USERNAME)
    assert (other.token, other.trouble) == ("", Trouble.TAKEN)


@pytest.mark.parametrize("username", ["", "nobody", "wang\x00", "w" * 151, "\ud800"])
def test_a_name_that_no_account_has_links_nothing(session, now, user, username):
    assert enter(session, now, identity(username=username), USERNAME).trouble is Trouble.UNKNOWN


@pytest.mark.parametrize("linking", [ADMINISTRATOR, USERNAME])
def test_who_was_switched_off_stays_out(session, now, user, unit, linking):
    if linking == ADMINISTRATOR:
        identity_links.link(session, now, user, ISSUER, "s-1")
    accounts.change(session, now, user, active=False)
    before = trail(session)
    assert enter(session, now, identity(), linking).trouble is Trouble.INACTIVE
    assert [event.actor_name for event in since(session, before)] == ["王敏"]
    accounts.change(session, now, user, active=True)
    unit.active = False
    session.add(unit)
    session.flush()
    assert enter(session, now, identity(), linking).trouble is Trouble.INACTIVE


def enrolled(session, now, user):
    with_password = accounts.log_in(session, now, "wang", "Maple-River-2031")
    held = accounts.holder_of_token(session, now, with_password)
    key = second_factors.begin(session, DOOR.key, user.id).key.replace(" ", "")
    second_factors.confirm(session, now, DOOR.key, held, pyotp.TOTP(key).at(now))
    return pyotp.TOTP(key)


def test_a_telephone_is_asked_for_unless_the_provider_vouches(session, now, user):
    identity_links.link(session, now, user, ISSUER, "s-1")
    totp, later = enrolled(session, now, user), now + timedelta(minutes=1)
    waiting = enter(session, later, identity())
    assert (waiting.pending, waiting.device) == (True, "")
    held = holder(session, later, waiting)
    verdict = second_factors.check(session, later, held, totp.at(later), HERE, DOOR)
    whole = accounts.holder_of_token(session, later, verdict.token)
    assert not whole.held.pending
    assert proof_of(whole.held) == proof_of(held.held)
    assert not enter(session, later, identity(assured=True)).pending


def test_who_needs_a_second_factor_sets_one_up_unless_the_provider_vouches(session, now, unit):
    lead = accounts.add_user(session, now, "li", "李明", Role.UNIT_LEAD, unit, "Maple-River-2031")
    identity_links.link(session, now, lead, ISSUER, "s-1")
    for assured, duty in ((False, Duty.ENROL), (True, Duty.NONE)):
        held = holder(session, now, enter(session, now, identity(assured=assured)))
        assert duties.duty_of(session, now, held, PROFILE) is duty


def test_an_old_password_does_not_stand_in_the_way(session, now, user):
    identity_links.link(session, now, user, ISSUER, "s-1")
    late = now + timedelta(days=400)
    held = holder(session, late, enter(session, late, identity()))
    assert duties.duty_of(session, late, held, PROFILE) is Duty.NONE
    token = accounts.log_in(session, late, "wang", "Maple-River-2031")
    by_password = accounts.holder_of_token(session, late, token)
    assert duties.duty_of(session, late, by_password, PROFILE) is Duty.PASSWORD


def test_a_link_is_made_once_on_either_side(session, now, user, unit):
    before = trail(session)
    identity_links.link(session, now, user, ISSUER, "s-1")
    other = accounts.add_user(session, now, "li", "李明", Role.FILLER, unit, "Maple-River-2031")
    with pytest.raises(Conflict, match="已经关联过"):
        identity_links.link(session, now, user, ISSUER, "s-2")
    with pytest.raises(Conflict, match="另一个账号"):
        identity_links.link(session, now, other, ISSUER, "s-1")
    identity_links.link(session, now, user, "https://other.example.org", "s-1")
    for subject in ("", "x" * 256, "a\x00b"):
        with pytest.raises(Unacceptable) as refusal:
            identity_links.link(session, now, other, ISSUER, subject)
        assert refusal.value.errors[0].pointer == "/subject"
    acts = [event.action for event in since(session, before)]
    assert acts.count(AuditAction.LINK) == 2


def test_a_link_taken_back_ends_the_sessions(session, now, user):
    identity_links.link(session, now, user, ISSUER, "s-1")
    entry = enter(session, now, identity())
    before = trail(session)
    identity_links.unlink(session, now, user, ISSUER)
    assert [told(event) for event in since(session, before)] == [
        {"/issuer": (ISSUER, None), "/identity": ("s-1", None)}
    ]
    assert holder(session, now, entry) is None
    assert enter(session, now, identity()).trouble is Trouble.UNKNOWN
    with pytest.raises(NotFound, match="没有关联"):
        identity_links.unlink(session, now, user, ISSUER)


def test_a_state_is_spent_once_until_it_is_too_old_anyway(session, now):
    late = now + timedelta(minutes=10)
    assert spent_states.spend(session, "one", now, late)
    assert not spent_states.spend(session, "one", now + timedelta(minutes=9), late)
    assert spent_states.spend(session, "two", late, late + timedelta(minutes=10))
    assert [row.state_hash for row in session.exec(select(SpentState))] == ["two"]


def test_every_trouble_has_its_words():
    assert set(TROUBLE_LABELS) == set(Trouble)
