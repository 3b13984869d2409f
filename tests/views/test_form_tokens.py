"""A form counts only with the token of a page of the same person."""

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from app.views.dependencies import COOKIE
from tests.views.visitor import HTMX, SAME_ORIGIN

# Nobody is signed in there yet: the origin of the form is what is checked.
OPEN = {"/login", "/setup", "/session/login", "/session/verify", "/carried"}
VALUES = {
    "form_id": "5",
    "line_id": "1",
    "remark_id": "1",
    "attachment_id": "1",
    "source": "appropriation",
    "handle": "0" * 32,
    "user_id": "1",
    "grant_id": "1",
    "delegation_id": "1",
    "task_id": "1",
    "request_id": "1",
    "import_id": "1",
    "export_id": "1",
    "message_id": "1",
    "mail_id": "1",
}


def unsafe_paths(views):
    return sorted(
        route.path.format(**VALUES)
        for route in (context.route for context in iter_route_contexts(views.routes))
        if isinstance(route, APIRoute) and "POST" in route.methods and route.path not in OPEN
    )


def test_every_form_of_every_page_carries_the_token(filler):
    draft = filler.form("信息化建设项目")
    pages = ["/", draft, f"{draft}/check", "/account/sessions", "/account/password",
             "/account/second-factor"]  # fmt: skip
    for path in pages:
        seen = filler.get(path)
        forms = seen.soup.select("form")
        assert forms
        for form in forms:
            token = form.select_one("input[name=csrf]")
            assert token is not None, (path, form.get("action"))
            assert token["value"] == filler.csrf
        assert filler.csrf in seen.soup.body["hx-headers"]


def test_no_route_takes_a_form_without_it(views, filler):
    paths = unsafe_paths(views)
    assert len(paths) > 10
    for path in paths:
        answer = filler.client.post(path, data={"version": "1"}, headers=SAME_ORIGIN)
        assert answer.status_code == 403, path
        assert "打开得太久" in answer.text
    assert filler.get("/").status == 200


def test_the_token_of_another_person_does_not_count(views, filler, visit):
    other = visit()
    other.sign_in("unit-lead")
    for path in unsafe_paths(views):
        for headers in ({}, HTMX):
            sent = SAME_ORIGIN | {"X-CSRF-Token": other.csrf} | headers
            assert filler.client.post(path, headers=sent).status_code == 403, path


@pytest.mark.parametrize("token", ["", "x", "." * 97, "0" * 32 + "." + "0" * 64, "é"])
def test_what_is_no_token_does_not_count(filler, token):
    fields = {"achieved": "x", "csrf": token}
    answer = filler.client.post("/self-evaluations/5/cells", data=fields, headers=SAME_ORIGIN)
    assert answer.status_code == 403


def test_the_field_alone_is_enough(filler):
    path = filler.form("信息化建设项目")
    fields = filler.get(path).fields()
    answer = filler.client.post(path, data=fields, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    assert "打开得太久" not in answer.text


def test_who_signs_in_again_goes_on_with_an_open_form(filler):
    path = filler.form("信息化建设项目")
    fields = filler.get(path).fields() | {"achieved": "离开之前写下的"}
    filler.client.cookies.delete(COOKIE)
    filler.sign_in()
    answer = filler.client.post(path, data=fields, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    assert filler.get(path).fields()["achieved"] == "离开之前写下的"


def test_a_page_of_a_session_that_was_signed_out_is_over(filler):
    path = filler.form("信息化建设项目")
    fields = filler.get(path).fields()
    filler.post("/logout", {})
    filler.sign_in()
    assert filler.client.post(path, data=fields, headers=SAME_ORIGIN).status_code == 403
