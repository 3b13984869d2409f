"""What every write asks first: may the actor do it, and is the row still the one they saw."""

from typing import TypeVar

from sqlmodel import Session

from app.db.base import Versioned
from app.db.session import locked
from app.domain.actors import Actor, Noun
from app.errors import Forbidden, NotFound, VersionConflict

Row = TypeVar("Row", bound=Versioned)


def require(actor: Actor, noun: Noun) -> None:
    """Raise Forbidden unless the actor maintains such rows."""
    if not actor.may_maintain(noun):
        raise Forbidden


def claim(session: Session, table: type[Row], row_id: int | str, version: int) -> Row:
    """The row held for this transaction; raises VersionConflict if it is not at that version."""
    row = locked(session, table, row_id)
    if row is None:
        raise NotFound
    if row.version != version:
        raise VersionConflict(row.version)
    return row
