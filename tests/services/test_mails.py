"""The outbox: written with the message, claimed by one, tried again, given up, never twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from app.db.mails import Mail
from app.db.session import make_engine, reading, writing
from app.domain.actors import Role
from app.domain.mails import MailState
from app.errors import Conflict, Forbidden, NotFound
from app.services import mail_policies, mails, messages
from tests import factories
from tests.services.message_cases import peopled, with_mail
from tests.services.test_messages import NOTICE
from tests.services.trail import since, told, trail

POLICY = mail_policies.policy()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def case(session, now):
    case = peopled(session, now)
    with_mail(session, case.filler, "zhou@example.gov.cn", now)
    return case


def send(session, now, case, *to):
    people = [person.id for person in to]
    messages.send(session, case.finance, now, people, "请核对", "请核对内容。", NOTICE)


def claim(session, now, worker="one"):
    return mails.claim(session, now, worker, POLICY)


def only(session):
    return session.exec(select(Mail)).one()


def test_a_letter_lies_beside_the_message_of_whoever_wants_it(session, now, case):
    with_mail(session, case.lead, "gu@example.gov.cn", now, unwanted="notice word")
    send(session, now, case, case.filler, case.lead, case.department)
    row = only(session)
    assert (row.user_id, row.address, row.state) == (
        case.filler.id,
        "zhou@example.gov.cn",
        "waiting",
    )
    assert (row.subject, row.body, row.path) == (
        "请核对",
        "请核对内容。",
        f"/messages/{row.message_id}",
    )


def test_an_address_that_is_not_verified_gets_nothing(session, now, case):
    with_mail(session, case.lead, "", now)
    send(session, now, case, case.lead)
    assert session.exec(select(Mail)).first() is None


def test_claimed_by_one_worker_until_the_lease_ends(session, now, case):
    send(session, now, case, case.filler)
    assert not mails.any_due(session, now - MINUTE)
    assert mails.any_due(session, now)
    (letter,) = claim(session, now)
    assert (letter.address, letter.subject) == ("zhou@example.gov.cn", "请核对")
    assert claim(session, now, "two") == ()
    assert not mails.any_due(session, now)
    later = now + POLICY.lease
    (again,) = claim(session, later, "two")
    assert again.id == letter.id
    assert not mails.hand_over(session, later, letter.id, "one", POLICY)
    assert mails.hand_over(session, later, letter.id, "two", POLICY)


def test_accepted_and_never_claimed_again(session, now, case):
    send(session, now, case, case.filler)
    (letter,) = claim(session, now)
    assert mails.hand_over(session, now, letter.id, "one", POLICY)
    mails.accepted(session, now, letter.id, "one")
    row = only(session)
    assert (row.state, row.settled_at, row.error) == (MailState.SENT, now, "")
    assert claim(session, now + timedelta(days=1)) == ()


def test_a_worker_that_died_while_handing_over_leaves_it_to_a_person(session, now, case):
    send(session, now, case, case.filler)
    (letter,) = claim(session, now)
    mails.hand_over(session, now, letter.id, "one", POLICY)
    assert claim(session, now + POLICY.lease, "two") == ()
    assert only(session).state == MailState.UNCERTAIN
    assert claim(session, now + timedelta(days=1), "two") == ()
    # The one that was thought dead comes back too late to change that.
    mails.refused(session, now, letter.id, "other", "拒收", "")
    assert only(session).state == MailState.UNCERTAIN


def test_tried_again_after_longer_and_longer_and_then_given_up(session, now, case):
    send(session, now, case, case.filler)
    at = now
    for wait in POLICY.waits:
        (letter,) = claim(session, at)
        mails.postpone(session, at, letter.id, "one", POLICY, "连接不上", "111")
        row = only(session)
        assert (row.state, row.next_at, row.error) == (MailState.WAITING, at + wait, "连接不上")
        assert claim(session, at + wait - MINUTE / 2) == ()
        at += wait
    (letter,) = claim(session, at)
    mails.postpone(session, at, letter.id, "one", POLICY, "连接不上", "111")
    row = only(session)
    assert (row.state, row.tries, row.error) == (
        MailState.FAILED,
        len(POLICY.waits) + 1,
        "连接不上",
    )
    assert claim(session, at + timedelta(days=9)) == ()


def test_workers_that_die_again_and_again_do_not_try_for_ever(session, now, case):
    send(session, now, case, case.filler)
    at = now
    for _ in range(len(POLICY.waits) + 1):
        assert len(claim(session, at)) == 1
        at += POLICY.lease
    assert claim(session, at) == ()
    assert only(session).state == MailState.FAILED


def test_what_lay_too_long_is_no_news(session, now, case):
    send(session, now, case, case.filler)
    assert claim(session, now + POLICY.keep) == ()
    assert only(session).error == "超过了保留的时间，没有再发送"


def test_refused_for_good_is_visible_to_the_administrator(session, now, case):
    send(session, now, case, case.filler)
    (letter,) = claim(session, now)
    mails.refused(session, now, letter.id, "one", "邮件服务器不接受收件地址", "550 no such user")
    finance = session.get_one(factories.Organisation, case.finance.organisation_id)
    admin = factories.make_account(session, finance, "管理员", Role.SYSADMIN)
    page, counts = mails.list_mails(session, admin, (MailState.FAILED,))
    (item,) = page.items
    assert (item.user.id, item.mail.error, item.mail.reply) == (
        case.filler.id, "邮件服务器不接受收件地址", "550 no such user",
    )  # fmt: skip
    assert counts == {"failed": 1}
    before = trail(session)
    later = now + timedelta(days=4)
    mails.resend(session, admin, later, item.mail.id)
    (event,) = since(session, before)
    assert (event.action, event.object_kind, told(event)) == (
        "resend", "mail", {"/state": ("failed", "waiting")},
    )  # fmt: skip
    assert len(claim(session, later)) == 1
    with pytest.raises(Conflict):
        mails.resend(session, admin, later, item.mail.id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSADMIN])
def test_only_the_administrator_sees_the_outbox(session, now, case, role):
    actor = replace(case.finance, role=role)
    with pytest.raises(Forbidden):
        mails.list_mails(session, actor, (MailState.FAILED,))
    with pytest.raises(Forbidden):
        mails.resend(session, actor, now, 1)


def test_another_trees_letters_are_absent(session, now, case):
    send(session, now, case, case.filler)
    (letter,) = claim(session, now)
    mails.refused(session, now, letter.id, "one", "拒收", "")
    elsewhere = factories.make_account(
        session, factories.make_tree(session).finance, "别处的", Role.SYSADMIN
    )
    page, counts = mails.list_mails(session, elsewhere, (MailState.FAILED,))
    assert (page.items, counts) == ((), {})
    for mail_id in (letter.id, 10**9):
        with pytest.raises(NotFound):
            mails.resend(session, elsewhere, now, mail_id)


@pytest.fixture
def own_engine(databases):
    """A database of this test's own: what it commits must not reach the others."""
    with databases.fresh() as address:
        engine = make_engine(address)
        yield engine
        engine.dispose()


def test_two_workers_at_the_same_time_share_the_letters(own_engine, now):
    """On PostgreSQL the second passes over what the first holds and does not wait for it."""
    engine = own_engine
    with writing(engine) as session:
        case = peopled(session, now)
        with_mail(session, case.filler, "zhou@example.gov.cn", now)
        for _ in range(POLICY.batch + 5):
            send(session, now, case, case.filler)
    if engine.dialect.name == "postgresql":
        with writing(engine) as one, writing(engine.execution_options()) as two:
            first = mails.claim(one, now, "one", POLICY)
            # The turn of writers is SQLite's; here both transactions are open at once.
            second = mails.claim(two, now, "two", POLICY)
    else:
        with writing(engine) as session:
            first = mails.claim(session, now, "one", POLICY)
        with writing(engine) as session:
            second = mails.claim(session, now, "two", POLICY)
    assert (len(first), len(second)) == (POLICY.batch, 5)
    assert {item.id for item in first}.isdisjoint(item.id for item in second)
    with reading(engine) as session:
        assert not mails.any_due(session, now)
