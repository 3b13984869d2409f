"""Uploads to the running program: broken off, killed, scanned, too large, too many."""

import http.client
import signal
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from app.files.plain_pdf import made as plain_pdf
from tests.clamd import EICAR, clamd
from tests.files import made
from tests.running import running_app, with_demo

KEY = {"Authorization": "Bearer demo-key"}
PATH = "/api/v1/self-evaluations/5/attachments"
RAW = f"{PATH}?name=a.pdf"
OCTETS = KEY | {"Content-Type": "application/octet-stream"}
PDF = plain_pdf(["验收单"])
MIB = 1024 * 1024


def files(folder: Path) -> set[Path]:
    return {path for path in (folder / "attachments").rglob("*") if path.is_file()}


def eventually(condition) -> None:
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    assert condition()


def send(address, content=PDF, **more):
    return httpx2.post(f"{address}{RAW}", content=content, headers=OCTETS, timeout=60, **more)


@contextmanager
def half_sent(address, length=5 * MIB):
    """An upload that stops half way with its connection open."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.putrequest("POST", RAW)
    for name, value in (OCTETS | {"Content-Length": str(length)}).items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(PDF + bytes(length // 2))
    yield connection
    connection.close()


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path):
    with running_app(with_demo(tmp_path)) as address:
        before = files(tmp_path)
        with half_sent(address):
            eventually(lambda: len(files(tmp_path) - before) == 1)
        eventually(lambda: files(tmp_path) == before)
        assert send(address).status_code == 201


def test_a_server_killed_in_the_middle_leaves_nothing_after_its_next_start(tmp_path):
    with running_app(with_demo(tmp_path), end=signal.SIGKILL) as address:
        before = files(tmp_path)
        assert send(address).status_code == 201
        kept = files(tmp_path)
        half = half_sent(address)
        half.__enter__()
        eventually(lambda: len(files(tmp_path) - kept) == 1)
    assert len(files(tmp_path) - kept) == 1
    half.__exit__(None, None, None)
    orphan = tmp_path / "attachments" / "ab" / ("ab" + "0" * 30)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"moved to its place, its row never stored")
    with running_app(tmp_path) as address:
        assert files(tmp_path) == kept
        assert len(kept - before) == 1
        items = httpx2.get(f"{address}{PATH}", headers=KEY).json()["items"]
        content = httpx2.get(f"{address}{PATH}/{items[0]['id']}/content", headers=KEY)
        assert content.content == PDF


def test_infected_files_are_refused_and_stand_in_the_trail(tmp_path):
    with (
        clamd("0") as scanner,
        running_app(with_demo(tmp_path), settings={"JIXIAO_ANTIVIRUS": scanner}) as address,
    ):
        before = files(tmp_path)
        assert send(address).status_code == 201
        answer = send(address, made.pdf(EICAR))
        assert answer.status_code == 422
        assert "发现病毒（Eicar-Signature）" in answer.json()["errors"][0]["message"]
        assert len(files(tmp_path) - before) == 1
        listed = httpx2.get(f"{address}/api/v1/audit-events?action=attach", headers=KEY).json()
        event = listed["items"][0]
        assert (event["result"], event["object_id"]) == ("refused", "5")
        assert event["changes"][0]["after"] == "a.pdf：Eicar-Signature"


def test_without_an_answer_of_the_scanner_nothing_is_kept(tmp_path):
    socket = tmp_path / "clamd.ctl"
    settings = {"JIXIAO_ANTIVIRUS": f"clamd://{socket}", "JIXIAO_ANTIVIRUS_SECONDS": "1"}
    with running_app(with_demo(tmp_path), settings=settings) as address:
        before = files(tmp_path)
        for mode in ("hangs up", "error", "silent", "honest"):
            with clamd(str(socket), mode):
                answer = send(address)
            socket.unlink()
            if mode == "honest":  # it would have gone through; now there is no scanner at all
                assert answer.status_code == 201
                before, answer = files(tmp_path), send(address)
            assert (answer.status_code, answer.json()["code"]) == (503, "scanner_unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert files(tmp_path) == before
        assert httpx2.get(f"{address}/healthz").status_code == 200


def in_one_minute():
    """Requests are counted by the minute of the machine: none may end while a test counts."""
    spent = time.monotonic() % 60
    if spent > 45:
        time.sleep(60 - spent)


def test_only_uploads_may_be_large_and_each_is_counted(tmp_path):
    settings = {"JIXIAO_UPLOADS_PER_MINUTE": "4"}
    with running_app(with_demo(tmp_path), settings=settings) as address:
        in_one_minute()
        large = made.pdf(bytes(3 * MIB))
        assert send(address, large).status_code == 201
        elsewhere = httpx2.post(f"{address}/api/v1/scorings", content=large, headers=OCTETS)
        assert elsewhere.status_code == 413
        for path in (f"{PATH}/1", f"{PATH}/x", "/self-evaluations/5/attachments/1/delete"):
            assert httpx2.post(f"{address}{path}", content=large, headers=KEY).status_code == 413
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        told = OCTETS | {"Content-Length": str(101 * MIB)}
        connection.request("POST", RAW, body=b"x", headers=told)
        answer = connection.getresponse()
        assert answer.status == 413
        assert "100 MB" in answer.read().decode()
        connection.close()
        statuses = [send(address).status_code for _ in range(4)]
        assert statuses == [201, 201, 201, 429]
        assert int(send(address).headers["retry-after"]) >= 1


def test_many_uploads_at_once_leave_the_pages_quick(tmp_path):
    with clamd("0", "silent") as scanner:
        settings = {"JIXIAO_ANTIVIRUS": scanner, "JIXIAO_ANTIVIRUS_SECONDS": "5"}
        with running_app(with_demo(tmp_path), settings=settings) as address:
            halves = [half_sent(address, 2 * len(PDF)) for _ in range(12)]
            for half in halves:
                connection = half.__enter__()
                connection.send(bytes(2 * len(PDF)))
            time.sleep(0.5)
            started = time.monotonic()
            assert httpx2.get(f"{address}/login").status_code == 200
            assert httpx2.get(f"{address}{PATH}", headers=KEY).status_code == 200
            assert time.monotonic() - started < 2
            for half in halves:
                half.__exit__(None, None, None)
