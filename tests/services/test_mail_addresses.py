"""A person's own address: proven by a code, few guesses, chosen kinds, all of it on record."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from app.db.mail_addresses import MailAddress
from app.db.mails import Mail
from app.domain.mails import MailState
from app.domain.messages import MessageKind
from app.errors import Conflict, Unacceptable
from app.services import mail_addresses, mail_policies, mails
from tests.services.message_cases import peopled
from tests.services.test_mails import send
from tests.services.trail import since, told, trail

POLICY = mail_policies.policy()
NEW = "zhou.xiaolan@example.gov.cn"


@pytest.fixture
def filler(session, now):
    return peopled(session, now).filler


def propose(session, now, actor, address=NEW):
    mail_addresses.propose(session, actor, now, address, POLICY)
    return code_of(session)


def code_of(session):
    """What stands in the letter that waits last."""
    row = session.exec(select(Mail).order_by(Mail.id.desc())).first()
    return re.search(r"\b(\d{6})\b", row.body)[1]


def confirm(session, now, actor, code):
    return mail_addresses.confirm(session, actor, now, code, POLICY)


def test_the_address_counts_once_its_code_came_back(session, now, filler):
    before = trail(session)
    code = propose(session, now, filler)
    chosen = mail_addresses.chosen(session, filler.id)
    assert (chosen.address, chosen.pending) == ("", NEW)
    assert confirm(session, now, filler, f" {code} ") == ""
    chosen = mail_addresses.chosen(session, filler.id)
    assert (chosen.address, chosen.pending) == (NEW, "")
    first, second = since(session, before)
    assert told(first) == {"/mail/pending_address": (None, "z***@example.gov.cn")}
    assert told(second) == {
        "/mail/address": (None, "z***@example.gov.cn"),
        "/mail/pending_address": ("z***@example.gov.cn", None),
    }
    assert confirm(session, now, filler, code) != ""


def test_the_old_address_stays_until_the_new_one_is_proven(session, now, filler):
    confirm(session, now, filler, propose(session, now, filler))
    later = now + POLICY.code_pause
    propose(session, later, filler, "other@example.gov.cn")
    assert mail_addresses.chosen(session, filler.id).address == NEW
    row = session.exec(select(Mail).order_by(Mail.id.desc())).first()
    assert (row.address, row.kind, row.path) == ("other@example.gov.cn", "code", "")


def test_few_guesses(session, now, filler):
    code = propose(session, now, filler)
    wrong = "000000" if code != "000000" else "111111"
    answers = [confirm(session, now, filler, wrong) for _ in range(POLICY.code_failures)]
    assert answers[0].startswith("验证码不正确")
    assert answers[-1].startswith("验证码已经失效")
    assert confirm(session, now, filler, code).startswith("验证码已经失效")
    assert mail_addresses.chosen(session, filler.id).address == ""


def test_a_code_ends_with_its_time(session, now, filler):
    code = propose(session, now, filler)
    assert confirm(session, now + POLICY.code_valid, filler, code).startswith("验证码已经失效")


def test_a_code_is_nobody_elses(session, now):
    case = peopled(session, now)
    code = propose(session, now, case.filler)
    while (other := propose(session, now, case.lead)) == code:
        now += POLICY.code_pause
    assert confirm(session, now, case.lead, code) != ""
    assert confirm(session, now, case.lead, other) == ""


def test_not_too_often(session, now, filler):
    propose(session, now, filler)
    with pytest.raises(Unacceptable, match="有填写内容") as refusal:
        propose(session, now + POLICY.code_pause / 2, filler)
    assert refusal.value.errors[0].pointer == "/address"
    at = now
    for _ in range(POLICY.codes_a_day - 1):
        at += POLICY.code_pause
        propose(session, at, filler)
    with pytest.raises(Unacceptable) as refusal:
        propose(session, at + POLICY.code_pause, filler)
    assert "明天再试" in refusal.value.errors[0].message
    propose(session, now + timedelta(days=1), filler)


def test_an_earlier_code_that_still_waits_is_not_sent(session, now, filler):
    propose(session, now, filler)
    propose(session, now + POLICY.code_pause, filler)
    states = session.exec(select(Mail.state).order_by(Mail.id)).all()
    assert states == [MailState.FAILED, MailState.WAITING]


def test_the_letter_keeps_no_code_once_it_is_sent(session, now, filler):
    code = propose(session, now, filler)
    (letter,) = mails.claim(session, now, "one", POLICY)
    assert code in letter.body
    mails.hand_over(session, now, letter.id, "one", POLICY)
    mails.accepted(session, now, letter.id, "one")
    session.expire_all()
    row = session.get_one(Mail, letter.id)
    assert (row.body, mails.is_resendable(row)) == ("", False)
    stored = session.get_one(MailAddress, filler.id)
    assert code not in stored.code_hash


@pytest.mark.parametrize(
    "address",
    [
        "", "周@example.com", "a b@example.com", "a@b@c", "@example.com", "a@", "a@-b.com",
        "a\r\nBcc: c@d@example.com", "a@example.com\nBcc: b@c", "<a@example.com>",
        "王 <a@example.com>", "a@example..com", f"{'a' * 65}@example.com", f"a@{'b' * 250}.com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(session, now, filler, address):
    before = trail(session)
    with pytest.raises(Unacceptable) as refusal:
        propose(session, now, filler, address)
    assert refusal.value.errors[0].message == "邮箱地址请写成 name@example.gov.cn 的样子"
    assert session.exec(select(Mail)).first() is None
    assert since(session, before) == []


def test_kinds_are_chosen_and_others_are_not_sent(session, now):
    case = peopled(session, now)
    with pytest.raises(Conflict):
        mail_addresses.choose(session, case.filler, now, [MessageKind.RETURNED])
    confirm(session, now, case.filler, propose(session, now, case.filler))
    before = trail(session)
    kinds = [kind for kind in MessageKind if kind is not MessageKind.NOTICE]
    mail_addresses.choose(session, case.filler, now, kinds)
    (event,) = since(session, before)
    assert told(event) == {"/mail/unwanted": (None, "notice")}
    count = len(session.exec(select(Mail)).all())
    send(session, now, case, case.filler)
    assert len(session.exec(select(Mail)).all()) == count


def test_removed_it_is_forgotten(session, now):
    case = peopled(session, now)
    confirm(session, now, case.filler, propose(session, now, case.filler))
    before = trail(session)
    mail_addresses.remove(session, case.filler, now)
    assert mail_addresses.chosen(session, case.filler.id).address == ""
    assert len(since(session, before)) == 1
    count = len(session.exec(select(Mail)).all())
    send(session, now, case, case.filler)
    assert len(session.exec(select(Mail)).all()) == count
