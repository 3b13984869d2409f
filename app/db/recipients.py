"""Who can be told something."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.db.users import User


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who can be told something, and the organisation they are told it for."""

    user_id: int
    name: str
    organisation_id: int


def by_ids(session: Session, user_ids: Collection[int]) -> list[Recipient]:
    """The people of those ids who have an account in use, by id."""
    rows = select(User.id, User.name, User.organisation_id).where(
        col(User.id).in_(user_ids), col(User.active)
    )
    return [Recipient(*row) for row in session.exec(rows.order_by(col(User.id)))]
