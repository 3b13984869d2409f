"""What every write asks first: may the actor do it, and is the row still the one they saw."""

from typing import TypeVar

from sqlmodel import Session

from app.db.base import Versioned
from app.db.session import locked
from app.domain.actors import Actor, Noun
from app.domain.policies import Policy, maintains
from app.errors import Forbidden, NotFound, VersionConflict

Row = TypeVar("Row", bound=Versioned)


def require(actor: Actor, noun: Noun) -> None:
    """Raise Forbidden unless the actor maintains such rows."""
    require_policy(actor, maintains(noun))


def require_policy(actor: Actor, policy: Policy) -> None:
    """Raise Forbidden unless the policy lets such an actor in."""
    if not policy.lets_in(actor):
        raise Forbidden(policy.refusal)


def claim(session: Session, table: type[Row], row_id: int | str, version: int) -> Row:
    """The row held for this transaction; raises VersionConflict if it is not at that version."""
    row = locked(session, table, row_id)
    if row is None:
        raise NotFound
    if row.version != version:
        raise VersionConflict(row.version)
    return row
