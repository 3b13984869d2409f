"""Lists: pages that follow each other without gap or repeat, a closed set of filters."""

import pytest

from tests.api.support import assert_problem, bearer

LISTS = (
    "/regions",
    "/organisations",
    "/projects",
    "/budgets",
    "/declarations",
    "/self-evaluations",
    "/scores",
    "/users",
    "/grants",
    "/messages",
)


POSITIONS = ["zzz", "MQ==", "../", "-1", "\x00", "LTE", "AA", "x" * 201,
             "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"]  # fmt: skip


def key_of(item):
    return item.get("id", item.get("code"))


@pytest.mark.parametrize("path", LISTS)
def test_the_pages_hold_every_row_once_and_in_order(client, path):
    whole = client.get(path, params={"limit": 200}).json()
    assert whole["next"] is None
    seen, position = [], None
    while True:
        params = {"limit": 2} | ({"after": position} if position else {})
        page = client.get(path, params=params).json()
        assert len(page["items"]) <= 2
        seen += page["items"]
        position = page["next"]
        if position is None:
            break
    assert seen == whole["items"]
    assert [key_of(item) for item in seen] == sorted(key_of(item) for item in seen)


@pytest.mark.parametrize("path", LISTS)
def test_the_link_header_leads_to_the_next_page(client, path):
    answer = client.get(path, params={"limit": 1})
    assert answer.headers["link"].endswith('; rel="next"')
    target = answer.headers["link"].partition(">")[0].removeprefix("<")
    assert target.startswith(f"/api/v1{path}?")
    following = client.get(f"http://testserver{target}")
    assert following.json()["items"][0] != answer.json()["items"][0]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "201", "-1", "1e1", "abc", "", "１０", "9" * 40, "2_0"])
def test_a_page_size_out_of_range_is_refused(client, path, limit):
    assert_problem(client.get(path, params={"limit": limit}), 400, "bad_parameter", "/query/limit")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("after", POSITIONS)
def test_a_position_nobody_gave_out_is_refused_or_empty(client, path, after):
    answer = client.get(path, params={"after": after})
    if answer.status_code != 200:
        assert_problem(answer, 400, pointer=None)


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_parameter_is_refused_not_ignored(client, path):
    problem = assert_problem(
        client.get(path, params={"fiscal_yaer": 2024}), 400, "unknown_parameter"
    )
    assert problem["errors"][0]["pointer"] == "/query/fiscal_yaer"
    assert "limit" in problem["detail"]


def test_a_parameter_given_twice_is_refused(client):
    answer = client.get("/projects?limit=1&limit=2")
    assert_problem(answer, 400, "repeated_parameter", "/query/limit")


@pytest.mark.parametrize("path", LISTS)
def test_the_tag_of_a_list_answers_304_until_something_changes(client, path):
    answer = client.get(path)
    same = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == answer.headers["etag"]
    assert client.get(path, params={"limit": 1}).headers["etag"] != answer.headers["etag"]


FILTERS = [
    ("/organisations", {"kind": "unit"}, lambda item: item["kind"] == "unit"),
    ("/organisations", {"parent_id": 2}, lambda item: item["parent_id"] == 2),
    ("/organisations", {"region_code": "310000"}, lambda item: item["region_code"] == "310000"),
    ("/projects", {"organisation_id": 3}, lambda item: item["organisation_id"] == 3),
    ("/projects", {"fiscal_year": 2024}, lambda item: item["first_year"] <= 2024),
    ("/projects", {"kind": "specific"}, lambda item: item["kind"] == "specific"),
    ("/budgets", {"project_id": 1}, lambda item: item["project_id"] == 1),
    ("/budgets", {"fiscal_year": 2024}, lambda item: item["fiscal_year"] == 2024),
    ("/budgets", {"source": "appropriation"}, lambda item: item["source"] == "appropriation"),
    ("/declarations", {"project_id": 1}, lambda item: item["project_id"] == 1),
    ("/declarations", {"fiscal_year": 2024}, lambda item: item["fiscal_year"] == 2024),
    ("/self-evaluations", {"state": "draft"}, lambda item: item["state"] == "draft"),
    ("/self-evaluations", {"organisation": 3}, lambda item: item["unit"]["id"] == 3),
    ("/self-evaluations", {"fiscal_year": 2024}, lambda item: item["fiscal_year"] == 2024),
    ("/scores", {"fiscal_year": 2024}, lambda item: item["fiscal_year"] == 2024),
    ("/scores", {"organisation": 3}, lambda item: item["organisation_id"] == 3),
    ("/scores", {"state": "returned"}, lambda item: item["state"] == "returned"),
]


@pytest.mark.parametrize(("path", "params", "holds"), FILTERS)
def test_a_filter_keeps_exactly_the_rows_it_names(client, path, params, holds):
    whole = client.get(path, params={"limit": 200}).json()["items"]
    kept = client.get(path, params={"limit": 200, **params}).json()["items"]
    assert kept == [item for item in whole if holds(item)]
    assert kept


BAD_FILTERS = [
    ("/organisations", {"kind": "firm"}),
    ("/organisations", {"parent_id": "abc"}),
    ("/organisations", {"region_code": "31"}),
    ("/projects", {"fiscal_year": "24"}),
    ("/projects", {"organisation_id": "1" * 40}),
    ("/budgets", {"source": "total"}),
    ("/self-evaluations", {"state": "lost"}),
    ("/scores", {"fiscal_year": "二〇二四"}),
    ("/scores", {"organisation": "NaN"}),
]


@pytest.mark.parametrize(("path", "params"), BAD_FILTERS)
def test_a_filter_that_cannot_be_read_is_refused_by_its_name(client, path, params):
    name = next(iter(params))
    assert_problem(client.get(path, params=params), 400, "bad_parameter", f"/query/{name}")


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/regions"])
def test_a_list_holds_nothing_of_another_tree(client, path):
    foreign = client.get(path, headers=bearer("foreign-key")).json()["items"]
    own = client.get(path, params={"limit": 200}).json()["items"]
    assert {key_of(item) for item in foreign}.isdisjoint(key_of(item) for item in own)


def test_a_unit_sees_its_own_forms_and_its_sibling_none(client):
    assert (
        len(client.get("/scores?fiscal_year=2024", headers=bearer("unit-key")).json()["items"]) == 9
    )
    assert client.get("/scores", headers=bearer("sibling-key")).json()["items"] == []
