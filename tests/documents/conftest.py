"""A filled form in each layout and the documents made of it, once for all tests of this room."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlmodel import Session

from app.db.session import make_engine
from app.services import documents
from app.services.documents import KINDS
from app.services.form_sheets import FormSheet
from tests.databases import Sqlite
from tests.documents.looks import CHECK, NOW
from tests.services.document_cases import LAYOUTS, filled


@dataclass(frozen=True, slots=True)
class Made:
    """A form as it is stored and its documents by kind."""

    sheet: FormSheet
    contents: dict[str, bytes]


@pytest.fixture(scope="session")
def room(sqlite: Sqlite) -> Iterator[Session]:
    """A session that is kept for all tests of this room."""
    with sqlite.fresh() as address:
        engine = make_engine(address)
        with Session(engine, expire_on_commit=False) as session:
            yield session
        engine.dispose()


@pytest.fixture(scope="session")
def made(room: Session) -> dict[str, Made]:
    """The documents of a form in each layout."""
    return {layout: _made(room, layout) for layout in LAYOUTS}


def _made(session: Session, layout: str) -> Made:
    case = filled(session, NOW, layout)
    contents = {
        kind: documents.make(session, case.filler, case.form_id, kind, NOW, CHECK).content
        for kind in KINDS
    }
    return Made(case.sheet(session), contents)
