"""The published contract: complete, in Chinese, with examples that are true."""

from typing import Any

import pytest
from pydantic import BaseModel

from app import schemas
from app.api import create_api
from app.api.examples import example
from tests.api.routes import CONTRACT, NAMES, OPERATIONS, PUBLIC, address, body_of, is_guarded
from tests.api.support import in_chinese

SCHEMAS = CONTRACT["components"]["schemas"]
PROBLEM = "application/problem+json"
EACH = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)


@pytest.fixture(scope="session")
def databases(sqlite):
    """The contract is the same on both: one kind of database serves."""
    return sqlite


def test_the_contract_is_served_and_no_page_loads_anything_from_elsewhere(anonymous):
    assert anonymous.get("/openapi.json").json()["paths"].keys() == CONTRACT["paths"].keys()
    for path in ("/docs", "/redoc", "/docs/oauth2-redirect"):
        assert anonymous.get(path).status_code == 404


@EACH
def test_every_operation_is_described_in_chinese(method, path, operation):
    assert in_chinese(operation["summary"])
    assert in_chinese(operation["description"])
    assert operation["tags"]
    for parameter in operation.get("parameters", []):
        assert in_chinese(parameter["description"]), parameter["name"]


@EACH
def test_every_operation_says_who_may_call_it(method, path, operation):
    public = f"{method} {path}" in PUBLIC
    assert operation["security"] == ([{}, {"bearer": []}] if public else [{"bearer": []}])


@EACH
def test_every_refusal_is_a_problem_with_an_example(method, path, operation):
    for status, answer in operation["responses"].items():
        if status[0] in "45":
            media = answer["content"][PROBLEM]
            assert media["schema"] == {"$ref": "#/components/schemas/ProblemOut"}
            assert str(media["example"]["status"]) == status
            assert set(media["example"]) == set(SCHEMAS["ProblemOut"]["properties"])
            assert in_chinese(media["example"]["detail"])


@EACH
def test_every_body_has_an_example(method, path, operation):
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    bodies += [body for status, body in operation["responses"].items() if status[0] == "2"]
    for body in bodies:
        for media in body.get("content", {}).values():
            assert media["example"]


TEMPLATES = ("/template", "/filling-templates")
FILES = ("/content", "/file", "/files", "/documents/{file_format}", *TEMPLATES)


@EACH
def test_what_is_tagged_says_so(method, path, operation):
    answers = operation["responses"]
    if path.endswith(FILES):  # a file is never kept by whoever stands between
        assert "304" not in answers
        return
    if method == "GET":
        assert "304" in answers
    if is_guarded(operation):
        assert {"412", "428"} <= set(answers)
    for status, answer in answers.items():
        tagged = status != "204" and path != "/scorings" and not path.endswith("/passwords")
        if status[0] == "2" and tagged:
            assert "ETag" in answer["headers"]


def models() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    waiting: list[Any] = [BaseModel]
    while waiting:
        for model in waiting.pop().__subclasses__():
            waiting.append(model)
            if model.__module__.startswith(schemas.__name__):
                found[model.__name__] = model
    return found


@pytest.mark.parametrize("name", [name for name in SCHEMAS if example(name) is not None])
def test_an_example_fits_its_model(name):
    model = models()[name]
    shown = example(name)
    assert set(shown) <= set(model.model_fields)
    model.model_validate(shown)
    if name.endswith("Out"):
        assert set(shown) == set(model.model_fields)


def test_the_scored_example_is_what_the_program_answers(anonymous):
    assert anonymous.post("/scorings", json=example("ScoringIn")).json() == example("ScoringOut")


def test_the_example_of_a_standard_is_the_edition(anonymous):
    shown = example("StandardOut")
    path = f"/standards/{shown['standard']}/{shown['edition']}"
    assert anonymous.get(path).json() == shown


@EACH
def test_every_answer_is_a_declared_one(client, method, path, operation):
    declared = set(operation["responses"])
    body = body_of(operation)
    attempts = [
        {},
        {"json": body or {}},
        {"json": {}},
        {"json": [1], "headers": {"If-Match": '"a.1.1"'}},
        {"json": body or {}, "headers": {"If-Match": '"a.1.1"', "If-None-Match": "*"}},
        {"json": body or {}, "headers": {"Authorization": "Bearer wrong"}},
        {"json": body or {}, "headers": {"Authorization": "Bearer score-key"}},
        {"json": body or {}, "params": {"nobody": "1"}},
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
        {"content": b"a=1", "headers": {"Content-Type": "text/plain"}},
    ]
    for attempt in attempts:
        for ids in ({}, {"form_id": "99", "project_id": "99"}, {"form_id": "abc"}):
            answer = client.request(method, address(path, **ids), **attempt)
            assert str(answer.status_code) in declared, (attempt, answer.text)
            assert answer.status_code < 500
            check_shape(answer, operation)


def check_shape(answer, operation):
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == PROBLEM
        assert set(SCHEMAS["ProblemOut"]["properties"]) <= set(answer.json())
    elif answer.headers.get("content-disposition"):
        assert answer.headers["content-type"] in operation["responses"]["200"]["content"]
    elif answer.content:
        content = operation["responses"][str(answer.status_code)]["content"]["application/json"]
        name = content["schema"]["$ref"].rpartition("/")[2]
        assert set(answer.json()) == set(SCHEMAS[name]["properties"])


def test_the_contract_does_not_depend_on_the_run():
    assert create_api().openapi() == CONTRACT
