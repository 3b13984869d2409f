"""How far a task has come, by branch and filing by filing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from app.domain.actors import Scope
from app.domain.filing_tasks import Bucket
from app.domain.workflow import State
from app.errors import NotFound
from app.services import filing_progress, filing_requests
from app.services.filing_progress import WhichFilings
from tests import factories
from tests.services.filing_cases import DUE, begun, bureau, declared, extension, issued, waiver

LATE = datetime(2025, 4, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def case(session):
    return bureau(session)


@pytest.fixture
def task(session, now, case):
    return issued(session, now, case)


def tally(tally):
    return {str(bucket): count for bucket, count in tally.counts.items() if count}


def test_each_filing_is_counted_in_its_branch(session, now, case, task):
    begun(session, now, case).state = State.RETURNED
    declared(session, case.tree.unit)
    factories.make_project(session, case.tree.unit)  # declared nothing: not asked for
    session.flush()
    found = filing_progress.progress(session, case.finance, now, task.id)
    assert found.whole.tally.asked == 3
    names = {branch.organisation.id: branch for branch in found.branches}
    mine = names[case.tree.department.id]
    assert tally(mine.tally) == {"not_begun": 1, "returned": 1}
    assert (mine.inner, mine.tally.owed, mine.tally.late) == (True, 2, 0)
    assert tally(names[case.tree.other_department.id].tally) == {"not_begun": 1}


def test_a_branch_opens_to_those_below_it(session, now, case, task):
    top = case.tree.department.id
    found = filing_progress.progress(session, case.finance, now, task.id, top)
    assert [unit.id for unit in found.above] == [case.tree.finance.id, top]
    assert [branch.organisation.id for branch in found.branches] == [case.tree.unit.id]
    assert found.branches[0].inner is False


def test_others_than_those_asked_are_not_counted(session, now, case):
    task = issued(session, now, case, targets={case.tree.unit.id: False})
    found = filing_progress.progress(session, case.finance, now, task.id)
    assert found.whole.tally.asked == 1
    assert [branch.organisation.id for branch in found.branches] == [case.tree.department.id]


def test_a_unit_sees_its_own_part(session, now, case, task):
    found = filing_progress.progress(session, case.filler, now, task.id)
    assert (found.whole.tally.asked, found.own.asked, found.branches) == (1, 1, ())
    with pytest.raises(NotFound):
        filing_progress.progress(session, case.filler, now, task.id, case.tree.department.id)


@pytest.mark.parametrize(
    ("moment", "late"),
    [(datetime(2025, 3, 31, 15, 59, tzinfo=UTC), 0), (datetime(2025, 3, 31, 16, 0, tzinfo=UTC), 2)],
)
def test_those_owed_are_late_from_midnight_on(session, case, task, moment, late):
    found = filing_progress.progress(session, case.finance, moment, task.id)
    assert found.whole.tally.late == late


def test_each_region_has_its_own_midnight(session, now, case, task):
    east = factories.make_region(session, "659002", time_zone="Pacific/Auckland")
    case.project.region_code = case.tree.unit.region_code = east.code
    session.flush()
    moment = datetime(2025, 3, 31, 12, 0, tzinfo=UTC)  # the 1st in Auckland, the 31st in Shanghai
    items = filing_progress.list_filings(
        session, case.finance, moment, task.id, WhichFilings(bucket="late")
    ).items
    assert [item.listed.project.id for item in items] == [case.project.id]
    assert items[0].days_left == -1
    found = filing_progress.progress(session, case.finance, moment, task.id)
    assert found.whole.tally.late == 1


def test_extended_waived_and_sent_filings_are_not_late(session, now, case, task):
    later = DUE + timedelta(days=5)
    filing_requests.give(
        session, case.department, now, task.id, extension(later, organisation_id=case.tree.unit.id)
    )
    wish = waiver(project_id=case.other_project.id)
    filing_requests.give(session, case.finance, now, task.id, wish)
    sent = declared(session, case.tree.other_unit)
    factories.make_form(session, sent, state=State.UNIT_REVIEW)
    found = filing_progress.progress(session, case.finance, LATE, task.id)
    assert found.whole.tally.late == 0
    assert tally(found.whole.tally) == {"not_begun": 1, "waived": 1, "reviewing": 1}
    over = LATE + timedelta(days=5)
    assert filing_progress.progress(session, case.finance, over, task.id).whole.tally.late == 1


@pytest.mark.parametrize(
    ("bucket", "which"),
    [
        (None, ["begun", "not begun", "waived", "sent", "done"]),
        (Bucket.NOT_BEGUN, ["not begun"]),
        (Bucket.FILLING, ["begun"]),
        (Bucket.REVIEWING, ["sent"]),
        (Bucket.DONE, ["done"]),
        (Bucket.RETURNED, []),
        (Bucket.WAIVED, ["waived"]),
        ("late", ["begun", "not begun"]),
    ],
)
def test_filings_are_listed_by_bucket(session, now, case, task, bucket, which):
    begun(session, now, case)
    named = {"begun": case.project, "not begun": case.other_project}
    named["waived"] = declared(session, case.tree.unit)
    wish = waiver(project_id=named["waived"].id)
    filing_requests.give(session, case.department, now, task.id, wish)
    for name, state in (("sent", State.DEPARTMENT_REVIEW), ("done", State.PUBLISHED)):
        named[name] = declared(session, case.tree.unit)
        factories.make_form(session, named[name], state=state)
    page = filing_progress.list_filings(
        session, case.finance, LATE, task.id, WhichFilings(bucket=bucket)
    )
    names = {project.id: name for name, project in named.items()}
    assert [names[item.listed.project.id] for item in page.items] == which
    if bucket not in (None, "late"):
        assert {item.bucket for item in page.items} <= {bucket}


def test_a_list_goes_on_where_it_ended(session, now, case, task):
    first = filing_progress.list_filings(session, case.finance, now, task.id, WhichFilings(limit=1))
    second = filing_progress.list_filings(
        session, case.finance, now, task.id, WhichFilings(after=first.next)
    )
    ids = [item.listed.project.id for item in (*first.items, *second.items)]
    assert ids == sorted([case.project.id, case.other_project.id])


def test_days_left_are_told_where_something_is_owed(session, now, case, task):
    (item,) = filing_progress.list_filings(session, case.filler, now, task.id).items
    assert (item.days_left, item.listed.due) == (28, date(2025, 3, 31))


def test_a_foreign_task_is_not_found(session, now, case):
    task = issued(session, now, case, targets={case.tree.unit.id: True})
    for task_id in (task.id, 10**9):
        with pytest.raises(NotFound):
            filing_progress.progress(session, case.stranger, now, task_id)
    narrow = replace(case.finance, scope=Scope(case.finance.scope.path, 2025, 2026))
    with pytest.raises(NotFound):
        filing_progress.list_filings(session, narrow, now, task.id)


def test_more_filings_ask_no_more_of_the_database(session, now, case, task):
    def asked():
        statements = []
        connection = session.connection()

        def note(*given):
            statements.append(given[2])

        event.listen(connection, "before_cursor_execute", note)
        filing_progress.progress(session, case.finance, now, task.id)
        filing_progress.list_filings(session, case.finance, now, task.id)
        event.remove(connection, "before_cursor_execute", note)
        return len(statements)

    few = asked()
    for _ in range(5):
        declared(session, factories.make_organisation(session, case.tree.department))
    session.flush()
    assert asked() == few
