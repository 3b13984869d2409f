"""Several people at one task at once: each gets a true answer, and the form the longest day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlmodel import Session, select

from app.db.filing_requests import FilingRequest
from app.db.filing_tasks import FilingTask
from app.db.self_evaluations import SelfEvaluation
from app.db.session import writing
from app.errors import AppError
from app.services import filing_requests, self_evaluations
from tests.services.filing_cases import (
    DUE,
    begun,
    bureau,
    declared,
    extension,
    issued,
)

SOON, LATER = date(2025, 4, 5), date(2025, 4, 20)
YEAR = 2024


@pytest.fixture
def case(engine, now):
    """A task with a form begun, committed; each test has its own tree."""
    with writing(engine) as session:
        case = bureau(session)
        issued(session, now, case)
        begun(session, now, case)
    return case


def at_once(engine, *acts):
    """What each act in its own transaction came to: its value, or the refusal."""
    together = Barrier(len(acts))

    def run(act):
        together.wait()
        try:
            with writing(engine) as session:
                return act(session)
        except AppError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def task_of(session: Session, case) -> FilingTask:
    rows = select(FilingTask).where(FilingTask.organisation_id == case.tree.finance.id)
    return session.exec(rows).one()


def form_of(session: Session, case) -> SelfEvaluation:
    rows = select(SelfEvaluation).where(SelfEvaluation.project_id == case.project.id)
    return session.exec(rows).one()


def codes(results):
    return sorted(getattr(result, "code", "done") for result in results)


def test_two_people_who_ask_for_the_same_leave_one_request(engine, now, case):
    def ask(actor):
        wish = extension(LATER, project_id=case.project.id)
        return lambda session: filing_requests.ask(
            session, actor, now, task_of(session, case).id, wish
        )

    assert codes(at_once(engine, ask(case.filler), ask(case.lead))) == ["conflict", "done"]
    with Session(engine) as session:
        rows = select(FilingRequest).where(FilingRequest.project_id == case.project.id)
        assert len(session.exec(rows).all()) == 1


def test_two_who_decide_at_once_one_wins_and_the_other_is_told(engine, now, case):
    with writing(engine) as session:
        wish = extension(LATER, project_id=case.project.id)
        place = (case.filler, now, task_of(session, case).id, wish)
        request_id = filing_requests.ask(session, *place).id

    def decide(actor, granted):
        return lambda session: filing_requests.decide(
            session, actor, now, request_id, 1, granted=granted, answer="请按期报送"
        )

    results = at_once(engine, decide(case.department, True), decide(case.finance, False))
    assert codes(results) == ["conflict", "done"]
    winner = next(result for result in results if isinstance(result, FilingRequest))
    refusal = next(result for result in results if isinstance(result, AppError))
    assert winner.decided_by in refusal.message
    with Session(engine) as session:
        due = LATER if winner.state == "granted" else DUE
        assert form_of(session, case).due_on == due


def test_two_extensions_granted_at_once_leave_the_longer_day(engine, now, case):
    def give(actor, until):
        wish = extension(until, project_id=case.project.id)
        return lambda session: filing_requests.give(
            session, actor, now, task_of(session, case).id, wish
        )

    results = at_once(engine, give(case.department, LATER), give(case.finance, SOON))
    assert codes(results) == ["done", "done"]
    with Session(engine) as session:
        form = form_of(session, case)
        assert form.due_on == LATER


def test_a_form_begun_while_an_extension_is_granted_is_due_when_it_says(engine, now, case):
    with writing(engine) as session:
        project = declared(session, case.tree.unit)
    wish = extension(LATER, project_id=project.id)

    def give(session):
        filing_requests.give(session, case.department, now, task_of(session, case).id, wish)

    def begin(session):
        self_evaluations.open_form(session, case.filler, now, project.id, YEAR)

    assert codes(at_once(engine, give, begin)) == ["done", "done"]
    with Session(engine) as session:
        rows = select(SelfEvaluation).where(SelfEvaluation.project_id == project.id)
        assert session.exec(rows).one().due_on == LATER


def test_two_tasks_for_the_same_organisations_are_not_issued_at_once(engine, now):
    with writing(engine) as session:
        case = bureau(session)

    def issue(session):
        return issued(session, now, case)

    assert codes(at_once(engine, issue, issue)) == ["done", "unacceptable"]
