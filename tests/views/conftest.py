"""The pages over demo data: each test has its own copy of a database made once."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.datastructures import State
from starlette.testclient import TestClient

from app import export_files, uploads
from app.db.session import make_engine, writing
from app.services import demo
from app.settings import Settings
from app.views import create_views
from tests.databases import Sqlite
from tests.factories import MOMENT
from tests.views.visitor import Visitor


@pytest.fixture(scope="session")
def demo_file(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demo data; never opened by a test."""
    kept = tmp_path_factory.mktemp("views") / "demo.sqlite3"
    with sqlite.fresh() as address:
        engine = make_engine(address)
        with writing(engine) as session:
            demo.load(session, MOMENT)
        engine.dispose()
        shutil.copy(address.removeprefix("sqlite:///"), kept)
    return kept


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """The HTML application, put together once: its routes take longer than a request."""
    return create_views()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that knows its statements from one test to the next, whatever the file holds."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('live') / 'live.sqlite3'}")
    yield engine
    engine.dispose()


@pytest.fixture
def views(
    application: FastAPI, live: Engine, demo_file: Path, tmp_path: Path, now: datetime
) -> FastAPI:
    """The HTML application on a copy of the demo data, at a fixed time."""
    live.dispose()
    file = Path(live.url.database or "")
    for rest in file.parent.glob(f"{file.name}*"):
        rest.unlink()
    shutil.copy(demo_file, file)
    settings = Settings(database_url=f"sqlite:///{file}", data_dir=tmp_path, demo=True)
    application.state = State(
        {
            "settings": settings,
            "engine": live,
            "depot": uploads.depot(settings, live),
            "shelf": export_files.shelf(settings, live),
            "clock": lambda: now,
            "secret_key": b"a key of the tests, which nobody keeps secret",
            "provider": None,
        }
    )
    return application


@pytest.fixture
def visit(views: FastAPI) -> Callable[..., Visitor]:
    """Somebody who has not signed in yet."""

    def begin() -> Visitor:
        return Visitor(TestClient(views, raise_server_exceptions=False))

    return begin


@pytest.fixture
def stranger(visit: Callable[..., Visitor]) -> Visitor:
    """A visitor without an account."""
    return visit()


@pytest.fixture
def filler(visit: Callable[..., Visitor]) -> Visitor:
    """The filler of the demo's unit, signed in."""
    visitor = visit()
    visitor.sign_in()
    return visitor
