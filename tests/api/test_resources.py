"""Master data: create, read, replace, delete, each guarded by the version that was read."""

from itertools import count

import pytest

from app.api.examples import example
from tests.api.support import assert_problem, based_on, bearer

NUMBERS = count(1)


def organisation(**given):
    return {**example("OrganisationIn"), "code": f"310000-T{next(NUMBERS)}", "parent_id": 2} | given


def project(**given):
    usual = {"code": f"31000025T{next(NUMBERS):012}", "organisation_id": 3}
    return {**example("ProjectIn"), "first_year": 2025, "last_year": 2026} | usual | given


def budget(**given):
    return {**example("BudgetIn"), "project_id": 2, "fiscal_year": 2000 + next(NUMBERS)} | given


def declaration(**given):
    usual = {"project_id": 2, "fiscal_year": 2000 + next(NUMBERS)}
    return {**example("DeclarationIn")} | usual | given


NOUNS = {
    "/organisations": (organisation, {"name": "上海市医疗保障局数据中心"}),
    "/projects": (project, {"name": "医保数据治理经费"}),
    "/budgets": (budget, {"executed": "1.05"}),
    "/declarations": (declaration, {"goal": "提高经办效率。", "indicators": []}),
}
EACH = pytest.mark.parametrize("path", NOUNS)


def create(client, path, **given):
    answer = client.post(path, json=NOUNS[path][0](**given))
    assert answer.status_code == 201, answer.text
    return answer


@EACH
def test_a_new_record_is_found_at_its_address(client, path):
    made = create(client, path)
    where = made.headers["location"]
    assert where == f"/api/v1{path}/{made.json()['id']}"
    read = client.get(f"http://testserver{where}")
    assert read.content == made.content
    assert read.headers["etag"] == made.headers["etag"]
    assert read.headers["cache-control"] == "private, no-cache"
    assert read.headers["vary"] == "Authorization"


@EACH
def test_what_was_sent_comes_back(client, path):
    body = NOUNS[path][0]()
    answer = client.post(path, json=body).json()
    for name, value in body.items():
        if name == "indicators":
            assert [row["name"] for row in answer[name]] == [row["name"] for row in value]
        else:
            assert answer[name] == value
    assert answer["version"] == 1


@EACH
def test_the_tag_answers_304_until_the_record_changes(client, path):
    made = create(client, path)
    where = f"{path}/{made.json()['id']}"
    known = {"If-None-Match": f'"other", {made.headers["etag"]}'}
    unchanged = client.get(where, headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get(where, headers={"If-None-Match": "*"}).status_code == 304
    assert client.get(where, headers={"If-None-Match": 'W/"x.1.1"'}).status_code == 200
    change = made.json() | NOUNS[path][1]
    body = {name: change[name] for name in NOUNS[path][0]()}
    changed = client.put(where, json=body, headers=based_on(made))
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] != made.headers["etag"]
    assert client.get(where, headers=known).status_code == 200


@EACH
def test_a_write_needs_the_version_it_is_based_on(client, path):
    made = create(client, path)
    where = f"{path}/{made.json()['id']}"
    body = {name: made.json()[name] for name in NOUNS[path][0]()} | NOUNS[path][1]
    for value in (None, "", "*"):
        headers = {} if value is None else {"If-Match": value}
        assert_problem(client.put(where, json=body, headers=headers), 428, "precondition_required")
        assert_problem(client.delete(where, headers=headers), 428, "precondition_required")
    for value in ("1", "abc", "W/1"):
        answer = client.put(where, json=body, headers={"If-Match": value})
        assert_problem(answer, 400, "bad_parameter", "/header/If-Match")
    weak = {"If-Match": f"W/{made.headers['etag']}"}
    assert_problem(client.put(where, json=body, headers=weak), 412, "version_conflict")
    assert client.get(where).json() == made.json()


@EACH
def test_a_stale_write_is_refused_with_the_current_version(client, path):
    made = create(client, path)
    where = f"{path}/{made.json()['id']}"
    body = {name: made.json()[name] for name in NOUNS[path][0]()} | NOUNS[path][1]
    assert client.put(where, json=body, headers=based_on(made)).status_code == 200
    stale = assert_problem(client.put(where, json=body, headers=based_on(made)), 412)
    assert stale["current"] == 2
    assert_problem(client.delete(where, headers=based_on(made)), 412, "version_conflict")
    other = {"If-Match": '"project.1.2"'}
    assert_problem(client.delete(where, headers=other), 412, "version_conflict")
    both = {"If-Match": f"{made.headers['etag']}, {client.get(where).headers['etag']}"}
    assert client.delete(where, headers=both).status_code == 204


@EACH
def test_a_deleted_record_is_gone(client, path):
    made = create(client, path)
    where = f"{path}/{made.json()['id']}"
    answer = client.delete(where, headers=based_on(made))
    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(client.get(where), 404, "not_found")
    assert_problem(client.delete(where, headers=based_on(made)), 404, "not_found")


