"""Who comes at the same moment: over HTTP, on both databases, with threads that really meet."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx2
import pytest
from bs4 import BeautifulSoup
from sqlmodel import select

from app.db import organisations
from app.db.audit_events import links
from app.db.idempotency_keys import IdempotencyKey
from app.db.projects import Project
from app.db.session import reading, writing
from app.db.snapshots import Snapshot
from app.domain.actors import Role
from app.domain.audit import AuditAction
from app.services import accounts, posts, self_evaluations, submissions
from app.services.submissions import open_findings
from app.settings import Settings
from tests.serving import serving

SENT, READY = "热线服务保障经费", "医疗保险个人账户管理经费"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "demo-2024"


@pytest.fixture(scope="module")
def program(databases, tmp_path_factory):
    """The demo on a socket, with a second lead and a second system."""
    with databases.fresh() as address:
        folder = tmp_path_factory.mktemp("races")
        settings = Settings(database_url=address, data_dir=folder, demo=True)
        with serving(settings) as running:
            prepare(running)
            yield running


def prepare(running):
    with writing(running.app.state.engine) as session:
        unit = organisations.by_code(session, "310000-YB-01")
        finance = organisations.by_code(session, "310000-CZ")
        given = ("lead-2", "韩雪", Role.UNIT_LEAD, unit, PASSWORD)
        accounts.add_user(session, running.clock(), *given).demo = True
        for name in ("甲系统", "乙系统"):
            accounts.add_key(
                session, running.clock(), name_key(name), name, finance, "read", "write"
            )


def name_key(name):
    return f"key of {name.encode().hex()}"


def at_once(*acts):
    """All of them in the same moment; their answers in order."""
    gate = threading.Barrier(len(acts))

    def act(call):
        gate.wait(timeout=20)
        return call()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result(timeout=60) for each in [pool.submit(act, call) for call in acts]]


@pytest.fixture
def come(program):
    """Makes people and systems, and sees them off after the test."""
    made = []

    def come(kind, name):
        made.append(kind(program, name))
        return made[-1]

    yield come
    for each in made:
        each.client.close()


class Person:
    """A browser of somebody signed in."""

    def __init__(self, program, username):
        self.client = httpx2.Client(base_url=program.address, follow_redirects=True, timeout=30)
        fields = {"username": username, "password": PASSWORD}
        self.client.post("/login", data=fields, headers=SAME_ORIGIN).raise_for_status()

    def form(self, project):
        soup = self.soup("/")
        links = soup.select("table.tasks th a")
        return next(link["href"] for link in links if link.get_text() == project)

    def soup(self, path):
        return BeautifulSoup(self.client.get(path).raise_for_status().text, "html.parser")

    def fields(self, path):
        """What the form of a page sends."""
        own = self.soup(path).select("form#sheet [name], [form=sheet][name]")
        texts = {item["name"]: item.get("value") or item.get_text() for item in own}
        return {name: text for name, text in texts.items() if name not in ("to", "code", "do")}

    def post(self, path, fields):
        return self.client.post(path, data=fields, headers=SAME_ORIGIN)


def events(program, action, form_id):
    with reading(program.app.state.engine) as session:
        found = [link.event for link in links(session)]
    return [event for event in found if (event.action, event.object_id) == (action, str(form_id))]


def number(path):
    return int(re.search(r"/(\d+)", path)[1])


def test_of_two_reviewers_one_wins_and_the_other_is_told_who_and_when(program, come):
    first, second = come(Person, "unit-lead"), come(Person, "lead-2")
    path = first.form(SENT).removesuffix("/review")
    review = f"{path}/review"
    approves = first.fields(review) | {"do": "approve"}
    returns = second.fields(review) | {"do": "return", "reason": "请补充样本数。", "to": "returned"}
    answers = at_once(lambda: first.post(review, approves), lambda: second.post(review, returns))
    assert min(answer.status_code for answer in answers) == 200
    won = 0 if answers[0].status_code == 200 else 1
    lost = answers[1 - won]
    assert lost.status_code in (409, 412), lost.text
    winner = ("顾明远", "韩雪")[won]
    told = " ".join(BeautifulSoup(lost.text, "html.parser").get_text(" ", strip=True).split())
    assert re.search(winner + r"(，|已于)\d+月\d+日\d\d:\d\d", told), told
    form = number(path)
    decided = [
        *events(program, AuditAction.APPROVE, form),
        *events(program, AuditAction.RETURN, form),
    ]
    mine = [event for event in decided if event.actor_name in ("顾明远", "韩雪")]
    assert [event.actor_name for event in mine if event.result == "done"] == [winner]


def ready(program, come):
    """A form that may be submitted at once, with its filler."""
    filler = come(Person, "filler")
    path = filler.form(READY)
    with writing(program.app.state.engine) as session:
        user = accounts.by_username(session, "filler")
        actor = posts.in_force(session, program.clock(), user.id)[0].actor(user.id, user.name)
        sheet = self_evaluations.get_sheet(session, actor, number(path))
        for finding in open_findings(sheet):
            given = (number(path), finding.code, finding.path, "情况属实，已核对。")
            submissions.answer_warning(session, actor, program.clock(), *given)
    return filler, path


def test_a_form_sent_many_times_at_once_has_one_receipt(program, come):
    filler, path = ready(program, come)
    windows = [filler, *(come(Person, "filler") for _ in range(3))]
    sent = [(window, window.fields(f"{path}/check")) for window in windows]
    assert len({fields["version"] for _, fields in sent}) == 1
    answers = at_once(*[partial(window.post, f"{path}/submit", own) for window, own in sent])
    assert {answer.status_code for answer in answers} == {200}
    pages = [BeautifulSoup(answer.text, "html.parser") for answer in answers]
    assert len({page.select_one(".number strong").get_text() for page in pages}) == 1
    assert sum("没有重复送审" in page.get_text() for page in pages) == len(pages) - 1
    with reading(program.app.state.engine) as session:
        taken = session.exec(select(Snapshot).where(Snapshot.self_evaluation_id == number(path)))
        assert len(taken.all()) == 1
    assert len(events(program, AuditAction.SUBMIT, number(path))) == 1


class System:
    """A caller of the API."""

    def __init__(self, program, name):
        headers = {"Authorization": f"Bearer {name_key(name)}"}
        base = f"{program.address}/api/v1"
        self.client = httpx2.Client(base_url=base, headers=headers, timeout=30)


def test_of_two_systems_one_wins_and_the_other_is_told_who_and_when(program, come):
    one, other = come(System, "甲系统"), come(System, "乙系统")
    waiting = one.client.get("/self-evaluations", params={"state": "finance_review"}).json()
    form = waiting["items"][0]["id"]
    path = f"/self-evaluations/{form}"
    tag = {"If-Match": one.client.get(path).headers["etag"]}
    answers = at_once(
        lambda: one.client.post(f"{path}/approvals", json={}, headers=tag),
        lambda: other.client.post(f"{path}/approvals", json={}, headers=tag),
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    won = 0 if answers[0].status_code == 200 else 1
    told = answers[1 - won].json()["detail"]
    assert re.search(("甲系统", "乙系统")[won] + r"(，|已于)\d+月\d+日\d\d:\d\d", told), told


def test_a_request_sent_many_times_at_once_is_done_once(program, come):
    systems = [come(System, "甲系统") for _ in range(5)]
    body = {
        "code": "31000024T900000000001", "name": "同时登记的项目", "organisation_id": 3,
        "first_year": 2024, "last_year": 2024, "recurring": False,
    }  # fmt: skip
    headers = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}

    def send(system):
        for _ in range(100):
            answer = system.client.post("/projects", json=body, headers=headers)
            if answer.status_code != 409:
                return answer
            assert answer.json()["code"] == "in_flight"
            assert answer.headers["retry-after"] == "1"
        raise AssertionError("it is in flight for ever")

    answers = at_once(*[partial(send, system) for system in systems])
    assert {answer.status_code for answer in answers} == {201}, answers[0].text
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    replayed = [answer.headers.get("idempotency-replayed") for answer in answers]
    assert sorted(map(str, replayed)) == ["None", *["true"] * 4]
    with reading(program.app.state.engine) as session:
        made = session.exec(select(Project).where(Project.code == body["code"])).all()
        assert len(made) == 1
        assert len(session.exec(select(IdempotencyKey)).all()) == 1
