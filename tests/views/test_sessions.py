"""The session of an open page: how long it lasts, stay, log in again in place."""

from datetime import timedelta

import pyotp
import pytest

from app.db import users
from app.db.organisations import Organisation
from app.db.session import writing
from app.domain.actors import Role
from app.services import appointments, audit
from app.views.dependencies import COOKIE
from tests.views.visitor import SAME_ORIGIN, typed_cells

MINUTE = timedelta(minutes=1)
AGAIN = {"username": "filler", "password": "demo-2024"}


@pytest.fixture
def later(views, now):
    """Moves the clock to so many minutes after the test's begin."""

    def later(minutes):
        views.state.clock = lambda: now + minutes * MINUTE

    return later


def state(visitor, csrf=None):
    headers = {"X-CSRF-Token": visitor.csrf if csrf is None else csrf}
    answer = visitor.client.get("/session", headers=headers)
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def post(visitor, path, fields=None):
    return visitor.client.post(path, data=fields or {}, headers=visitor.sent)


def test_a_page_says_how_long_its_session_lasts(filler, later):
    assert filler.get("/").soup.body["data-left"] == "1200"
    later(19)
    seen = filler.get("/")
    assert (seen.soup.body["data-left"], seen.headers["x-session-left"]) == ("1200", "1200")
    part = filler.client.post("/self-evaluations/5/cells", data={}, headers=filler.sent)
    assert int(part.headers["x-session-left"]) <= 1200


def test_the_whole_session_ends_whatever_happens(filler, later):
    for minutes in range(15, 12 * 60 - 5, 15):
        later(minutes)
        filler.get("/")
    later(12 * 60 - 5)
    assert filler.get("/").soup.body["data-left"] == "300"


def test_asking_does_not_keep_it_alive_and_staying_does(filler, later):
    filler.get("/")
    for minutes in (5, 10, 19):
        later(minutes)
        told = state(filler)
        assert told["left"] == 1200 - minutes * 60
        assert (told["same"], told["csrf"], told["name"]) == (True, filler.csrf, "周晓岚")
    assert post(filler, "/session").json()["left"] == 1200
    later(38)
    assert state(filler)["left"] == 60
    later(39)
    assert state(filler) == {
        "left": 0, "name": "", "role": "", "same": False, "pending": False, "duty": False,
        "csrf": "", "message": "",
    }  # fmt: skip
    assert post(filler, "/session").status_code == 401


def test_only_the_person_of_the_page_gets_a_new_token(filler, visit):
    filler.get("/")
    lead = visit()
    lead.sign_in("unit-lead")
    told = state(lead, csrf=filler.csrf)
    assert (told["same"], told["csrf"], told["name"]) == (False, "", "顾明远")
    for odd in ("", "x", "é".encode(), filler.csrf[:-1] + "z"):
        assert state(lead, csrf=odd)["csrf"] == ""


def test_in_again_without_leaving_the_page(filler, later):
    filler.get("/")
    old, before = filler.client.cookies[COOKIE], filler.csrf
    later(21)
    assert state(filler)["left"] == 0
    wrong = post(filler, "/session/login", AGAIN | {"password": "wrong"})
    assert (wrong.status_code, wrong.json()["left"]) == (422, 0)
    assert "密码不正确" in wrong.json()["message"]
    told = post(filler, "/session/login", AGAIN).json()
    assert (told["left"], told["same"]) == (1200, True)
    assert told["csrf"] != before
    assert filler.client.cookies[COOKIE] != old
    filler.csrf = told["csrf"]
    assert filler.htmx("/self-evaluations/5/cells", typed_cells(achieved="写了一半")).status != 403


def test_another_person_in_the_same_place_gets_nothing_of_the_page(filler, later):
    filler.get("/")
    later(21)
    other = {"username": "unit-lead", "password": "demo-2024"}
    told = post(filler, "/session/login", other).json()
    assert (told["left"], told["same"], told["csrf"], told["name"]) == (1200, False, "", "顾明远")
    answer = filler.client.post("/self-evaluations/5/cells", data={}, headers=filler.sent)
    assert answer.status_code == 403