@EACH
def test_an_id_is_never_given_twice(client, path):
    made = create(client, path)
    client.delete(f"{path}/{made.json()['id']}", headers=based_on(made))
    assert create(client, path).json()["id"] > made.json()["id"]


IN_USE = ["/organisations/3", "/organisations/2", "/projects/2"]


@pytest.mark.parametrize("where", IN_USE)
def test_a_record_in_use_cannot_be_deleted(client, where):
    answer = client.delete(where, headers=based_on(client.get(where)))
    assert_problem(answer, 409, "conflict")
    assert client.get(where).status_code == 200


MISSING = {
    "/organisations": ["/code", "/name", "/region_code", "/kind"],
    "/projects": ["/code", "/name", "/organisation_id", "/first_year", "/last_year"],
    "/budgets": ["/project_id", "/fiscal_year", "/source", "/initial", "/adjustment", "/executed",
                 "/received"],
    "/declarations": ["/project_id", "/fiscal_year"],
    "/self-evaluations": ["/project_id", "/fiscal_year"],
}  # fmt: skip


@pytest.mark.parametrize("path", MISSING)
def test_every_missing_field_is_named_at_once(client, path):
    problem = assert_problem(client.post(path, json={}), 422, "unacceptable")
    assert [error["pointer"] for error in problem["errors"]] == MISSING[path]
    assert all("请填写" in error["message"] for error in problem["errors"])


@EACH
@pytest.mark.parametrize("name", ["id", "version", "state", "path", "Name", "x" * 300])
def test_a_field_that_is_not_there_is_refused(client, path, name):
    answer = client.post(path, json=NOUNS[path][0]() | {name: "1"})
    assert_problem(answer, 422, "unacceptable", f"/{name}")


TAKEN = [
    ("/organisations", {"code": "310000-YB-01"}, "/code"),
    ("/projects", {"code": "31000024T000000002402"}, "/code"),
    ("/budgets", {"fiscal_year": 2024, "source": "appropriation"}, "/source"),
    ("/declarations", {"fiscal_year": 2024}, "/fiscal_year"),
    ("/organisations", {"region_code": "999999"}, "/region_code"),
    ("/organisations", {"parent_id": 999_999}, "/parent_id"),
    ("/projects", {"organisation_id": 999_999}, "/organisation_id"),
    ("/projects", {"first_year": 2026, "last_year": 2025}, "/last_year"),
    ("/budgets", {"initial": "1.00", "adjustment": "-1.01"}, "/adjustment"),
    ("/budgets", {"executed": "-0.01"}, "/executed"),
]


@pytest.mark.parametrize(("path", "change", "pointer"), TAKEN)
def test_what_contradicts_the_other_records_is_refused_by_its_field(client, path, change, pointer):
    answer = client.post(path, json=NOUNS[path][0](**change))
    assert_problem(answer, 422, "unacceptable", pointer)


def test_money_is_exact_text_in_yuan(client):
    amounts = {"initial": "999999999999999.99", "adjustment": "-0.01", "executed": "1,234.50",
               "received": "１２３４５６．７"}  # fmt: skip
    made = client.post("/budgets", json=budget(**amounts)).json()
    assert made["initial"] == "999999999999999.99"
    assert made["adjusted"] == "999999999999999.98"
    assert made["executed"] == "1234.50"
    assert made["received"] == "123456.70"


def test_an_amount_given_as_a_number_keeps_its_digits(client):
    row = ",".join(f'"{name}": {value}' for name, value in {
        "project_id": 2, "fiscal_year": 2000 + next(NUMBERS), "source": '"other"',
        "initial": "98765432109876.54", "adjustment": "0.1", "executed": "7", "received": "0",
    }.items())  # fmt: skip
    made = client.post(
        "/budgets", content=f"{{{row}}}", headers={"Content-Type": "application/json"}
    )
    assert made.json()["initial"] == "98765432109876.54"
    assert made.json()["adjusted"] == "98765432109876.64"


def test_a_project_takes_kind_and_region_from_code_and_owner(client):
    made = create(client, "/projects", code=f"31000025R{next(NUMBERS):012}").json()
    assert (made["kind"], made["region_code"]) == ("personnel", "310000")


def test_a_new_organisation_stands_below_the_callers_own_by_default(client):
    body = organisation()
    del body["parent_id"]
    made = client.post("/organisations", json=body, headers=bearer("unit-key")).json()
    assert made["parent_id"] == 3
    assert made["path"] == f"/1/2/3/{made['id']}/"


def test_an_indicator_may_bring_a_rule_of_its_own(client):
    row = {"name": "投诉处理", "rule": "deduction", "parameters": {"each": "0.5"}, "full": "5"}
    made = client.post("/declarations", json=declaration(indicators=[row])).json()
    shown = made["indicators"][0]
    assert (shown["rule"], shown["parameters"], shown["full"]) == ("deduction", {"each": "0.5"}, "5")
