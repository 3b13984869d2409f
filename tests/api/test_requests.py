"""Requests that cannot be read at all: bodies, media types, parameters and tags of every route."""

import pytest

from tests.api.routes import NAMES, OPERATIONS, address, body_of, is_guarded
from tests.api.support import assert_problem, in_chinese


@pytest.fixture(scope="session")
def databases(sqlite):
    """They are refused before a database is asked: one kind serves."""
    return sqlite


def send(client, method, path, text):
    headers = {"Content-Type": "application/json"}
    return client.request(method, path, content=text.encode(), headers=headers)


BODIES = [(m, p, o) for m, p, o in OPERATIONS if body_of(o) is not None]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"x"', "[" * 5_000, '{"a":NaN}'])
@pytest.mark.parametrize(
    ("method", "path", "operation"), BODIES, ids=[f"{m} {p}" for m, p, _ in BODIES]
)
def test_a_body_that_is_no_object_is_refused(client, method, path, operation, text):
    answer = send(client, method, address(path), text)
    problem = assert_problem(answer, answer.status_code)
    if not text and not operation["requestBody"].get("required"):
        assert answer.status_code == 428  # a body that may be left out: the version is missing
        return
    assert answer.status_code in (400, 422)
    assert in_chinese(problem["detail"])


@pytest.mark.parametrize(
    ("method", "path", "operation"), BODIES, ids=[f"{m} {p}" for m, p, _ in BODIES]
)
def test_only_json_of_a_bearable_size_is_read(client, method, path, operation):
    plain = client.request(
        method, address(path), content=b"a=1", headers={"Content-Type": "text/plain"}
    )
    assert_problem(plain, 415, "unsupported_media_type")
    large = send(client, method, address(path), " " * (2 * 1024 * 1024 + 1))
    assert_problem(large, 413, "body_too_large")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_a_parameter_nobody_knows_is_refused(client, method, path, operation):
    body = body_of(operation)
    given = {} if body is None else {"json": body}
    answer = client.request(method, address(path), params={"nobody": "1"}, **given)
    assert_problem(answer, 400, "unknown_parameter", "/query/nobody")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
@pytest.mark.parametrize(
    "tag", ["abc", '"', "\xff", '"a"x"b"', ", ,", "W/", '"' + "9" * 5_000 + '"']
)
def test_an_odd_tag_is_refused_or_does_not_match(client, method, path, operation, tag):
    body = body_of(operation)
    given = {} if body is None else {"json": body}
    header = "If-Match" if method != "GET" else "If-None-Match"
    if method == "POST" and not is_guarded(operation):
        return
    headers = {header: tag.encode("latin-1")}
    answer = client.request(method, address(path), headers=headers, **given)
    if method == "GET":
        assert answer.status_code == client.get(address(path)).status_code
    else:
        assert_problem(answer, answer.status_code)
        # Where the demo holds none of the noun, a tag that can be read finds nothing.
        absent = client.request(method, address(path), headers={header: '"1"'}, **given)
        assert answer.status_code in (400, 409, 412, *{absent.status_code} & {404})
