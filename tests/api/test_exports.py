"""Exports over the API: start, poll, download, delete; whose they are."""

import io
import zipfile

import pytest

from app.exporting import Exporting
from app.services import export_policies
from tests.api.support import NOW, assert_problem, bearer


@pytest.fixture(scope="module")
def shelf(api):
    return api.state.shelf


@pytest.fixture
def made(shelf):
    """Whatever waits is made."""

    def sweep(now=NOW):
        return Exporting(shelf, lambda: now, export_policies.policy(), "").sweep()

    return sweep


def start(client, key="demo-key", **body):
    asked = {"kind": "json", "fiscal_year": 2024} | body
    return client.post("/exports", json=asked, headers=bearer(key))


def test_start_poll_download_and_delete(client, made):
    begun = start(client)
    assert begun.status_code == 202
    where = begun.headers["location"].removeprefix("/api/v1")
    assert begun.json()["state_label"] == "等待中"
    assert_problem(client.get(f"{where}/file"), 409, "conflict")

    made()
    seen = client.get(where)
    row = seen.json()
    assert (row["state"], row["done"], row["total"]) == ("done", 9, 9)
    same = client.get(where, headers={"If-None-Match": seen.headers["etag"]})
    assert same.status_code == 304

    file = client.get(f"{where}/file")
    assert file.headers["content-type"] == "application/zip"
    assert file.headers["cache-control"] == "no-store"
    assert len(file.content) == row["size"]
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert set(archive.namelist()) == {"forms.json", "dictionary.json", "数据字典.csv"}

    assert client.delete(where).status_code == 204
    assert_problem(client.get(where), 404, "not_found")
    assert_problem(client.delete(where), 404, "not_found")


def test_the_same_key_starts_it_once(client, made):
    headers = bearer("demo-key") | {"Idempotency-Key": "export-1"}
    body = {"kind": "csv", "fiscal_year": 2024}
    first, second = (client.post("/exports", json=body, headers=headers) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert first.headers["location"] == second.headers["location"]
    made()


def test_a_key_sees_its_own_alone(client, made):
    mine = start(client, "read-key").json()["id"]
    for key in ("demo-key", "foreign-key"):
        foreign = client.get(f"/exports/{mine}", headers=bearer(key))
        absent = client.get("/exports/999999", headers=bearer(key))
        assert (foreign.status_code, foreign.content) == (404, absent.content)
        items = client.get("/exports", headers=bearer(key)).json()["items"]
        assert mine not in {item["id"] for item in items}
    made()


def test_chosen_forms(client, made):
    row = start(client, fiscal_year=None, form_ids=[2, 1, 2]).json()
    assert row["form_ids"] == [1, 2]
    assert made() == 1
    assert client.get(f"/exports/{row['id']}").json()["total"] == 2


def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(client, made, shelf):
    where = f"/exports/{start(client).json()['id']}"
    made()
    newest = max(shelf.store.folder.glob("??/*"), key=lambda path: path.stat().st_mtime_ns)
    newest.write_bytes(b"PK")
    answer = client.get(f"{where}/file")
    assert_problem(answer, 500, "damaged")
    assert "重新导出" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "exe"}, "/kind"),
        ({"fiscal_year": None}, "/fiscal_year"),
        ({"fiscal_year": 2019}, "/fiscal_year"),
        ({"organisation_id": 999_999}, "/organisation_id"),
        ({"state": "lost"}, "/state"),
        ({"form_ids": [999_999]}, "/form_ids/0"),
        ({"form_ids": "1"}, "/form_ids"),
        ({"extra": 1}, "/extra"),
    ],
)
def test_bad_input(client, body, pointer):
    assert_problem(start(client, **body), 422, "unacceptable", pointer)


def test_a_key_that_may_not_read_starts_nothing(client):
    for key in ("write-key", "score-key", "audit-key"):
        assert_problem(start(client, key), 403, "forbidden")
