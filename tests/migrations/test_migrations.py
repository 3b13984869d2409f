import subprocess
import sys

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.db.schema import metadata
from app.db.session import MIGRATIONS, make_engine, migrate, writing
from tests.factories import make_budget, make_organisation, make_project


@pytest.fixture
def empty(databases):
    with databases.empty() as address:
        engine = make_engine(address)
        yield engine
        engine.dispose()


def alembic(engine, action, *arguments):
    """One of Alembic's commands on a connection of the engine."""
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        return action(config, *arguments)


def tables(engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_from_empty_to_head_from_any_folder(empty, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    migrate(empty)
    assert tables(empty) == set(metadata.tables)


def test_a_second_time_changes_nothing(empty):
    migrate(empty)
    with writing(empty) as session:
        project = make_project(session, make_organisation(session))
        make_budget(session, project)
    migrate(empty)
    with empty.connect() as connection:
        assert connection.exec_driver_sql("SELECT initial FROM budgets").scalar() == 100_00


def test_servers_that_start_together(empty):
    address = empty.url.render_as_string(hide_password=False)
    program = (
        "import sys; from app.db.session import make_engine, migrate;"
        "migrate(make_engine(sys.argv[1]))"
    )
    command_line = [sys.executable, "-c", program, address]
    servers = [subprocess.Popen(command_line, cwd=MIGRATIONS.parent) for _ in range(2)]
    assert [server.wait(timeout=60) for server in servers] == [0, 0]
    assert tables(empty) == set(metadata.tables)


def test_one_head():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_the_tables_are_those_of_the_program(empty):
    migrate(empty)
    alembic(empty, command.check)


def test_down_to_nothing_and_up_again(empty):
    migrate(empty)
    alembic(empty, command.downgrade, "base")
    assert tables(empty) == set()
    migrate(empty)
    assert tables(empty) == set(metadata.tables)


def test_a_migration_that_fails_leaves_nothing(empty, tmp_path):
    versions = tmp_path / "migrations"
    (versions / "versions").mkdir(parents=True)
    (versions / "env.py").write_text((MIGRATIONS / "env.py").read_text())
    (versions / "versions" / "faulty.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision = 'faulty'\n"
        "down_revision = None\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    op.execute('INSERT INTO nowhere VALUES (1)')\n"
    )
    config = Config()
    config.set_main_option("script_location", str(versions))
    with empty.connect() as connection:
        config.attributes["connection"] = connection
        with pytest.raises(Exception, match="nowhere"):
            command.upgrade(config, "head")
    assert inspect(empty).get_table_names() == []


def test_foreign_keys_are_watched_again_after_a_migration(empty):
    migrate(empty)
    if empty.dialect.name == "sqlite":
        with empty.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_forms_of_before_learn_since_when_they_stand(empty):
    alembic(empty, command.upgrade, "2026_11_22_self_evaluations")
    rows = (
        (
            "INSERT INTO regions (code, name, time_zone, version)"
            " VALUES ('310000', '上海市', 'Asia/Shanghai', 1)"
        ),
        (
            "INSERT INTO organisations (id, code, name, region_code, path, kind, active, version)"
            " VALUES (1, 'U', '单位', '310000', '/1/', 'unit', true, 1)"
        ),
        (
            "INSERT INTO projects (id, code, name, kind, organisation_id, region_code, first_year,"
            " last_year, recurring, version)"
            " VALUES (1, 'P', '项目', 'specific', 1, '310000', 2024, 2024, false, 1)"
        ),
        (
            "INSERT INTO self_evaluations (id, project_id, organisation_id, region_code,"
            " fiscal_year, kind, revision, is_current, standard, edition, edition_hash, state,"
            " version, returned_reason, created_at, updated_at, submitted_at)"
            " VALUES (1, 1, 1, '310000', 2024, 'project', 1, true, 's', 'e', 'h', 'unit_review', 3,"
            " '', '2025-03-01 02:00:00', '2025-03-03 02:00:00', '2025-03-02 02:00:00')"
        ),
    )
    with empty.begin() as connection:
        for row in rows:
            connection.exec_driver_sql(row)
    migrate(empty)
    with empty.connect() as connection:
        moved = connection.exec_driver_sql(
            "SELECT moved_at = submitted_at, opened_at IS NULL, version FROM self_evaluations"
        ).one()
        reasons = connection.exec_driver_sql("SELECT count(*) FROM return_reasons").scalar()
    assert [int(value) for value in (*moved, reasons)] == [1, 1, 3, 11]
    alembic(empty, command.downgrade, "2026_11_22_self_evaluations")
    with empty.connect() as connection:
        kept = connection.exec_driver_sql("SELECT version FROM self_evaluations").scalar()
    assert kept == 3
