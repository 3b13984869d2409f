"""The clock of reminders against real databases: each sent once, by one process, when due."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import select

from app.db.messages import Message
from app.db.reminders import Reminder
from app.db.session import make_engine, reading, writing
from app.domain.actors import Role
from app.main import reminding
from app.reminding import Reminding
from app.services import reminder_templates, reminders
from app.services.reminders import ReminderEntry
from tests import factories
from tests.clocks import Clock
from tests.services.filing_cases import bureau, declared, issued

EVENING = datetime(2025, 3, 28, 13, 0, tzinfo=UTC)  # a Friday
MONDAY = datetime(2025, 3, 31, 0, 0, tzinfo=UTC)
OFTEN = timedelta(milliseconds=20)
COUNT = 4


@pytest.fixture
def clock():
    return Clock(EVENING)


@pytest.fixture
def engine(databases):
    """A database of this test's own with reminders that wait for Monday."""
    with databases.fresh() as address:
        engine = make_engine(address)
        with writing(engine) as session:
            case = bureau(session)
            factories.make_account(session, case.tree.unit, "周晓岚", Role.FILLER)
            task = issued(session, EVENING - timedelta(days=20), case)
            more = [declared(session, case.tree.unit).id for _ in range(COUNT - 1)]
            entry = ReminderEntry(
                subject="请报送", body="{left}", project_ids=frozenset({case.project.id, *more})
            )
            done = reminders.send(session, case.department, EVENING, task.id, entry)
            assert done.queued == COUNT
        yield engine
        engine.dispose()


def count(engine):
    with reading(engine) as session:
        return len(session.exec(select(Message)).all())


def test_nothing_is_sent_before_its_moment(engine, clock):
    clock.now = MONDAY - timedelta(seconds=1)
    assert Reminding(engine, clock, OFTEN).sweep() == 0
    assert count(engine) == 0


def test_all_that_is_due_is_sent_once(engine, clock):
    clock.now = MONDAY
    clockwork = Reminding(engine, clock, OFTEN)
    assert (clockwork.sweep(), clockwork.sweep()) == (COUNT, 0)
    assert count(engine) == COUNT


def test_two_processes_send_each_once(engine, clock):
    clock.now = MONDAY
    together, swept = Barrier(2), []

    def run():
        together.wait()
        clockwork = Reminding(engine, clock, OFTEN)
        swept.append(sum(clockwork.sweep() for _ in range(COUNT)))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(swept) == COUNT
    assert count(engine) == COUNT


def test_the_program_sends_by_itself(engine, clock, monkeypatch):
    often = replace(reminder_templates.policy(), look_every=OFTEN)
    monkeypatch.setattr(reminder_templates, "policy", lambda: often)
    with reminding(engine, clock):
        time.sleep(0.2)
        assert count(engine) == 0
        clock.now = MONDAY
        deadline = time.monotonic() + 20
        while count(engine) < COUNT and time.monotonic() < deadline:
            time.sleep(0.05)
    assert count(engine) == COUNT
    with reading(engine) as session:
        rows = session.exec(select(Reminder)).all()
        assert {row.delivered_at for row in rows} == {MONDAY}


def test_a_database_that_does_not_answer_stops_nothing(clock, tmp_path, caplog):
    broken = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with Reminding(broken, clock, OFTEN):
        time.sleep(0.3)
    broken.dispose()
    assert "reminding: put off" in caplog.text
