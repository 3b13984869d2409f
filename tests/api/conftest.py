"""The API over the demo, on both databases, with a key for each kind of caller."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.api import create_api
from app.db import organisations
from app.db.session import writing
from app.services import accounts, demo
from tests.api.support import NOW, PREFIX, bearer

KEYS = {
    # key: organisation, scopes
    "read-key": ("310000-CZ", "read"),
    "write-key": ("310000-CZ", "write"),
    "score-key": ("310000-CZ", "score"),
    "unit-key": ("310000-YB-01", "read write score"),
    "sibling-key": ("310000-YB-02", "read write score"),
    "foreign-key": ("330000-CZ", "read write score"),
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
    return engine


@pytest.fixture(scope="module")
def api(world: Engine) -> FastAPI:
    """The API application on the demo."""
    api = create_api()
    api.state.engine = world
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
