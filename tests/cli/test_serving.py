"""`jixiao serve` and `jixiao demo`: the program as a newcomer starts it, and what it refuses."""

import json
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from app.cli.serving import database
from app.settings import from_environment
from tests.cli.conftest import Run
from tests.factories import make_organisation
from tests.running import LOG, running_app


def test_demo_is_served_and_kept(tmp_path: Path) -> None:
    for _ in range(2):
        with running_app(tmp_path) as address, httpx2.Client(base_url=address) as client:
            assert client.get("/healthz").status_code == 200
            assert "demo-2024" in client.get("/", follow_redirects=True).text
            key = {"Authorization": "Bearer demo-key"}
            forms = client.get("/api/v1/self-evaluations?fiscal_year=2024", headers=key)
            assert len(forms.json()["items"]) == 9


def test_the_log_is_json_without_requests_and_secrets(tmp_path: Path) -> None:
    with running_app(tmp_path) as address:
        httpx2.get(f"{address}/healthz")
        fields = {"username": "filler", "password": "my-secret-2024"}
        httpx2.post(f"{address}/login", data=fields)
    log = (tmp_path / LOG).read_text(encoding="utf-8")
    events = [json.loads(line) for line in log.splitlines()]
    assert events
    assert all({"event", "level", "timestamp"} <= event.keys() for event in events)
    assert "healthz" not in log
    assert "my-secret-2024" not in log


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    with running_app(tmp_path, end=signal.SIGINT):
        pass
    log = (tmp_path / LOG).read_text(encoding="utf-8")
    assert "Traceback" not in log


def test_a_taken_port_is_told(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, err = run("serve", "--demo", "--port", port)
    assert status == 2
    assert err.startswith(f"不能在 127.0.0.1:{port} 上提供服务")


def test_demo_accounts_are_served_on_this_machine_only(run: Run) -> None:
    status, _, err = run("serve", "--demo", "--host", "0.0.0.0", "--port", "0")
    assert status == 2
    assert "只能在本机" in err


def test_demo_data_is_not_served_in_earnest(run: Run) -> None:
    assert run("demo").status == 0
    status, _, err = run("serve", "--port", "0")
    assert status == 2
    assert err.startswith("数据库中是演示数据")


def test_demo_data_is_loaded_once(run: Run) -> None:
    assert run("demo").out == run("demo").out


def test_demo_data_does_not_join_real_data(run: Run) -> None:
    with database(from_environment()) as session:
        make_organisation(session)
    status, _, err = run("demo")
    assert status == 2
    assert err.startswith("数据库中已有正式数据")


@pytest.mark.parametrize("port", ["70000", "-1", "八千"])
def test_a_port_is_a_number(run: Run, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    assert run("serve", f"--port={port}").status == 2
    monkeypatch.setenv("PORT", port)
    status, _, err = run("serve")
    assert status == 2
    assert "PORT" in err


def test_a_database_that_cannot_be_opened_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JIXIAO_DATABASE_URL", f"sqlite:///{tmp_path}")
    status, _, err = run("demo")
    assert status == 2
    assert err.startswith("数据库打不开")
