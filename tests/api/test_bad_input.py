"""Bad input: every field, every kind of nonsense, always a message at its place and never a 500."""

import json
from itertools import product

import pytest

from tests.api.routes import OPERATIONS, OWN, address, body_of, is_guarded
from tests.api.support import assert_problem, based_on

# As JSON text, so that what no Python value can say is said too.
NONSENSE = {
    "nan text": '"NaN"',
    "infinity text": '"Infinity"',
    "huge exponent": '"1e999"',
    "huge exponent number": "1e999",
    "40 digits": '"' + "9" * 40 + '"',
    "40 digits number": "9" * 40,
    "4300 digits number": "9" * 4_301,
    "12 wan": '"12万"',
    "words": '"约三成"',
    "control characters": '"1\\u0000\\u0007"',
    "lone surrogate": '"\\ud800"',
    "list": "[1]",
    "object": '{"a":1}',
    "null": "null",
    "true": "true",
    "empty": '""',
    "fraction": '"0.001"',
    "negative": '"-1"',
    "10,000 characters": '"' + "字" * 10_000 + '"',
    "10,001 characters": '"' + "字" * 10_001 + '"',
    "direction mark": '"a\\u202eb"',
    "not a number literal": "NaN",
    "infinity literal": "-Infinity",
}
LITERALS = {"not a number literal", "infinity literal"}

WHOLE = {
    "/organisations": {"code": "T1", "name": "单位", "region_code": "310000", "parent_id": 2,
                       "kind": "unit", "active": True},
    "/projects": {"code": "31000025T000000009999", "name": "项目", "organisation_id": 3,
                  "first_year": 2025, "last_year": 2025, "recurring": False},
    "/budgets": {"project_id": 2, "fiscal_year": 2031, "source": "other", "initial": "1",
                 "adjustment": "0", "executed": "0", "received": "0"},
    "/declarations": {"project_id": 2, "fiscal_year": 2031, "goal": "", "indicators": []},
    "/self-evaluations": {"project_id": 999_999, "fiscal_year": 2024, "due_on": None},
}  # fmt: skip
FIELDS = [(path, field) for path, body in WHOLE.items() for field in body]
# Nonsense elsewhere that is sense here.
SENSE = {
    ("/organisations", "name"): {"nan text", "infinity text", "huge exponent", "12 wan", "words",
                                 "huge exponent number", "40 digits", "40 digits number", "true",
                                 "fraction", "negative"},
    ("/organisations", "code"): {"nan text", "infinity text", "huge exponent", "fraction",
                                 "huge exponent number", "negative", "true"},
    ("/organisations", "parent_id"): {"null"},
    ("/organisations", "active"): {"true"},
    ("/projects", "recurring"): {"true"},
    ("/budgets", "adjustment"): {"negative"},
    ("/declarations", "goal"): {"null", "empty", "10,000 characters", "4300 digits number"},
    ("/self-evaluations", "due_on"): {"null"},
}  # fmt: skip
SENSE["/projects", "name"] = SENSE["/organisations", "name"]
SENSE["/declarations", "goal"] |= SENSE["/organisations", "name"]


def send(client, method, path, text, **headers):
    return client.request(
        method, path, content=text.encode(), headers={"Content-Type": "application/json"} | headers
    )


def with_field(body, field, text):
    rest = json.dumps({name: value for name, value in body.items() if name != field})
    return f'{rest[:-1]}{", " if len(rest) > 2 else ""}"{field}": {text}}}'


@pytest.mark.parametrize(("path", "field"), FIELDS)
@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_in_a_field_is_named_by_its_field(client, path, field, kind):
    answer = send(client, "POST", path, with_field(WHOLE[path], field, NONSENSE[kind]))
    if kind in LITERALS:
        assert_problem(answer, 400, "malformed_json")
    elif kind in SENSE.get((path, field), ()):
        assert answer.status_code in (201, 404, 422), answer.text
        assert answer.status_code != 422 or f"/{field}" not in answer.text
        clean_up(client, path, answer)
    elif path == "/self-evaluations" and answer.status_code == 404:
        pytest.fail(f"{field} took {kind}")
    else:
        problem = assert_problem(answer, 422, "unacceptable")
        assert problem["errors"][0]["pointer"].startswith(f"/{field}")


def clean_up(client, path, answer):
    if answer.status_code == 201:
        where = f"{path}/{answer.json()['id']}"
        assert client.delete(where, headers=based_on(answer)).status_code == 204


FORM = "/self-evaluations/4"
ROWS = [
    ("lines/{line}", "actual"),
    ("lines/{line}", "judged"),
    ("lines/{line}", "reason"),
    ("funds/appropriation", "initial"),
    ("funds/appropriation", "adjusted"),
    ("funds/appropriation", "executed"),
    ("goal", "achieved"),
]
FITS_TEXT = {
    "nan text",
    "infinity text",
    "huge exponent",
    "huge exponent number",
    "40 digits",
    "40 digits number",
    "12 wan",
    "words",
    "null",
    "true",
    "empty",
    "fraction",
    "negative",
}
FITS_CELL = {
    "achieved": FITS_TEXT | {"4300 digits number"},
    "reason": FITS_TEXT,
    "judged": {"null", "empty"},
    # A unit in an actual value is read; whether it suits the target is a finding.
    "actual": {"null", "empty", "fraction", "negative", "12 wan"},
}


