"""What somebody may act as, at the next request: posts chosen, lent, revoked, expired, moved."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from app.db import grants, users
from app.db.grants import Grant
from app.db.self_evaluations import SelfEvaluation
from app.db.session import reading, writing
from app.domain.actors import Role, Scope
from app.domain.grants import GrantState
from app.services import accounts, organisations
from app.services.organisations import OrganisationEntry
from app.views.dependencies import COOKIE
from tests.factories import make_actor
from tests.services.trail import trail
from tests.views.visitor import SAME_ORIGIN

FORM = "/self-evaluations/5"


@pytest.fixture
def change(views):
    """Changes a grant of somebody behind their back."""

    def change(username, **cells):
        with writing(views.state.engine) as session:
            user = users.by_username(session, username)
            grant = grants.of_user(session, user.id)[0][0]
            for name, value in cells.items():
                setattr(grant, name, value)

    return change


@pytest.fixture
def second(views, now):
    """Gives somebody a second grant in force."""

    def second(username, role=Role.AUDITOR):
        with writing(views.state.engine) as session:
            user = users.by_username(session, username)
            session.add(
                Grant(
                    user_id=user.id, role=role, lane="business", starts=date(2025, 1, 1),
                    organisation_id=user.organisation_id, state=GrantState.ACTIVE,
                    requested_at=now, requested_by="测试",
                )
            )  # fmt: skip

    return second


def test_a_revoked_grant_is_over_at_the_next_request(filler, change):
    assert filler.get(FORM).status == 200
    fields = filler.get(FORM).fields() | {"achieved": "撤销之后写下的"}
    change("filler", state=GrantState.REVOKED, lane=None)
    seen = filler.get(FORM)
    assert seen.url.endswith("/account/posts")
    assert "没有可用的岗位" in seen.text(".alert")
    assert filler.post(FORM, fields).url.endswith("/account/posts")
    headers = filler.sent | {"HX-Request": "true"}
    answer = filler.client.post(f"{FORM}/cells", data=fields, headers=headers)
    assert answer.headers["hx-redirect"] == "/account/posts"
    for own in ("/account/sessions", "/account/password", "/account/second-factor"):
        assert filler.get(own).url.endswith(own)
    assert filler.post("/logout", {}).url.endswith("/login")


def test_a_day_ends_at_midnight_of_the_region(filler, change, views):
    change("filler", ends=date(2025, 3, 3))
    views.state.clock = lambda: datetime(2025, 3, 3, 15, 59, 59, tzinfo=UTC)
    filler.sign_in()
    assert filler.get(FORM).url.endswith(FORM)
    views.state.clock = lambda: datetime(2025, 3, 3, 16, 0, tzinfo=UTC)
    assert filler.get(FORM).url.endswith("/account/posts")


def test_a_year_outside_the_grant_is_not_there(filler, change):
    change("filler", first_year=2025)
    assert filler.get(FORM).status == 404
    assert filler.get(FORM).html == filler.get("/self-evaluations/999999").html.replace(
        "999999", "5"
    )
    change("filler", first_year=2024, last_year=2024)
    assert filler.get(FORM).status == 200


def test_a_moved_unit_is_reached_from_its_new_place_alone(visit, views):
    department = visit()
    department.sign_in("department")
    assert department.get(FORM).status == 200
    with writing(views.state.engine) as session:
        finance = organisations.organisations.by_code(session, "310000-CZ")
        unit = organisations.organisations.by_code(session, "310000-YB-01")
        keeper = make_actor(finance, Role.SYSTEM, scope=Scope(finance.path))
        entry = OrganisationEntry(
            code=unit.code, name=unit.name, region_code=unit.region_code, kind=unit.kind,
            parent_id=finance.id,
        )  # fmt: skip
        now = views.state.clock()
        organisations.update(session, keeper, now, unit.id, unit.version, entry)
    assert department.get(FORM).status == 404
    bureau = visit()
    bureau.sign_in("finance")
    assert bureau.get(FORM).status == 200


def test_of_several_posts_one_is_chosen_and_may_be_changed(filler, visit, second, views):
    second("filler")
    visitor = visit()
    seen = visitor.sign_in()
    assert seen.url.endswith("/account/posts")
    assert seen.text("h1") == "请选择岗位"
    assert visitor.get(FORM).url.endswith("/account/posts")
    keys = [field["value"] for field in seen.soup.select("input[name=post]")]
    before = visitor.client.cookies[COOKIE]
    assert visitor.post("/account/posts", {"post": keys[0]}).url == "http://testserver/"
    assert visitor.client.cookies[COOKIE] != before
    assert "经办人" in visitor.get(FORM).text("a.person")
    stale = visitor.get(FORM).fields()
    assert visitor.get("/account/posts").one("header a[href='/account/posts']")
    visitor.post("/account/posts", {"post": keys[1]})
    assert "审计人员" in visitor.get(FORM).text("a.person")
    answer = visitor.client.post(FORM, data=stale, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert "岗位" in answer.text
    with reading(views.state.engine) as session:
        switched = [event for event in trail(session) if event.action == "switch"]
    assert [event.actor_role for event in switched] == ["filler", "auditor"]
    # Who was here before the second grant came is not interrupted.
    assert filler.get(FORM).url.endswith(FORM)


@pytest.mark.parametrize("key", ["", "x", "1-1", "999999-0", "字"])
def test_a_post_that_is_none_cannot_be_chosen(filler, second, key):
    second("filler")
    assert filler.post("/account/posts", {"post": key}).status == 409


def test_a_chosen_post_that_is_gone_is_not_another_one(visit, second, change):
    second("filler")
    visitor = visit()
    keys = [field["value"] for field in visitor.sign_in().soup.select("input[name=post]")]
    visitor.post("/account/posts", {"post": keys[1]})
    change("filler", state=GrantState.REVOKED, lane=None)  # the newest: the one in use
    seen = visitor.get(FORM)
    assert seen.url.endswith("/account/posts")
    assert seen.text("h1") == "请选择岗位"


def test_lending_a_post_from_offer_to_end(visit, filler, views):
    lead = visit()
    lead.sign_in("unit-lead")
    seen = lead.get("/account/posts")
    key = seen.one("select[name=post] option[value*='-']")["value"]
    wrong = lead.post("/account/delegations", {"post": key, "username": "filler", "ends": "x"})
    assert wrong.status == 422
    assert wrong.text("#ends-note").endswith("2025-03-31 的样子")
    typed = {"post": key, "username": "filler", "ends": "2025-03-31", "reason": "外出培训"}
    assert "待对方接受" in lead.post("/account/delegations", typed).text("main")
    form = filler.get("/account/posts").one("form[action$='/acceptance']")
    taken = filler.post(form["action"], {"version": form.select_one("[name=version]")["value"]})
    keys = [field["value"] for field in taken.soup.select("input[name=post]")]
    filler.post("/account/posts", {"post": keys[-1]})
    assert "周晓岚（代顾明远） 单位负责人" in filler.get("/").text("a.person")
    assert "不能再委托" in filler.post("/account/delegations", typed | {"post": keys[-1]}).html
    end = lead.get("/account/posts").one("form[action$='/end']")
    lead.post(end["action"], {"version": end.select_one("[name=version]")["value"]})
    assert filler.get("/").url.endswith("/account/posts")
    assert visit().sign_in().url == "http://testserver/"


def test_a_delegates_act_on_a_form_names_whom_they_stand_in_for(visit, filler, views):
    lending = {"username": "filler", "ends": "2025-03-31", "reason": "外出培训"}
    lead = visit()
    lead.sign_in("unit-lead")
    key = lead.get("/account/posts").one("select[name=post] option[value*='-']")["value"]
    lead.post("/account/delegations", lending | {"post": key})
    form = filler.get("/account/posts").one("form[action$='/acceptance']")
    taken = filler.post(form["action"], {"version": "1"})
    keys = [field["value"] for field in taken.soup.select("input[name=post]")]
    filler.post("/account/posts", {"post": keys[-1]})
    with reading(views.state.engine) as session:
        row = session.exec(
            select(SelfEvaluation).where(SelfEvaluation.state == "unit_review")
        ).first()
    filler.post(f"/self-evaluations/{row.id}/accept", {"version": str(row.version)})
    with reading(views.state.engine) as session:
        event = trail(session)[-1]
    assert (event.action, event.actor_name) == ("accept", "周晓岚（代顾明远）")
    assert event.actor_role == "unit_lead"
    assert "周晓岚（代顾明远）" in filler.get(f"/self-evaluations/{row.id}/history").html


def test_an_account_switched_off_is_out_at_the_next_request(filler, views, now):
    with writing(views.state.engine) as session:
        user = users.by_username(session, "filler")
        accounts.change(session, now, user, active=False)
    assert "/login" in filler.get(FORM).url
