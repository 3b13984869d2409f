"""Evidence over the API: many files or a raw one, each refusal by its place, downloads as files."""

import json
from hashlib import sha256
from urllib.parse import quote

import pytest
from sqlmodel import Session

from app.db import attachments as stored
from app.files.plain_pdf import made as plain_pdf
from tests.api.forms import where
from tests.api.support import assert_problem, based_on, bearer
from tests.files import made
from tests.services.trail import told, trail

PDF = plain_pdf(["验收单"])
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def form(opened):
    return opened.json()


@pytest.fixture
def depot(api):
    return api.state.depot


def send(client, form, *files, **query):
    given = [("file", file) for file in files]
    return client.post(f"{where(form)}/attachments", files=given, params=query)


def raw(client, form, content, name, **headers):
    path = f"{where(form)}/attachments?name={quote(name)}"
    return client.post(path, content=content, headers=OCTETS | headers)


def on_disk(depot):
    return {path.name for path in depot.store.folder.rglob("*") if path.is_file()}


def listed(client, form):
    return client.get(f"{where(form)}/attachments").json()["items"]


def test_several_files_at_a_line(client, form, depot):
    line = form["indicators"][1]["id"]
    before = on_disk(depot)
    answer = send(client, form, ("合同.pdf", PDF), ("照片.jpg", made.jpeg()), line_id=str(line))
    assert answer.status_code == 201, answer.text
    items = answer.json()["items"]
    assert [(item["name"], item["kind"], item["line_id"]) for item in items] == [
        ("合同.pdf", "pdf", line),
        ("照片.jpg", "jpeg", line),
    ]
    assert (items[0]["size"], items[0]["sha256"]) == (len(PDF), sha256(PDF).hexdigest())
    assert listed(client, form) == items
    assert len(on_disk(depot) - before) == 2
    one = client.get(f"{where(form)}/attachments/{items[0]['id']}")
    assert one.json() == items[0]
    assert one.headers["etag"] == items[0]["etag"]
    assert client.get(where(form)).json()["version"] == form["version"] + 1


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/pdf"])
def test_one_raw_file(client, form, kind):
    path = f"{where(form)}/attachments?name={quote('说明（终稿）.pdf')}"
    answer = client.post(path, content=PDF, headers={"Content-Type": kind})
    assert answer.status_code == 201, answer.text
    assert [item["name"] for item in listed(client, form)] == ["说明（终稿）.pdf"]


def test_one_bad_file_keeps_all_of_them_out(client, form, depot):
    before = on_disk(depot)
    macros = made.office(parts={"word/vbaProject.bin": b"x"})
    answer = send(
        client,
        form,
        ("好.pdf", PDF),
        ("合同.pdf", b"MZ\x90\x00" + bytes(99)),
        ("空.png", b""),
        ("宏.docx", macros),
        ("页.html", b"<html>"),
    )
    problem = assert_problem(answer, 422, "unacceptable")
    assert [(item["pointer"], item["given"]) for item in problem["errors"]] == [
        ("/files/1", "合同.pdf"),
        ("/files/2", "空.png"),
        ("/files/3", "宏.docx"),
        ("/files/4", "页.html"),
    ]
    assert "的内容是可执行程序，与扩展名 .pdf 不符" in problem["errors"][0]["message"]
    assert listed(client, form) == []
    assert on_disk(depot) == before


@pytest.mark.parametrize(
    ("name", "pointer"),
    [("../../a.exe", "/files/0"), ("a\x00.pdf", "/files/0"), ("长" * 200 + ".pdf", "/files/0")],
)
def test_a_raw_file_of_a_bad_name(client, form, name, pointer):
    assert_problem(raw(client, form, PDF, name), 422, "unacceptable", pointer)


def test_requests_that_are_not_read(client, form):
    path = f"{where(form)}/attachments"
    assert_problem(client.post(path, content=PDF, headers=OCTETS), 400, pointer="/query/name")
    assert_problem(client.post(path, json={"file": "a"}), 415, "unsupported_media_type")
    assert_problem(client.post(path), 415)
    assert_problem(client.post(path, files={"other": ("", b"")}), 422, pointer="/files")
    odd = {"Content-Type": "multipart/form-data; boundary=x"}
    assert_problem(client.post(path, content=b"--x\r\n", headers=odd), 400, "malformed_multipart")
    odd = {"Content-Type": "multipart/form-data"}
    assert_problem(client.post(path, content=b"--x\r\n", headers=odd), 400, "malformed_multipart")
    assert_problem(send(client, form, ("a.pdf", PDF), who="me"), 400, "unknown_parameter")
    assert_problem(send(client, form, ("a.pdf", PDF), line_id="999999"), 404, "not_found")
    assert listed(client, form) == []


