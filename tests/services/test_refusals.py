"""Refusals reach the trail although the refused transaction is undone."""

import pytest

from app.db.session import make_engine, reading, writing
from app.domain.audit import Result, Stranger
from app.errors import Forbidden, Unauthenticated
from app.services import refusals
from tests import factories
from tests.services.trail import told, trail, unguarded


def test_a_refusal_is_kept_with_who_from_where_and_why(engine, now):
    with writing(engine) as session:
        unit = factories.make_tree(session).unit
    actor = factories.make_actor(unit, address="10.1.2.3")
    refusals.note(engine, actor, now, "DELETE /projects/7", Forbidden())
    refusals.note(engine, Stranger("10.9.9.9"), now, "GET /projects", Unauthenticated())
    with reading(engine) as session:
        known, unknown = trail(session)[-2:]
    assert (known.actor_id, known.address, known.object_id) == (
        actor.id,
        "10.1.2.3",
        "DELETE /projects/7",
    )
    assert (known.result, told(known)) == (Result.REFUSED, {"/refusal": (None, "forbidden")})
    assert (unknown.actor_id, unknown.actor_name, unknown.address) == (None, "", "10.9.9.9")


def test_a_trail_that_cannot_be_written_is_told_to_the_log(databases, now, caplog):
    with databases.fresh() as address:
        engine = make_engine(address)
        with engine.begin() as connection:
            unguarded(connection)
            connection.exec_driver_sql("DELETE FROM audit_heads")
        refusals.note(engine, Stranger(), now, "GET /projects", Forbidden())
        engine.dispose()
    assert "could not be audited: GET /projects forbidden" in caplog.text


@pytest.mark.parametrize(
    ("path", "parameters", "named"),
    [
        ("/regions", {}, "GET /regions"),
        ("/projects/{project_id}", {"project_id": 7}, "GET /projects/7"),
        ("/projects/{project_id}", {"project_id": "demo-key"}, "GET /projects/{project_id}"),
        ("/f/{form_id}/{source}", {"form_id": "7", "source": "other"}, "GET /f/7/{source}"),
        ("/x/{n}", {"n": "７"}, "GET /x/{n}"),
    ],
)  # fmt: skip
def test_a_request_is_named_by_its_route(path, parameters, named):
    assert refusals.named("GET", path, parameters) == named
