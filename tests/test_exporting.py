"""Exports against real databases and files: each made once, by one process, with present rights."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlmodel import select

from app.db.api_keys import ApiKey
from app.db.grants import Grant
from app.db.session import reading, writing
from app.db.users import User
from app.domain.audit import AuditAction
from app.export_files import Shelf
from app.files.store import Store
from app.main import exporting
from app.services import demo, export_policies, exports, posts
from app.settings import Settings
from tests.factories import MOMENT
from tests.running import ROOT
from tests.services.export_cases import desk, key
from tests.services.trail import told, trail

FORMS = 9


@pytest.fixture(scope="module")
def world(engine):
    """The demo, on a database of this module's own."""
    with writing(engine) as session:
        demo.load(session, MOMENT)
    return engine


@pytest.fixture
def at(world, tmp_path):
    """A desk with an empty folder."""
    return desk(world, tmp_path / "exports")


@pytest.fixture
def bureau(world):
    return key(world, f"bureau-{uuid4()}")


def finance(engine):
    """The finance officer of the demo, in their post."""
    with reading(engine) as session:
        user = session.exec(select(User).where(User.username == "finance")).one()
        (post,) = posts.in_force(session, MOMENT, user.id)
        return post.actor(user.id, user.name)


def events(engine, export_id):
    with reading(engine) as session:
        return [event for event in trail(session)
                if (event.object_kind, event.object_id) == ("export", str(export_id))]  # fmt: skip


def test_a_job_from_its_start_to_the_day_its_file_is_deleted(at, bureau):
    number = at.start(bureau)
    assert (at.row(number).state, at.row(number).done) == ("waiting", 0)

    assert (at.maker().sweep(), at.maker().sweep()) == (1, 0)
    row = at.row(number)
    assert (row.state, row.done, row.total, row.tries) == ("done", FORMS, FORMS, 1)
    assert (row.expires_at, row.worker) != (None, "")
    assert at.files() == {at.shelf.store.path(row.file_key)}
    assert at.shelf.store.digest(row.file_key) == row.sha256
    assert at.shelf.sweep() == 0

    at.later(days=7)
    assert at.maker().sweep() == 0
    assert (at.row(number).state, at.row(number).file_key) == ("expired", "")
    assert at.files() == set()
    acts = [event.action for event in events(at.engine, number)]
    assert acts == [AuditAction.EXPORT, AuditAction.EXPORT, AuditAction.DELETE]


def test_progress_is_stored_step_by_step(at, bureau, monkeypatch):
    number, seen = at.start(bureau, "xlsx"), []
    clock = at.clock
    monkeypatch.setattr(at, "clock", lambda: seen.append(steps(at, number)) or clock())
    at.maker().sweep()
    told = [step for step in dict.fromkeys(seen) if step[1]]
    assert told == [(done, FORMS) for done in (0, 2, 4, 6, 8, FORMS)]


def steps(at, number):
    row = at.row(number)
    return row.done, row.total


def test_two_processes_make_each_once(at, bureau):
    numbers = [at.start(bureau, "json") for _ in range(3)]
    together, made = Barrier(2), []

    def run():
        together.wait()
        made.append(at.maker().sweep())

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(made) == 3
    assert {(at.row(number).state, at.row(number).tries) for number in numbers} == {("done", 1)}


