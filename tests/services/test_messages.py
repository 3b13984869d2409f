"""Messages: sent to people, counted at the bell, read once, listed for a gateway."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.db.messages import Message
from app.db.users import User
from app.domain.actors import Role, Scope
from app.domain.messages import AboutKind, MessageKind
from app.errors import NotFound, Unacceptable
from app.services import messages
from tests import factories
from tests.services.message_cases import key_of, newest, peopled
from tests.services.trail import since, told, trail

NOTICE = messages.About(kind=MessageKind.NOTICE)


@pytest.fixture
def case(session, now):
    return peopled(session, now)


def send(session, now, case, *to, subject="请核对", body="请核对填报内容。", about=NOTICE, by=None):
    people = [person.id for person in to]
    return messages.send(session, by or case.finance, now, people, subject, body, about)


def test_each_person_gets_one_and_the_sender_none(session, now, case):
    to = (case.filler, case.lead, case.filler, case.finance)
    assert send(session, now, case, *to) == 2
    for person in (case.filler, case.lead):
        (message,) = messages.inbox(session, person).messages.items
        assert (message.subject, message.sender, message.sent_at) == ("请核对", "陆建中", now)
    assert messages.inbox(session, case.finance).messages.items == ()


def test_sending_is_part_of_an_act_and_leaves_no_event(session, now, case):
    before = trail(session)
    send(session, now, case, case.filler)
    assert since(session, before) == []


def test_a_key_with_the_number_of_a_person_is_not_that_person(session, now, case):
    by = key_of(case.filler)
    assert send(session, now, case, case.filler, by=by) == 1


def test_nobody_without_an_account_in_use_gets_one(session, now, case):
    session.get_one(User, case.filler.id).active = False
    session.flush()
    nobody = replace(case.lead, id=10**9)
    assert send(session, now, case, case.filler, nobody) == 0


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ({"subject": " "}, "/subject"),
        ({"subject": "长" * 121}, "/subject"),
        ({"body": ""}, "/body"),
        ({"body": "长" * 2001}, "/body"),
        ({"body": "甲\x00乙"}, "/body"),
        ({"subject": "甲\u202e乙"}, "/subject"),
    ],
)
def test_words_that_do_not_fit_send_nothing(session, now, case, words, pointer):
    with pytest.raises(Unacceptable) as refusal:
        send(session, now, case, case.filler, **words)
    assert [problem.pointer for problem in refusal.value.errors] == [pointer]
    assert messages.unread(session, case.filler.id) == 0


def test_a_subject_stands_on_one_line(session, now, case):
    send(session, now, case, case.filler, subject="请核对\nBcc: a@b")
    assert newest(session).subject == "请核对 Bcc: a@b"


def test_the_bell_counts_what_is_unread_up_to_a_hundred(session, now, case):
    for _ in range(3):
        send(session, now, case, case.filler)
    assert messages.unread(session, case.filler.id) == 3
    for _ in range(110):
        send(session, now, case, case.filler)
    assert messages.unread(session, case.filler.id) == 100


def test_pages_follow_each_other_from_the_newest(session, now, case):
    for number in range(5):
        send(session, now, case, case.filler, subject=f"第{number}件")
    shown, position = [], None
    while True:
        page = messages.inbox(session, case.filler, after=position, limit=2).messages
        shown += [message.subject for message in page.items]
        position = page.next
        if position is None:
            break
    assert shown == [f"第{number}件" for number in (4, 3, 2, 1, 0)]


def test_read_once_and_on_record(session, now, case):
    send(session, now, case, case.filler)
    message = newest(session)
    before = trail(session)
    later = now + timedelta(hours=1)
    for at in (later, later + timedelta(hours=1)):
        assert messages.read(session, case.filler, at, message.id).read_at == later
    (event,) = since(session, before)
    assert (event.action, event.object_kind, event.object_id) == (
        "read",
        "message",
        str(message.id),
    )
    assert told(event) == {"/unread": ("1", None)}
    assert messages.unread(session, case.filler.id) == 0
    assert messages.inbox(session, case.filler, unread_only=True).messages.items == ()
    assert len(messages.inbox(session, case.filler).messages.items) == 1


def test_all_at_once_is_one_event(session, now, case):
    for _ in range(3):
        send(session, now, case, case.filler, case.lead)
    before = trail(session)
    assert messages.read_all(session, case.filler, now) == 3
    assert messages.read_all(session, case.filler, now) == 0
    assert [told(event) for event in since(session, before)] == [{"/unread": ("3", None)}]
    assert messages.unread(session, case.lead.id) == 3


@pytest.mark.parametrize("who", ["lead", "stranger", "finance"])
def test_nobody_reads_what_is_anothers(session, now, case, who):
    send(session, now, case, case.filler)
    message, actor = newest(session), getattr(case, who)
    for act in (
        lambda: messages.get_own(session, actor, message.id),
        lambda: messages.read(session, actor, now, message.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert session.get_one(Message, message.id).read_at is None


def test_a_gateway_sees_the_messages_of_its_organisations(session, now, case):
    send(session, now, case, case.filler, case.department, case.stranger)
    page = messages.list_within(session, key_of(case.department))
    assert [item.reader.id for item in page.items] == [case.filler.id, case.department.id]
    assert messages.list_within(session, key_of(case.stranger)).items[0].reader.id == (
        case.stranger.id
    )
    own = page.items[0].message
    assert messages.get_within(session, key_of(case.filler), own.id).message.id == own.id
    with pytest.raises(NotFound):
        messages.get_within(session, key_of(case.stranger), own.id)


def test_a_gateway_sees_the_years_of_its_scope_and_what_belongs_to_none(session, now, case):
    about = messages.about_year(MessageKind.URGED, factories.REGION, 2024)
    send(session, now, case, case.filler, about=about)
    send(session, now, case, case.filler)
    key = key_of(case.filler)
    late = replace(key, scope=Scope(key.scope.path, 2025, 2025))
    assert len(messages.list_within(session, key).items) == 2
    assert [item.message.kind for item in messages.list_within(session, late).items] == ["notice"]
    assert newest(session).about_kind == AboutKind.NOTHING


def test_only_unread_ones_when_asked(session, now, case):
    send(session, now, case, case.filler, case.lead)
    messages.read_all(session, case.filler, now)
    page = messages.list_within(session, key_of(case.finance), unread_only=True)
    assert [item.reader.id for item in page.items] == [case.lead.id]


def test_everybody_has_a_bell(session, now, case):
    tree = factories.make_tree(session)
    for role in (Role.AUDITOR, Role.SYSADMIN, Role.EVALUATOR):
        person = factories.make_account(session, tree.finance, role, role)
        assert messages.unread(session, person.id) == 0
