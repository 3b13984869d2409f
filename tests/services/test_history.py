"""The history of a form: its cells by the names they have on the form."""

import pytest

from app.errors import NotFound
from app.services import filling, history, reviews, submissions
from app.services.entries import FundEntry, LineEntry
from app.services.reviews import ReturnEntry
from tests.services.filling_cases import fill, opened
from tests.services.trail import trail


@pytest.fixture
def case(session, now):
    return opened(session, now)


def of(session, case, **options):
    return history.of_form(session, case.lead, case.form_id, **options)


def cells(item):
    return [(cell.label, cell.change.before, cell.change.after) for cell in item.changes]


def test_each_cell_is_named_as_on_the_form(session, now, case):
    where = ("B2", "/indicators/0/reason")
    for entry in (LineEntry(actual="200册"), LineEntry(judged="50", reason="追加任务")):
        filling.save_line(session, case.filler, now, case.form_id, case.line_ids[0], None, entry)
        if not entry.reason:  # the warning is over once there is a reason
            submissions.answer_warning(session, case.filler, now, case.form_id, *where, "上级追加")
    amounts = FundEntry(executed="9.99")
    filling.save_fund(session, case.filler, now, case.form_id, "other", None, amounts)
    filling.save_goal(session, case.filler, now, case.form_id, None, "做完了。")
    goal, fund, line, answered, first, begun = of(session, case).events.items
    assert cells(first) == [("第1行“印制数量” 实际完成值", None, "200册")]
    assert cells(line) == [
        ("第1行“印制数量” 得分", None, "50"),
        ("第1行“印制数量” 偏差原因分析及改进措施", None, "追加任务"),
    ]
    assert cells(fund) == [("其他资金 全年执行数", "0", "9.99")]
    assert cells(goal) == [("实际完成情况", None, "做完了。")]
    assert cells(answered) == [("第1行“印制数量” 预警说明", None, "上级追加")]
    assert cells(begun)[0] == ("状态", None, "draft")


def test_a_return_tells_state_and_reason(session, now, case):
    fill(session, now, case)
    submissions.submit(session, case.filler, now, case.form_id, None)
    reviews.send_back(session, case.lead, now, case.form_id, None, ReturnEntry("请补充说明。"))
    assert cells(of(session, case).events.items[0]) == [
        ("状态", "unit_review", "returned"),
        ("退回原因", None, "请补充说明。"),
    ]


def test_it_is_paged_from_the_newest_to_the_first(session, now, case):
    fill(session, now, case)
    first = of(session, case, limit=3).events
    second = of(session, case, limit=3, after=first.next).events
    numbers = [item.event.number for item in (*first.items, *second.items)]
    assert numbers == [event.number for event in reversed(trail(session))]
    assert second.next is None


def test_it_holds_this_form_alone(session, now, case):
    other = opened(session, now)
    fill(session, now, other)
    assert len(of(session, case).events.items) == 1


def test_whoever_may_not_read_the_form_gets_no_history(session, case):
    with pytest.raises(NotFound):
        history.of_form(session, case.stranger, case.form_id)
