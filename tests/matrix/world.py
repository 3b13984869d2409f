"""The world of the matrix: two trees, somebody of each role everywhere, a form in each standing.

Whatever belongs to an organisation carries its mark (`own-U-2024`), so that an answer which
shows more than its reader's scope gives itself away whatever route it came by.
"""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from app.db.organisations import Organisation
from app.db.schema import metadata
from app.domain.actors import Actor, Role, Scope
from tests import factories
from tests.matrix.forms import STANDINGS, form, loose
from tests.matrix.people import asked, delegated, granted, keys, people
from tests.matrix.places import TREE, Person, Record, World


def build(session: Session, key: bytes) -> World:
    """Everything, in an empty database."""
    _number_high(session)
    places = dict(_places(session))
    maker = Actor(1, "某人", Role.SYSTEM, places["F"].id, Scope("/"))
    for name in TREE.keys() - {"V"}:  # which nothing hangs on, so that it can be deleted
        form(session, maker, name, places[name], "draft", ())
    unit = places["U"]
    records = {
        standing: form(session, maker, "U", unit, standing, acts)
        for standing, acts in STANDINGS.items()
    }
    here, nobody = people(session, key, places), Person("nobody", "U")
    spare = Record("spare", "V", {"organisation_id": str(places["V"].id)}, code="SPARE")
    bureau = Record("bureau", "F")
    others = (bureau, loose(session, unit), spare, asked(session, unit), granted(session, unit))
    records |= {record.name: record for record in (*others, delegated(session, here))}
    paths = {name: place.path for name, place in places.items()}
    return World((*here, nobody), (*keys(session, places), nobody), records, paths)


def _number_high(session: Session) -> None:
    """Ids of six digits: one that is not there has as many, and none is a part of another."""
    for place, table in enumerate(metadata.sorted_tables):
        if table.dialect_options["sqlite"]["autoincrement"]:
            row = {"name": table.name, "seq": 100_000 + 10_000 * place}
            session.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :seq)"), row)


def _places(session: Session) -> Iterator[tuple[str, Organisation]]:
    made: dict[str, Organisation] = {}
    for name, (above, kind, region) in TREE.items():
        given = {"name": f"单位 org-{name}", "code": f"{region}-{name}", "kind": kind}
        made[name] = factories.make_organisation(
            session, made.get(above or ""), region_code=region, **given
        )
        yield name, made[name]
