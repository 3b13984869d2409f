"""Messages and the thread at a form over REST."""

import pytest

from tests.api.support import assert_problem, bearer

FORM = "/self-evaluations/7"


@pytest.fixture
def word(client):
    """A word just written at a form."""
    answer = client.post(f"{FORM}/thread", json={"text": "请问口径？", "path": "/achieved"})
    assert answer.status_code == 201, answer.text
    return answer


def test_a_word_is_written_and_listed(client, word):
    said = word.json()
    assert (said["cell"], said["author"], said["role_label"]) == (
        "实际完成情况",
        "演示接口",
        "外部系统",
    )
    assert word.headers["etag"] == f'"word.{said["id"]}.1"'
    listed = client.get(f"{FORM}/thread", params={"limit": 200}).json()["items"]
    assert listed[-1] == said
    assert [item["id"] for item in listed] == sorted(item["id"] for item in listed)


def test_a_word_changes_no_version_of_the_form(client):
    before = client.get(FORM).headers["etag"]
    client.post(f"{FORM}/thread", json={"text": "请问"})
    assert client.get(FORM).headers["etag"] == before


def test_the_people_are_told_and_a_gateway_reads_it(client, word):
    messages = client.get("/messages", params={"limit": 200}).json()["items"]
    told = [item for item in messages if item["kind"] == "word"][-1]
    assert told["self_evaluation_id"] == 7
    assert told["body"].endswith("“实际完成情况”留言：\n请问口径？")
    assert (told["read_at"], told["path"]) == (None, f"/messages/{told['id']}")
    one = client.get(f"/messages/{told['id']}")
    assert one.json() == told
    same = client.get(f"/messages/{told['id']}", headers={"If-None-Match": one.headers["etag"]})
    assert same.status_code == 304


def test_only_unread_ones(client):
    whole = client.get("/messages", params={"limit": 200}).json()["items"]
    kept = client.get("/messages", params={"limit": 200, "unread": "true"}).json()["items"]
    assert kept == [item for item in whole if item["read_at"] is None]
    assert 0 < len(kept) < len(whole)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": ""}, "/text"),
        ({"text": "长" * 1001}, "/text"),
        ({"text": "甲\u0000"}, "/text"),
        ({"text": None}, "/text"),
        ({"path": "/achieved"}, "/text"),
        ({"text": "请问", "path": "/nowhere"}, "/path"),
        ({"text": "请问", "author": "别人"}, "/author"),
        ({"text": {}}, "/text"),
    ],
)
def test_what_does_not_fit_is_named(client, body, pointer):
    before = client.get(f"{FORM}/thread").json()
    assert_problem(client.post(f"{FORM}/thread", json=body), 422, "unacceptable", pointer)
    assert client.get(f"{FORM}/thread").json() == before


def test_a_form_of_another_tree_is_absent(client):
    for key in ("foreign-key", "sibling-key"):
        own = {"headers": bearer(key)}
        assert_problem(client.get(f"{FORM}/thread", **own), 404)
        assert_problem(client.post(f"{FORM}/thread", json={"text": "请问"}, **own), 404)
        assert client.get("/messages", **own).json()["items"] == []


def test_nothing_written_can_be_changed(client, word):
    where = f"{FORM}/thread/{word.json()['id']}"
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.request(method, where, json={"text": "改"}).status_code == 404
        assert client.request(method, f"{FORM}/thread", json={"text": "改"}).status_code == 405