def test_too_many_files_at_once(client, form):
    files = [(f"{number}.pdf", PDF) for number in range(11)]
    problem = assert_problem(send(client, form, *files), 422, pointer="/files/10")
    assert "一次最多上传 10 个文件" in problem["errors"][0]["message"]


def test_a_file_that_is_too_large_is_not_even_kept_for_a_while(client, form, depot):
    before = on_disk(depot)
    answer = raw(client, form, (bytes(1024) for _ in range(20 * 1024 + 1)), "大.pdf")
    problem = assert_problem(answer, 422, pointer="/files/0")
    assert "超过 20 MB" in problem["errors"][0]["message"]
    assert on_disk(depot) == before


def test_a_download_is_a_file_that_nothing_opens(client, form, world):
    made_now = raw(client, form, PDF, '验收"单;.pdf').json()["items"][0]
    path = f"{where(form)}/attachments/{made_now['id']}/content"
    with Session(world) as session:
        before = len(trail(session))
    answer = client.get(path)
    assert answer.content == PDF
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == (
        "attachment; filename=\"evidence.pdf\"; filename*=UTF-8''" + quote('验收"单;.pdf', safe="")
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox")
    assert headers["cache-control"] == "no-store"
    assert headers["content-length"] == str(len(PDF))
    assert "etag" not in headers
    assert client.get(path, headers={"Range": "bytes=0-3"}).status_code == 200
    with Session(world) as session:
        events = trail(session)[before:]
    assert [event.action for event in events] == ["export", "export"]
    assert '验收"单;.pdf' in told(events[0])["/attachments"][1]


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_what_is_not_as_it_was_attached_is_not_handed_out(client, form, depot, world, change):
    item = raw(client, form, PDF, "a.pdf").json()["items"][0]
    with Session(world) as session:
        key = stored.find(session, form["id"], item["id"]).key
    if change == "gone":
        depot.store.remove(key)
    else:
        depot.store.path(key).write_bytes(PDF.replace(b"1.4", b"1.5"))
    answer = client.get(f"{where(form)}/attachments/{item['id']}/content")
    assert_problem(answer, 500, "damaged")


def test_deleted_with_its_bytes(client, form, depot):
    before = on_disk(depot)
    item = raw(client, form, PDF, "a.pdf").json()["items"][0]
    path = f"{where(form)}/attachments/{item['id']}"
    assert_problem(client.delete(path), 428)
    stale = {"If-Match": f'"attachment.{item["id"]}.2"'}
    assert_problem(client.delete(path, headers=stale), 412, "version_conflict")
    assert client.delete(path, headers={"If-Match": item["etag"]}).status_code == 204
    assert_problem(client.get(path), 404)
    assert on_disk(depot) == before


def test_only_while_the_form_may_be_edited(client, filled):
    form = filled.json()
    answer = filled
    for finding in form["findings"]:
        if finding["severity"] == "warning":
            body = {"code": finding["code"], "path": finding["path"], "reason": "情况属实。"}
            answer = client.post(f"{where(form)}/answers", json=body, headers=based_on(answer))
    item = raw(client, form, PDF, "a.pdf").json()["items"][0]
    stale = client.post(f"{where(form)}/submissions", headers=based_on(answer))
    assert_problem(stale, 412)
    now = client.get(where(form))
    assert client.post(f"{where(form)}/submissions", headers=based_on(now)).status_code == 200
    assert_problem(raw(client, form, PDF, "b.pdf"), 409, "conflict")
    tag = {"If-Match": item["etag"]}
    path = f"{where(form)}/attachments/{item['id']}"
    assert_problem(client.delete(path, headers=tag), 409, "conflict")
    assert client.get(f"{path}/content").content == PDF


def test_nobody_elses_files_are_taken(client, form, depot):
    before = on_disk(depot)
    for key, status in (("foreign-key", 404), ("sibling-key", 404), ("read-key", 403), ("no", 401)):
        headers = OCTETS | bearer(key)
        path = f"{where(form)}/attachments?name=a.pdf"
        answer = client.post(path, content=PDF, headers=headers)
        assert_problem(answer, status)
    assert on_disk(depot) == before


def test_a_list_is_tagged_by_what_it_holds(client, form):
    path = f"{where(form)}/attachments"
    empty = client.get(path)
    assert client.get(path, headers={"If-None-Match": empty.headers["etag"]}).status_code == 304
    raw(client, form, PDF, "a.pdf")
    again = client.get(path, headers={"If-None-Match": empty.headers["etag"]})
    assert (again.status_code, len(again.json()["items"])) == (200, 1)
    assert json.loads(again.content)["items"][0]["marks"] == []