FITTING = [(row, field, kind) for row, field in ROWS for kind in sorted(FITS_CELL.get(field, ()))]


@pytest.fixture(scope="module")
def quantitative(client):
    """The first line of a draft whose target is a number."""
    lines = client.get(f"{FORM}/lines").json()["items"]
    return next(line for line in lines if line["target"].startswith("≥"))


@pytest.mark.parametrize(("row", "field"), ROWS)
def test_nonsense_in_a_cell_is_named_and_stores_nothing(client, quantitative, row, field):
    where = f"{FORM}/{row.format(line=quantitative['id'])}"
    before, whole = client.get(where), client.get(FORM)
    for kind in [kind for kind in NONSENSE if kind not in FITS_CELL.get(field, ())]:
        text = with_field({}, field, NONSENSE[kind])
        answer = send(client, "PATCH", where, text, **based_on(before))
        if kind in LITERALS:
            assert_problem(answer, 400, "malformed_json")
        else:
            assert_problem(answer, 422, "unacceptable", f"/{field}")
    assert client.get(FORM).content == whole.content


@pytest.mark.parametrize(("row", "field", "kind"), FITTING)
def test_what_is_sense_in_a_cell_is_kept(client, quantitative, row, field, kind):
    where = f"{FORM}/{row.format(line=quantitative['id'])}"
    before = client.get(where)
    text = with_field({}, field, NONSENSE[kind])
    answer = send(client, "PATCH", where, text, **based_on(before))
    assert answer.status_code == 200, answer.text
    restored = {field: before.json()[field]}
    assert client.patch(where, json=restored, headers=based_on(answer)).status_code == 200


def test_every_bad_cell_of_a_form_is_named_at_once(client, quantitative):
    body = {
        "achieved": "字" * 5_001,
        "funds": {"other": {"executed": "12万"}, "carried_over": {"initial": "NaN"}},
        "lines": {str(quantitative["id"]): {"actual": "约三成", "judged": "1e999"}},
    }
    answer = client.patch(FORM, json=body, headers=based_on(client.get(FORM)))
    problem = assert_problem(answer, 422, "unacceptable")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/achieved",
        "/funds/other/executed",
        "/funds/carried_over/initial",
        f"/lines/{quantitative['id']}/actual",
        f"/lines/{quantitative['id']}/judged",
    }


BAD_FORMS = [
    ({"lines": {"abc": {}}}, "/lines/abc"),
    ({"lines": {"1": {"points": "3"}}}, "/lines/1/points"),
    ({"lines": {"1": "x"}}, "/lines/1"),
    ({"lines": []}, "/lines"),
    ({"funds": {"total": {}}}, "/funds/total"),
    ({"funds": {"other": {"rate": "1"}}}, "/funds/other/rate"),
    ({"state": "completed"}, "/state"),
    ({"achieved": {}}, "/achieved"),
]


@pytest.mark.parametrize(("body", "pointer"), BAD_FORMS)
def test_a_whole_form_of_the_wrong_shape_is_refused(client, body, pointer):
    answer = client.patch(FORM, json=body, headers=based_on(client.get(FORM)))
    problem = assert_problem(answer, 422, "unacceptable")
    assert any(error["pointer"].startswith(pointer) for error in problem["errors"]), problem


def test_a_line_of_another_form_is_not_found(client):
    other = client.get("/self-evaluations/5/lines").json()["items"][0]
    body = {"lines": {str(other["id"]): {"actual": "1"}}}
    answer = client.patch(FORM, json=body, headers=based_on(client.get(FORM)))
    assert_problem(answer, 404, "not_found")
    where = f"{FORM}/lines/{other['id']}"
    answer = client.patch(where, json={"actual": "1"}, headers={"If-Match": other["etag"]})
    assert_problem(answer, 404, "not_found")


ODD_IDS = ["0", "-1", "abc", "1.0", "1_0", "+1", "１", "9" * 19, "9" * 40, "9" * 5_000, "%00",
           "1e3", "null", "%20", "%F0%9F%92%A9", "NaN", "9223372036854775807"]  # fmt: skip
WITH_ID = [(m, p, o) for m, p, o in OPERATIONS if "_id}" in p]


@pytest.mark.parametrize(
    ("method", "path", "operation"), WITH_ID, ids=[f"{m} {p}" for m, p, _ in WITH_ID]
)
def test_an_odd_id_is_not_found(client, method, path, operation):
    body, headers = body_of(operation), {}
    if is_guarded(operation):
        headers = {"If-Match": '"nothing.1.1"'}
    names = [name for name in OWN if f"{{{name}}}" in path and name.endswith("_id")]
    given = {} if body is None else {"json": body}
    for name, odd in product(names, ODD_IDS):
        answer = client.request(method, address(path, **{name: odd}), headers=headers, **given)
        assert_problem(answer, 404, "not_found")


@pytest.mark.parametrize("code", ["%00", "abc", "3100000", "999999", "９９９９９９", "%ED%A0%80"])
def test_an_odd_region_code_is_not_found(client, code):
    assert_problem(client.get(f"/regions/{code}"), 404, "not_found")
