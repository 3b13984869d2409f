"""The thread at a form: who writes, whom it reaches, what is new, and that a word stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.db.self_evaluations import SelfEvaluation
from app.db.thread_words import ThreadWord
from app.domain.actors import Role, Scope
from app.domain.workflow import State
from app.errors import Conflict, Forbidden, NotFound, Unacceptable
from app.services import completions, history, messages, reviews, self_evaluations, threads
from app.services.reviews import ReturnEntry, ReviewEntry
from tests.services.message_cases import key_of, newest, peopled, submitted
from tests.services.message_cases import told as sent
from tests.services.test_notices import last
from tests.services.trail import since, told, trail


@pytest.fixture
def case(session, now):
    return submitted(session, now)


def say(session, now, case, actor, text="请问口径？", path=""):
    return threads.say(session, actor, now, case.form_id, text, path)[0]


def words(session, actor, case):
    return threads.read_form(session, actor, case.form_id)[1].words


def test_a_word_is_stored_with_who_when_and_where(session, now, case):
    path = f"/lines/{case.line_ids[0]}/actual"
    row, cell = threads.say(session, case.filler, now, case.form_id, " 请问口径？\n谢谢 ", path)
    assert (row.text, row.path, row.author, row.role) == (
        "请问口径？\n谢谢",
        path,
        "周晓岚",
        "filler",
    )
    assert (row.region_code, row.fiscal_year, row.written_at) == ("310000", 2024, now)
    assert cell == "印制数量 实际完成值"
    ((word),) = words(session, case.lead, case)
    assert (word.cell, word.own, word.new) == (cell, False, True)


def test_it_leaves_one_event_in_the_history_of_the_form_and_no_new_version(session, now, case):
    before, version = (
        trail(session),
        self_evaluations.get_sheet(session, case.filler, case.form_id).form.version,
    )
    say(session, now, case, case.filler, "请问口径？")
    (event,) = since(session, before)
    assert (event.action, event.object_id) == ("say", str(case.form_id))
    assert told(event) == {"/thread": (None, "请问口径？")}
    assert session.get_one(SelfEvaluation, case.form_id).version == version
    (first, *_) = history.of_form(session, case.lead, case.form_id).events.items
    assert [change.label for change in first.changes] == ["沟通记录"]


def test_the_unit_asks_whoever_reviews_and_is_answered(session, now, case):
    start = last(session)
    say(session, now, case, case.filler)
    assert sent(session, case, start) == [("colleague", "word"), ("lead", "word")]
    reviews.approve(session, case.lead, now, case.form_id, None, ReviewEntry())
    start = last(session)
    say(session, now, case, case.filler)
    assert [name for name, _ in sent(session, case, start)] == ["colleague", "lead", "department"]
    start = last(session)
    say(session, now, case, case.department, "按决算填。")
    assert [name for name, _ in sent(session, case, start)] == ["filler", "colleague", "lead"]
    message = newest(session)
    assert message.subject.startswith("新的留言：")
    assert message.body.endswith("留言：\n按决算填。")
    assert (message.about_kind, message.about_id) == ("thread", case.form_id)


def test_whoever_wrote_before_is_told_of_what_follows(session, now, case):
    say(session, now, case, case.finance, "请尽快办理。")
    start = last(session)
    say(session, now, case, case.filler, "好的。")
    assert ("finance", "word") in sent(session, case, start)


def test_a_returned_form_is_asked_of_whoever_returned_it(session, now, case):
    reviews.approve(session, case.lead, now, case.form_id, None, ReviewEntry())
    entry = ReturnEntry(reason="请更正")
    reviews.send_back(session, case.department, now, case.form_id, None, entry)
    start = last(session)
    say(session, now, case, case.filler)
    assert ("department", "word") in sent(session, case, start)


def test_before_the_first_submission_the_department_is_asked(session, now):
    case = peopled(session, now)
    say(session, now, case, case.filler)
    assert ("department", "word") in sent(session, case)


def test_new_until_read_and_answering_reads(session, now, case):
    say(session, now, case, case.filler)
    say(session, now + timedelta(minutes=1), case, case.filler, "另外，金额呢？")
    found = threads.read_form(session, case.lead, case.form_id)[1]
    assert ([word.new for word in found.words], found.unread) == ([True, True], 2)
    assert [word.own for word in words(session, case.filler, case)] == [True, True]
    say(session, now + timedelta(minutes=2), case, case.lead, "都按决算。")
    found = threads.read_form(session, case.lead, case.form_id)[1]
    assert ([word.new for word in found.words], found.unread) == ([False] * 3, 0)
    assert [word.new for word in words(session, case.filler, case)] == [False, False, True]


def test_reading_the_message_reads_the_thread(session, now, case):
    for _ in range(2):
        say(session, now, case, case.filler)
    before = trail(session)
    messages.read(session, case.lead, now, newest(session).id)
    assert threads.read_form(session, case.lead, case.form_id)[1].unread == 0
    assert [told(event) for event in since(session, before)] == [{"/unread": ("2", None)}]


def test_marked_as_read_by_hand(session, now, case):
    say(session, now, case, case.filler)
    before = trail(session)
    assert messages.read_thread(session, case.lead, now, case.form_id) == 1
    assert messages.read_thread(session, case.lead, now, case.form_id) == 0
    assert len(since(session, before)) == 1


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN])
def test_others_read_and_do_not_write(session, now, case, role):
    say(session, now, case, case.filler)
    actor = replace(case.finance, role=role)
    assert not threads.read_form(session, actor, case.form_id)[1].may_write
    with pytest.raises(Forbidden):
        say(session, now, case, actor)


def test_a_key_writes_for_its_organisation_when_it_may_write(session, now, case):
    key = key_of(case.department)
    row = say(session, now, case, key, "系统核对：金额不符。")
    assert row.role == "system"
    assert [word.own for word in words(session, replace(case.department, id=key.id), case)] == [
        False
    ]
    with pytest.raises(Forbidden):
        say(session, now, case, replace(key, scopes=frozenset({"read"})))


def test_a_foreign_form_is_absent(session, now, case):
    late = replace(case.filler, scope=Scope(case.filler.scope.path, 2025, 2026))
    for actor in (case.stranger, late):
        for act in (
            lambda actor=actor: say(session, now, case, actor),
            lambda actor=actor: threads.read_form(session, actor, case.form_id),
            lambda actor=actor: threads.read_review(session, actor, case.form_id),
            lambda actor=actor: threads.read_thread(session, actor, case.form_id),
            lambda actor=actor: threads.list_words(session, actor, case.form_id),
        ):
            with pytest.raises(NotFound):
                act()


@pytest.mark.parametrize(
    ("text", "path", "pointers"),
    [
        ("", "", ["/text"]),
        (" \n ", "", ["/text"]),
        ("长" * 1001, "", ["/text"]),
        ("甲\x00乙", "", ["/text"]),
        ("请问", "/lines/0/actual", ["/path"]),
        ("", "/nowhere", ["/text", "/path"]),
    ],
)
def test_words_that_do_not_fit_leave_nothing(session, now, case, text, path, pointers):
    before = trail(session)
    with pytest.raises(Unacceptable) as refusal:
        say(session, now, case, case.filler, text, path)
    assert [problem.pointer for problem in refusal.value.errors] == pointers
    assert words(session, case.filler, case) == ()
    assert since(session, before) == []


def test_a_superseded_form_is_written_at_no_more(session, now, case):
    say(session, now, case, case.filler)
    for person in (case.lead, case.department, case.finance):
        reviews.approve(session, person, now, case.form_id, None, ReviewEntry())
    revision = completions.reopen(session, case.finance, now, case.form_id, None, "金额有误")
    with pytest.raises(Conflict, match="新的修订"):
        say(session, now, case, case.filler)
    assert not threads.read_form(session, case.filler, case.form_id)[1].may_write
    assert len(words(session, case.filler, case)) == 1
    assert revision.state == State.RETURNED
    assert threads.read_form(session, case.filler, revision.id)[1].may_write


def test_only_the_end_stands_at_the_form_and_pages_hold_all(session, now, case):
    for number in range(23):
        say(session, now, case, case.filler, f"第{number}条")
    found = threads.read_form(session, case.lead, case.form_id)[1]
    assert (found.words[0].row.text, found.words[-1].row.text, found.earlier) == (
        "第3条", "第22条", True,
    )  # fmt: skip
    shown, position = [], None
    while True:
        page, _ = threads.list_words(session, case.lead, case.form_id, position, 10)
        shown += [row.text for row in page.items]
        position = page.next
        if position is None:
            break
    assert shown == [f"第{number}条" for number in range(23)]


def test_a_draft_takes_its_words_along(session, now):
    case = peopled(session, now)
    row_id = say(session, now, case, case.filler).id
    self_evaluations.delete_draft(session, case.filler, now, case.form_id, None)
    session.expire_all()
    assert session.get(ThreadWord, row_id) is None
