"""Those a message can go to: accounts in use, with the organisation that is their home."""

from collections.abc import Collection
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.db.users import User


class Recipient(NamedTuple):
    """Somebody with an account in use."""

    user_id: int
    organisation_id: int


def by_ids(session: Session, user_ids: Collection[int]) -> list[Recipient]:
    """The people of those ids who have an account in use, by id."""
    rows = select(User.id, User.organisation_id).where(col(User.id).in_(user_ids), col(User.active))
    return [Recipient(*row) for row in session.exec(rows.order_by(col(User.id)))]