def test_a_process_that_is_killed_in_the_middle_is_replaced(at, bureau, database):
    number = at.start(bureau)
    words = [sys.executable, "-m", "tests.stalled_export", database, str(at.shelf.store.folder)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().strip() == "half"
        process.send_signal(signal.SIGKILL)
    row = at.row(number)
    assert (row.state, 0 < row.done < row.total) == ("running", True)
    assert len(at.files()) == 1

    assert at.maker().sweep() == 0  # its lease holds still
    at.later(minutes=5)
    assert at.shelf.sweep() == 1  # as at the next start
    assert at.maker().sweep() == 1
    row = at.row(number)
    assert (row.state, row.done, row.tries) == ("done", FORMS, 2)
    assert len(json_free(at, number)) == FORMS


def json_free(at, number):
    return at.content(number)["forms.csv"].decode("utf-8-sig").splitlines()[1:]


def test_a_job_that_kills_its_process_again_and_again_is_given_up(at, bureau):
    number = at.start(bureau)
    with writing(at.engine) as session:
        row = exports.get(session, bureau, number)
        row.state, row.tries, row.lease_until = "running", at.policy.most_tries, MOMENT
        session.add(row)
    assert at.maker().sweep() == 0
    assert "多次停止" in at.row(number).error


def test_a_server_that_stops_gives_its_job_back(at, bureau):
    number = at.start(bureau)
    maker = at.maker()
    clock, calls = at.clock, []

    def stopping():
        calls.append(1)
        if len(calls) == 5:
            maker._stopped.set()
        return clock()

    maker._clock = stopping
    maker.sweep()
    assert (at.row(number).state, at.row(number).tries) == ("waiting", 0)
    assert at.files() == set()
    assert at.maker().sweep() == 1


def test_a_key_that_was_switched_off_gets_nothing(at, bureau):
    number = at.start(bureau)
    with writing(at.engine) as session:
        row = session.get_one(ApiKey, bureau.id)
        row.active = False
        session.add(row)
    at.maker().sweep()
    assert "密钥已停用" in at.row(number).error
    assert at.files() == set()


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_post_that_was_revoked_gets_nothing(at, when):
    actor = finance(at.engine)
    number, maker = at.start(actor), at.maker()
    clock, calls = at.clock, []

    def revoking():
        calls.append(1)
        if len(calls) == 5:
            revoke(at.engine, actor.id, "revoked")
        return clock()

    if when == "before":
        revoke(at.engine, actor.id, "revoked")
    else:
        maker._clock = revoking
    try:
        maker.sweep()
    finally:
        revoke(at.engine, actor.id, "active")
    assert at.row(number).state == "failed"
    assert "岗位已到期、被撤销" in at.row(number).error
    assert at.files() == set()
    assert told(events(at.engine, number)[-1])["/state"] == (None, "failed")


def revoke(engine, user_id, state):
    with writing(engine) as session:
        for row in session.exec(select(Grant).where(Grant.user_id == user_id)):
            row.state, row.lane = state, "business" if state == "active" else None
            session.add(row)


def test_a_form_that_left_the_reach_fails_a_choice_of_it(at, bureau):
    number = at.start(bureau, fiscal_year=None, form_ids=(1, 2))
    with writing(at.engine) as session:
        row = exports.get(session, bureau, number)
        row.chosen = "1 999999"
        session.add(row)
    at.maker().sweep()
    assert "管理范围" in at.row(number).error


def test_an_export_deleted_while_it_is_made_leaves_nothing(at, bureau):
    number, maker = at.start(bureau), at.maker()
    clock, calls = at.clock, []

    def deleting():
        calls.append(1)
        if len(calls) == 5:
            with writing(at.engine) as session:
                exports.delete(session, bureau, at.now, number, at.shelf.store)
        return clock()

    maker._clock = deleting
    maker.sweep()
    assert at.row(number) is None
    assert at.files() == set()


def test_a_file_that_grows_too_large_is_no_file(at, bureau):
    at.policy = replace(at.policy, largest=500)
    number = at.start(bureau)
    at.maker().sweep()
    assert "没有生成" in at.row(number).error
    assert at.files() == set()


def test_one_that_cannot_be_made_does_not_stop_the_next(at, bureau, monkeypatch):
    first, second = at.start(bureau, "json"), at.start(bureau, "csv")
    monkeypatch.setattr("app.services.open_data.as_json", lambda _: 1 / 0)
    assert at.maker().sweep() == 2
    assert "已记录在案" in at.row(first).error
    assert at.row(second).state == "done"


def test_a_disk_that_is_full_is_told_of(at, bureau, monkeypatch):
    number = at.start(bureau)

    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.files.store.Incoming.finish", full)
    at.maker().sweep()
    assert "清理磁盘" in at.row(number).error
    assert at.files() == set()


def test_the_program_makes_them_by_itself(at, bureau, database, tmp_path, monkeypatch):
    often = replace(export_policies.policy(), look_every=timedelta(milliseconds=20))
    monkeypatch.setattr(export_policies, "policy", lambda: often)
    number = at.start(bureau, "json")
    settings = Settings(database_url=database, data_dir=tmp_path)
    with exporting(Shelf(at.engine, Store(tmp_path / "exports")), settings, at.clock):
        deadline = time.monotonic() + 20
        while at.row(number).state != "done" and time.monotonic() < deadline:
            time.sleep(0.02)
    assert len(json.loads(at.content(number)["forms.json"])["forms"]) == FORMS
