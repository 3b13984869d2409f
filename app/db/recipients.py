"""Who receives what: the one place that knows how roles hang on people."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import Role


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who can be told something, and the organisation they hold the role for."""

    user_id: int
    name: str
    organisation_id: int


def in_roles(
    session: Session, organisation_ids: Collection[int], roles: Collection[Role]
) -> list[Recipient]:
    """The active people who hold one of the roles for one of the active organisations, by id."""
    rows = (
        select(User.id, User.name, User.organisation_id)
        .join(Organisation, col(User.organisation_id) == col(Organisation.id))
        .where(
            col(User.organisation_id).in_(organisation_ids),
            col(User.role).in_(roles),
            col(User.active),
            col(Organisation.active),
        )
    )
    return [Recipient(*row) for row in session.exec(rows.order_by(col(User.id)))]


def by_ids(session: Session, user_ids: Collection[int]) -> list[Recipient]:
    """The people of those ids who have an account in use, by id."""
    rows = select(User.id, User.name, User.organisation_id).where(
        col(User.id).in_(user_ids), col(User.active)
    )
    return [Recipient(*row) for row in session.exec(rows.order_by(col(User.id)))]
