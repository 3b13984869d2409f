"""The sender against a real server and real databases: each letter once, whatever happens."""

import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import select

from app.db.mails import Mail
from app.db.session import make_engine, reading, writing
from app.domain.mails import MailState
from app.mailer import Mailer
from app.main import mailing
from app.services import mail_policies
from app.settings import Security, Settings
from tests.clocks import Clock
from tests.mail_server import Post, authority, free_port, serving, to_server
from tests.services.message_cases import peopled, with_mail
from tests.services.test_mails import send

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
POLICY = mail_policies.policy()


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def engine(databases):
    """A database of this test's own: what is committed here must not reach the next."""
    with databases.fresh() as address:
        engine = make_engine(address)
        yield engine
        engine.dispose()


@pytest.fixture
def waiting(engine):
    """Three letters that wait."""
    with writing(engine) as session:
        case = peopled(session, NOW)
        with_mail(session, case.filler, "zhou@example.gov.cn", NOW)
        with_mail(session, case.lead, "gu@example.gov.cn", NOW)
        send(session, NOW, case, case.filler, case.lead)
        send(session, NOW, case, case.filler)


def states(engine):
    with reading(engine) as session:
        return sorted(session.exec(select(Mail.state)))


def mailer(engine, port, clock, **given):
    return Mailer(engine, to_server(port, **given), clock, POLICY)


def test_what_waits_is_sent_with_a_link_and_not_again(engine, waiting, clock):
    post = Post()
    with serving(post) as port:
        sender = mailer(engine, port, clock)
        assert (sender.sweep(), sender.sweep()) == (3, 0)
        clock.now += timedelta(days=1)
        assert sender.sweep() == 0
    assert states(engine) == ["sent"] * 3
    assert sorted(str(letter["to"]) for letter in post.taken) == [
        "gu@example.gov.cn", "zhou@example.gov.cn", "zhou@example.gov.cn",
    ]  # fmt: skip
    text = post.taken[0].get_content()
    assert "查看和办理：https://jixiao.example.gov.cn/messages/1" in text
    assert len({letter["message-id"] for letter in post.taken}) == 3


def test_over_starttls(engine, waiting, clock, tmp_path):
    context, file = authority(tmp_path)
    post = Post()
    with serving(post, context=context) as port:
        mailer(engine, port, clock, security=Security.STARTTLS, ca_file=file).sweep()
    assert len(post.taken) == 3


def test_a_server_that_is_away_is_tried_later(engine, waiting, clock, caplog):
    port = free_port()
    sender = mailer(engine, port, clock)
    with caplog.at_level(logging.WARNING):
        assert sender.sweep() == 3
    assert states(engine) == ["waiting"] * 3
    assert "连接不上" in caplog.text
    assert sender.sweep() == 0
    clock.now += POLICY.waits[0]
    post = Post()
    with serving(post) as port:
        mailer(engine, port, clock).sweep()
    assert len(post.taken) == 3


def test_one_refused_recipient_does_not_hold_up_the_others(engine, waiting, clock, caplog):
    class Choosy(Post):
        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
            refused = address.startswith("gu@")
            self.to_recipient = f"550 <{address}> unknown" if refused else "250 OK"
            return await super().handle_RCPT(server, session, envelope, address, options)

    post = Choosy()
    with serving(post) as port:
        mailer(engine, port, clock).sweep()
    assert (len(post.taken), states(engine)) == (2, ["failed", "sent", "sent"])
    assert "550 <g***@example.gov.cn> unknown" in caplog.text
    assert "gu@" not in caplog.text


def test_a_letter_that_may_have_been_taken_is_not_sent_again(engine, waiting, clock):
    post = Post(hangs_up="after text")
    with serving(post) as port:
        sender = mailer(engine, port, clock)
        sender.sweep()
        taken = len(post.taken)
        assert states(engine) == ["uncertain", "waiting", "waiting"]
        post.hangs_up = ""
        clock.now += POLICY.waits[0]
        sender.sweep()
    assert (taken, len(post.taken)) == (1, 3)
    assert states(engine) == ["sent", "sent", "uncertain"]


def test_given_up_in_the_end(engine, waiting, clock):
    with serving(Post(to_text="451 full")) as port:
        sender = mailer(engine, port, clock)
        for _ in range(len(POLICY.waits) + 1):
            clock.now += max(POLICY.waits)
            sender.sweep()
    assert states(engine) == ["failed"] * 3


def test_a_letter_whose_worker_died_in_the_act_is_left_to_a_person(engine, waiting, clock):
    with writing(engine) as session:
        row = session.get_one(Mail, 1)
        row.state, row.worker, row.lease_until = MailState.HANDING, "gone", NOW
    post = Post()
    with serving(post) as port:
        mailer(engine, port, clock).sweep()
    assert (len(post.taken), states(engine)) == (2, ["sent", "sent", "uncertain"])


def test_two_processes_send_each_letter_once(engine, waiting, clock):
    with writing(engine) as session:
        for row in session.exec(select(Mail)).all():
            for _ in range(9):
                session.add(Mail(**row.model_dump(exclude={"id"})))
    post, start = Post(), Barrier(2)
    with serving(post) as port:

        def work():
            sender = mailer(engine, port, clock)
            start.wait(timeout=10)
            while sender.sweep():
                pass

        workers = [Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
    assert (len(post.taken), states(engine)) == (30, ["sent"] * 30)
    assert len({letter["message-id"] for letter in post.taken}) == 30


def test_no_password_in_the_log(engine, waiting, clock, caplog, tmp_path):
    context, file = authority(tmp_path)
    with serving(Post(), context=context, login=True) as port, caplog.at_level(logging.DEBUG):
        secret = {"user": "jixiao", "password": "not-the-right-one"}
        mailer(engine, port, clock, security=Security.STARTTLS, ca_file=file, **secret).sweep()
    assert "用户名和密码" in caplog.text
    assert "not-the-right-one" not in caplog.text


def test_it_runs_beside_the_service_and_stops_with_it(engine, waiting, clock, tmp_path):
    post = Post()
    with serving(post) as port:
        settings = Settings(database_url="sqlite://", data_dir=tmp_path, mail=to_server(port))
        with mailing(engine, settings, clock):
            until = time.monotonic() + 30
            while len(post.taken) < 3 and time.monotonic() < until:
                time.sleep(0.1)
    assert len(post.taken) == 3
    with mailing(engine, Settings(database_url="sqlite://", data_dir=tmp_path), clock):
        pass
