"""The door on record: who was let in, refused, locked out, and what they changed of their own."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from app.db.audit_events import EVENTS
from app.db.session import writing
from app.domain.actors import Role
from app.domain.audit import AuditAction, ObjectKind, Result
from app.errors import Unacceptable
from app.services import (
    accounts,
    audit,
    hashing,
    logins,
    own_sessions,
    password_policies,
    passwords,
    second_factors,
    setup,
)
from app.services.logins import Door
from app.services.own_sessions import Whence
from app.services.setup import FirstAdministrators
from tests.factories import make_tree
from tests.services.trail import since, told, trail

DOOR, HERE = Door(key=b"k" * 32), Whence("10.1.2.3")
PASSWORD = "Maple-River-2031"
STEP = timedelta(seconds=30)
PROFILE = password_policies.profile()


@pytest.fixture
def user(session, now):
    unit = make_tree(session).unit
    return accounts.add_user(session, now, "wang", "王敏", Role.FILLER, unit, PASSWORD)


def tried(session, now, name, right):
    return logins.settle(session, now, logins.look_up(session, name), right, HERE, DOOR)


def seen(events):
    assert {event.address for event in events} <= {HERE.address}
    return [(event.action, event.result) for event in events]


@pytest.mark.parametrize("name", ["wang", "a-password-typed-as-a-name"])
def test_a_lock_is_recorded_once_and_every_attempt_is(session, now, user, name):
    before = trail(session)
    for _ in range(6):
        tried(session, now, name, False)
    refused = (AuditAction.LOG_IN, Result.REFUSED)
    events = since(session, before)
    assert seen(events) == [*[refused] * 5, (AuditAction.LOCK, Result.DONE), refused]
    known = name == user.username
    assert {event.actor_name for event in events} == {user.name if known else ""}
    assert {event.object_id for event in events} == {str(user.id) if known else ""}


def enrolled(session, now, user):
    token = tried(session, now, "wang", True).token
    holder = accounts.holder_of_token(session, now, token)
    totp = pyotp.TOTP(second_factors.begin(session, DOOR.key, user.id).key.replace(" ", ""))
    done = second_factors.confirm(session, now, DOOR.key, holder, totp.at(now))
    return totp, done


def test_the_second_factor_leaves_its_steps_and_no_secret(session, now, user):
    before = trail(session)
    totp, done = enrolled(session, now, user)
    pending = tried(session, now, "wang", True).token
    for code in ("000000", totp.at(now + STEP)):
        holder = accounts.holder_of_token(session, now, pending)
        second_factors.check(session, now + STEP, holder, code, HERE, DOOR)
    own = (session, now + 2 * STEP, DOOR.key, user.id)
    codes = second_factors.renew_codes(*own, done.codes[0], HERE.address)
    with pytest.raises(Unacceptable):
        second_factors.switch_off(*own, "000000", HERE.address)
    second_factors.switch_off(*own, codes[0], HERE.address)
    second_factors.reset(session, now, user)
    *own_events, reset = since(session, before)
    assert [event.action for event in own_events] == [
        AuditAction.LOG_IN,
        AuditAction.SECOND_FACTOR,
        AuditAction.LOG_IN,
        AuditAction.VERIFY,
        AuditAction.VERIFY,
        AuditAction.SECOND_FACTOR,
        AuditAction.VERIFY,
        AuditAction.SECOND_FACTOR,
    ]
    assert told(own_events[2]) == {"/pending": (None, "true")}
    assert [event.result for event in own_events if event.action == AuditAction.VERIFY] == [
        Result.REFUSED,
        Result.DONE,
        Result.REFUSED,
    ]
    assert (reset.actor_name, told(reset)) == ("命令行", {"/confirmed": ("true", None)})
    hidden = [*done.codes, *codes, done.token, pending, totp.secret, user.totp_nonce or totp.secret]
    rows = session.execute(select(*EVENTS.columns)).all()
    stored = "\n".join(str(value) for row in rows for value in row)
    assert [secret for secret in hidden if secret in stored] == []


def test_ended_sessions_are_recorded_with_their_number(session, now, user):
    tokens = [tried(session, now, "wang", True).token for _ in range(4)]
    before = trail(session)
    name = own_sessions.handle(tokens[0])
    for _ in range(2):
        own_sessions.end_one(session, now, user.id, name, HERE.address)
        own_sessions.end_others(session, now, user.id, tokens[3], HERE.address)
    events = since(session, before)
    assert seen(events) == [(AuditAction.END_SESSION, Result.DONE)] * 2
    assert [told(event) for event in events] == [
        {"/sessions": ("1", None)},
        {"/sessions": ("2", None)},
    ]


def test_what_is_done_at_the_machine_is_recorded_as_such(session, now, user):
    before = trail(session)
    accounts.change(session, now, user, role=Role.FINANCE, active=False)
    issued = passwords.issue(session, now, user, PROFILE)
    change, grant, password = since(session, before)
    assert {event.actor_name for event in (change, grant, password)} == {"命令行"}
    ended = next(field for field in told(change) if field.startswith("/grants/"))
    assert told(change) == {"/active": ("true", "false"), ended: ("active", "revoked")}
    assert (grant.action, grant.object_kind) == (AuditAction.CONFIRM, ObjectKind.GRANT)
    assert told(grant)["/role"] == (None, "finance")
    assert (password.action, told(password)) == (AuditAction.PASSWORD, {"/issued": (None, "true")})
    assert issued not in str(trail(session))


def test_the_first_administrators_come_with_the_root_of_the_tree(session, now):
    token = setup.new_token(session, now)
    typed = FirstAdministrators(
        token=token, region_code="310000", region_name="上海市", unit_code="310000-CZ",
        unit_name="上海市财政局", username="fang", name="方一舟", password=PASSWORD,
        repeated=PASSWORD, security_username="shao", security_name="邵清",
    )  # fmt: skip
    for given in ("wrong", token):
        entry = replace(typed, token=given)
        try:
            setup.make_administrators(session, now, entry, PROFILE, HERE.address)
        except Unacceptable:
            continue
    events = trail(session)
    assert [(event.object_kind, event.result) for event in events] == [
        (ObjectKind.USER, Result.REFUSED),
        (ObjectKind.REGION, Result.DONE),
        (ObjectKind.ORGANISATION, Result.DONE),
        (ObjectKind.USER, Result.DONE),
        (ObjectKind.GRANT, Result.DONE),
        (ObjectKind.USER, Result.DONE),
        (ObjectKind.GRANT, Result.DONE),
    ]
    assert {event.address for event in events} == {HERE.address}
    assert audit.verified(session).fault is None
    assert token not in str(events)


def test_a_password_of_ones_own_choice_is_recorded(engine, now):
    with writing(engine) as session:
        unit = make_tree(session).unit
        accounts.add_user(session, now, "li", "李静", Role.FILLER, unit, PASSWORD)
        token = accounts.log_in(session, now, "li", PASSWORD)
        before = trail(session)
    typed = passwords.Change(PASSWORD, "Cedar-Valley-2032", "Cedar-Valley-2032")
    passwords.change(engine, now, token, typed, PROFILE, HERE.address)
    with writing(engine) as session:
        [event] = since(session, before)
        assert hashing.digest(token) not in str(event)
    assert (event.action, event.actor_name, event.address) == ("password", "李静", HERE.address)
    assert event.changes == ()
