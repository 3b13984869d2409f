"""Published forms by POST /scorings/files: the JSON of `jixiao score`, and nothing kept."""

import json

import pytest

from app.cli import main
from app.db.session import reading
from tests.api.support import assert_problem, bearer
from tests.files.hostile import CORPUS
from tests.published.drawing import FORMATS
from tests.published.layouts import official
from tests.published.sample import FORM
from tests.services.trail import trail

PATH = "/scorings/files"


def drawn(kind: str) -> bytes:
    return FORMATS[kind](official(FORM))


def post(client, *files, **more):
    return client.post(PATH, files=[("file", file) for file in files], **more)


def test_it_answers_what_the_command_prints(client, tmp_path, capsys, monkeypatch):
    kind = next(iter(FORMATS))
    content, name = drawn(kind), f"自评表.{kind}"
    (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    main(["score", name, "--json"])
    printed = json.loads(capsys.readouterr().out)

    answer = post(client, (name, content))
    assert (answer.status_code, answer.json()) == (200, printed)
    assert answer.json()[0]["forms"][0]["result"]["total"]


def test_each_file_is_told_by_itself_and_leaves_no_trace(client, api):
    with reading(api.state.engine) as session:
        before = len(trail(session))
    make, word = CORPUS["zip bomb"]
    bad, good = post(client, ("坏.xlsx", make()), ("好.xlsx", drawn("xlsx"))).json()
    assert word in bad["error"]
    assert (bad["forms"], len(good["forms"])) == ([], 1)
    with reading(api.state.engine) as session:
        assert len(trail(session)) == before


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"json": {}}, 415, "unsupported_media_type"),
        ({"files": [("other", ("a.pdf", b"x"))]}, 422, "unacceptable"),
        ({"files": [("file", (f"{n}.txt", b"x")) for n in range(11)]}, 422, "unacceptable"),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 422,
         "unacceptable"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400,
         "malformed_multipart"),
        ({"files": [("file", ("a.txt", b"x" * 2_200_000))]}, 413, "body_too_large"),
    ],
)  # fmt: skip
def test_bad_requests(client, given, status, code):
    assert_problem(client.post(PATH, **given), status, code)


def test_who_may_and_an_unknown_standard(client):
    assert client.post(PATH, headers={"Authorization": ""}).status_code == 401
    assert client.post(PATH, headers=bearer("score-key")).status_code == 403
    answer = post(client, ("a.xlsx", drawn("xlsx")), params={"standard": "nowhere"})
    assert_problem(answer, 422, "unacceptable", "/query/standard")
