"""The API over the demo, on both databases, with a key for each kind of caller."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine

from app import export_files, uploads
from app.api import create_api
from app.db import organisations
from app.db.session import writing
from app.services import accounts, demo, imports
from app.settings import Settings
from tests.api.forms import declared_project, where
from tests.api.support import NOW, PREFIX, based_on, bearer
from tests.services.import_cases import as_csv

KEYS = {
    # key: organisation, scopes
    "read-key": ("310000-CZ", "read"),
    "write-key": ("310000-CZ", "write"),
    "score-key": ("310000-CZ", "score"),
    "audit-key": ("310000-CZ", "audit"),
    "accounts-key": ("310000-CZ", "accounts"),
    "unit-key": ("310000-YB-01", "read write score accounts"),
    "sibling-key": ("310000-YB-02", "read write score accounts"),
    "foreign-key": ("330000-CZ", "read write score accounts"),
}


@pytest.fixture(scope="module")
def world(engine: Engine) -> Engine:
    """The demo with a key for each kind of caller; what a test commits stays for the next."""
    with writing(engine) as session:
        demo.load(session, NOW)
        for key, (code, scopes) in KEYS.items():
            unit = organisations.by_code(session, code)
            assert unit is not None
            accounts.add_key(session, NOW, key, key, unit, *scopes.split())
        actor = accounts.actor_of_key(session, "demo-key")
        assert actor is not None
        given = as_csv(("单位代码", "单位名称", "单位类别", "地区代码"))
        imports.preview(session, actor, NOW, "organisations", given)
    return engine


@pytest.fixture(scope="module")
def api(world: Engine, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The API application on the demo."""
    api = create_api()
    api.state.engine = world
    folder = tmp_path_factory.mktemp("data")
    api.state.settings = Settings(database_url=str(world.url), data_dir=folder)
    api.state.depot = uploads.depot(api.state.settings, world)
    api.state.shelf = export_files.shelf(api.state.settings, world)
    api.state.clock = lambda: NOW
    return api


@pytest.fixture(scope="module")
def client(api: FastAPI) -> Iterator[TestClient]:
    """A client that holds the demo key, at /api/v1 as the program mounts it."""
    whole = FastAPI(openapi_url=None)
    whole.mount(PREFIX, api)
    with TestClient(
        whole,
        base_url=f"http://testserver{PREFIX}",
        headers=bearer("demo-key"),
        raise_server_exceptions=False,
    ) as client:
        yield client


@pytest.fixture
def anonymous(client: TestClient) -> Iterator[TestClient]:
    """The same client without a key."""
    held = client.headers.pop("authorization")
    yield client
    client.headers["authorization"] = held


@pytest.fixture
def opened(client: TestClient) -> Response:
    """A form just opened."""
    body = {"project_id": declared_project(client), "fiscal_year": 2024, "due_on": "2025-03-31"}
    answer = client.post("/self-evaluations", json=body)
    assert answer.status_code == 201, answer.text
    return answer


@pytest.fixture
def filled(client: TestClient, opened: Response) -> Response:
    """A form filled in without anything to complain of."""
    form = opened.json()
    ids = [str(line["id"]) for line in form["indicators"]]
    body = {
        "achieved": "全年服务 126 万人次。",
        "lines": {
            ids[0]: {"actual": "126.00(万人次)"},
            ids[1]: {"actual": "达成年度指标", "judged": "30"},
            ids[2]: {"actual": "93.00(%)"},
        },
    }
    answer = client.patch(where(form), json=body, headers=based_on(opened))
    assert answer.status_code == 200, answer.text
    return answer
