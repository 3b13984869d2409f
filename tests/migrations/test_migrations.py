import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.db.api_keys import ApiKey
from app.db.grants import Grant
from app.db.schema import metadata
from app.db.session import MIGRATIONS, make_engine, migrate, reading, writing
from app.db.users import User
from app.domain.audit import AuditAction, ObjectKind
from app.services import audit, posts
from tests.factories import MOMENT, make_budget, make_organisation, make_project

DEMO = audit.Subject(ObjectKind.DATABASE, "demo")


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


def test_the_trail_is_added_to_a_database_with_data_and_taken_away_again(empty):
    alembic(empty, command.upgrade, "2026_11_22_self_evaluations")
    with writing(empty) as session:
        make_budget(session, make_project(session, make_organisation(session)))
    for _ in range(2):
        migrate(empty)
        with writing(empty) as session:
            audit.record(session, audit.CONSOLE, MOMENT, AuditAction.LOAD, DEMO)
        with writing(empty) as session:
            assert audit.verified(session).count == 1
        alembic(empty, command.downgrade, "2026_11_22_self_evaluations")
        assert not {"audit_events", "audit_heads"} & tables(empty)
    with empty.connect() as connection:
        assert connection.exec_driver_sql("SELECT initial FROM budgets").scalar() == 100_00


ROWS = (
    "INSERT INTO regions (code, name, time_zone, version) VALUES ('310000', '上海市', 'UTC', 1)",
    (
        "INSERT INTO organisations (id, code, name, region_code, path, kind, active, version)"
        " VALUES (7, 'O', '局', '310000', '/7/', 'finance', true, 1)"
    ),
    (
        "INSERT INTO users"
        " (id, username, name, role, organisation_id, password_hash, active, version)"
        " VALUES (5, 'zhou', '周', 'filler', 7, 'x', true, 1)"
    ),
    (
        "INSERT INTO login_sessions (token_hash, user_id, created_at, last_seen_at, expires_at)"
        " VALUES ('t', 5, '2025-03-03', '2025-03-03', '2025-03-04')"
    ),
)
KEY = (
    "INSERT INTO api_keys (id, key_hash, name, organisation_id, scopes, active, created_at)"
    " VALUES (3, '{}', '接口', 7, 'read', true, '2025-03-03')"
)


@pytest.mark.parametrize(("key", "demo"), [("demo-key", True), ("another-key", False)])
def test_accounts_survive_their_extension_and_its_undoing(empty, key, demo):
    alembic(empty, command.upgrade, "2026_11_22_self_evaluations")
    with empty.begin() as connection:
        for row in (*ROWS, KEY.format(sha256(key.encode()).hexdigest())):
            connection.exec_driver_sql(row)
    migrate(empty)
    with reading(empty) as session:
        user = session.get_one(User, 5)
        assert (user.demo, user.epoch, user.totp_nonce) == (demo, 1, "")
        assert user.password_set_at.tzinfo is not None
        assert session.get_one(ApiKey, 3).owner_id is None
    alembic(empty, command.downgrade, "2026_11_22_self_evaluations")
    with empty.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, username, role FROM users").one()
    assert tuple(found) == (5, "zhou", "filler")


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


PEOPLE = {
    5: ("zhou", "filler", True),
    6: ("fang", "sysadmin", True),
    7: ("gone", "secadmin", False),
}
PERSON = (
    "INSERT INTO users (id, username, name, role, organisation_id, password_hash, active, version,"
    " demo, epoch, password_set_at, totp_nonce, totp_step)"
    " VALUES ({}, '{}', '某', '{}', 7, 'x', {}, 1, false, 1, '2025-03-03', '', 0)"
)


def test_a_role_becomes_a_grant_in_force_and_a_role_again(empty):
    alembic(empty, command.upgrade, "2026_11_22_reviews")
    with empty.begin() as connection:
        for row in ROWS[:2]:
            connection.exec_driver_sql(row)
        for number, (name, role, active) in PEOPLE.items():
            connection.exec_driver_sql(PERSON.format(number, name, role, str(active).lower()))
    migrate(empty)
    now = datetime.now(UTC)
    with reading(empty) as session:
        held = {number: posts.in_force(session, now, number) for number in PEOPLE}
        lanes = {number: session.get_one(User, number).lane for number in PEOPLE}
        grant = session.get_one(Grant, held[5][0].grant_id)
    assert {number: [post.role for post in found] for number, found in held.items()} == {
        number: [role] for number, (_, role, _) in PEOPLE.items()
    }
    assert {post.scope.path for found in held.values() for post in found} == {"/7/"}
    assert lanes == {5: "business", 6: "sysadmin", 7: "secadmin"}
    assert (grant.requested_by, grant.decided_by, grant.ends) == ("系统升级", "系统升级", None)
    with writing(empty) as session:
        lost = session.get_one(Grant, held[6][0].grant_id)
        lost.state, lost.lane = "revoked", None
    alembic(empty, command.downgrade, "2026_11_22_reviews")
    with empty.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, role, active FROM users ORDER BY id").all()
    # Who holds nothing any more is something again only with an account that is off.
    assert [(row[0], row[1], bool(row[2])) for row in found] == [
        (5, "filler", True),
        (6, "filler", False),
        (7, "secadmin", False),
    ]
