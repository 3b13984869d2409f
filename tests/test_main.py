import shutil

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect

from app.db.organisations import Organisation
from app.db.schema import metadata
from app.db.session import reading, writing
from app.main import create_app, utc_now
from app.settings import Settings
from tests.factories import make_organisation


@pytest.fixture
def settings(databases, data_dir):
    with databases.empty() as address:
        yield Settings(database_url=address, data_dir=data_dir)


def test_the_first_start_makes_the_tables(settings):
    app = create_app(settings)
    with TestClient(app) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        found = set(inspect(app.state.engine).get_table_names())
    assert found == {*metadata.tables, "alembic_version"}


def test_outside_demo_mode_nobody_has_an_account(settings):
    app = create_app(settings)
    with TestClient(app), reading(app.state.engine) as session:
        assert session.get(Organisation, 1) is None


def test_a_second_start_keeps_what_is_there(settings):
    first = create_app(settings)
    with TestClient(first), writing(first.state.engine) as session:
        made = make_organisation(session)
    second = create_app(settings)
    with TestClient(second), reading(second.state.engine) as session:
        assert session.get_one(Organisation, made.id).code == made.code


def test_health_tells_when_the_database_is_gone(tmp_path):
    folder = tmp_path / "var"
    app = create_app(Settings(database_url=f"sqlite:///{folder / 'jixiao.sqlite3'}"))
    with TestClient(app) as client:
        app.state.engine.dispose()
        shutil.rmtree(folder)
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database unreachable"})


def test_both_faces_share_engine_settings_and_clock(settings, now):
    app = create_app(settings, clock=lambda: now)
    faces = [
        route.app for route in app.routes if hasattr(route, "app") and hasattr(route.app, "state")
    ]
    mounted = [face for face in faces if hasattr(face.state, "engine")]
    assert len(mounted) == 2
    for face in mounted:
        assert face.state.engine is app.state.engine
        assert face.state.settings is settings
        assert face.state.clock() == now


def test_the_clock_is_aware():
    assert utc_now().utcoffset() is not None


def test_pages_and_api_are_mounted(settings):
    with TestClient(create_app(settings)) as client:
        assert client.get("/api/v1/openapi.json").status_code == 200
        assert client.get("/", follow_redirects=False).status_code in {200, 303, 401}


def test_the_demo_loads_once(tmp_path):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'jixiao.sqlite3'}", data_dir=tmp_path, demo=True
    )
    counts = []
    for _ in range(2):
        app = create_app(settings)
        with TestClient(app), app.state.engine.connect() as connection:
            counts.append(
                connection.exec_driver_sql("SELECT count(*) FROM self_evaluations").scalar()
            )
    assert counts[0] == counts[1] > 0
