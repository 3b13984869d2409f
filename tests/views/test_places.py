"""Where a login may lead: a page of this host and nothing else."""

import pytest

from app.views.places import within

INSIDE = ["/", "/self-evaluations/5", "/?year=2024&after=MTA", "/a//b", "/%2F%2Fexample.org", "/@x"]
OUTSIDE = [
    "", "self-evaluations", "//example.org", "///example.org", "https://example.org",
    "/\\example.org", "\\\\example.org", "/\t/example.org", "/\n/example.org", "/\r\nSet-Cookie: a",
    " //example.org", "/ /example.org", "javascript:alert(1)", "/\u3000/example.org", "/年度",
    "/\x00", "/\x7f", "http:example.org",
]  # fmt: skip


@pytest.mark.parametrize("path", INSIDE)
def test_a_page_of_this_host_is_gone_to(path):
    assert within(path) == path


@pytest.mark.parametrize("path", OUTSIDE)
def test_whatever_could_be_another_host_leads_home(path):
    assert within(path) == "/"


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_way_in_leads_to_another_host(stranger, path):
    fields = {"username": "filler", "password": "demo-2024", "to": path}
    stranger.client.follow_redirects = False
    for headers in ({}, {"HX-Request": "true"}):
        sent = {"Sec-Fetch-Site": "same-origin"} | headers
        answer = stranger.client.post("/login", data=fields, headers=sent)
        led = answer.headers.get("location") or answer.headers.get("hx-redirect")
        assert led == "/"


def test_the_page_asked_for_keeps_its_query(stranger):
    seen = stranger.get("/self-evaluations/5?unit=wan")
    assert seen.one("input[name=to]")["value"] == "/self-evaluations/5?unit=wan"
    fields = {"username": "filler", "password": "demo-2024", "to": "/self-evaluations/5?unit=wan"}
    assert stranger.post("/login", fields).url.endswith("/self-evaluations/5?unit=wan")