def test_the_telephone_is_asked_for_in_place(filler, later, now):
    secret = filler.get("/account/second-factor").text("code.key").replace(" ", "")
    filler.post("/account/second-factor", {"code": pyotp.TOTP(secret).at(now)})
    filler.get("/")
    later(21)
    assert post(filler, "/session/verify", {"code": "000000"}).status_code == 401
    told = post(filler, "/session/login", AGAIN).json()
    assert (told["pending"], told["left"], told["csrf"]) == (True, 0, "")
    wrong = post(filler, "/session/verify", {"code": "000000"})
    assert (wrong.status_code, "验证码不正确" in wrong.json()["message"]) == (422, True)
    code = pyotp.TOTP(secret).at(now + 21 * MINUTE)
    told = post(filler, "/session/verify", {"code": code}).json()
    assert (told["left"], told["same"], told["pending"]) == (1200, True, False)


@pytest.fixture
def two_posts(views, now):
    """The filler is the unit's lead too, by a second grant of the same lane."""
    with writing(views.state.engine) as session:
        user = users.by_username(session, "filler")
        unit = session.get_one(Organisation, user.organisation_id)
        appointments.place(session, now, user, Role.UNIT_LEAD, unit, audit.CONSOLE)


def take_post(visitor, role):
    rows = visitor.get("/account/posts").soup.select("table tbody tr")
    row = next(row for row in rows if role in row.th.get_text())
    return visitor.post("/account/posts", {"post": row.select_one("input[name=post]")["value"]})


def test_the_post_of_the_page_is_taken_up_again(filler, two_posts, later):
    filler.client.cookies.clear()
    filler.sign_in()
    take_post(filler, "单位负责人")
    assert "单位负责人" in filler.get("/").text(".person")
    later(21)
    told = post(filler, "/session/login", AGAIN).json()
    assert (told["left"], told["same"], told["duty"]) == (1200, True, False)
    assert told["role"] == "单位负责人"
    other = post(filler, "/session/login", AGAIN)
    assert other.json()["role"] == "单位负责人"


def test_a_page_of_another_post_is_not_gone_on_with(filler, two_posts):
    filler.client.cookies.clear()
    filler.sign_in()
    take_post(filler, "经办人")
    filler.get("/")
    page = filler.csrf
    take_post(filler, "单位负责人")
    told = state(filler, csrf=page)
    assert (told["same"], told["csrf"], told["role"]) == (False, "", "单位负责人")


def test_a_duty_that_comes_first_is_told(filler, views, later):
    filler.get("/")
    with writing(views.state.engine) as session:
        user = users.by_username(session, "filler")
        user.demo, user.issued_until = False, views.state.clock() + 60 * MINUTE
    later(21)
    told = post(filler, "/session/login", AGAIN).json()
    assert (told["duty"], told["same"]) == (True, True)


def test_a_login_from_another_site_is_refused(filler):
    for path in ("/session", "/session/login", "/session/verify", "/carried"):
        assert filler.client.post(path, data=AGAIN).status_code == 403


def test_the_dialogs_stand_where_somebody_is_signed_in_and_only_there(filler, visit):
    assert 'id="session-again"' in filler.get("/").html
    assert "<dialog" not in visit().get("/login").html


def test_a_window_of_its_own_says_where_to_go_on(filler, stranger, visit):
    assert "回到刚才填写的窗口" in filler.get("/session/done").text("main")
    assert visit().get("/session/done").url.endswith("/login?to=/session/done")


def test_nobody_learns_a_name_by_the_token_of_a_page_alone(filler, visit):
    filler.get("/")
    answer = visit().client.get("/session", headers={"X-CSRF-Token": filler.csrf} | SAME_ORIGIN)
    assert answer.json()["name"] == ""
