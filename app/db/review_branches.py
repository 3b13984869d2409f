"""Branches (处室) that share a review step: all of them must agree (会签)."""

from collections.abc import Iterable

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, delete, select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.types import KEY
from app.db.users import User


class ReviewBranch(Table, table=True):
    """One branch of a step, by region and form kind."""

    __tablename__ = "review_branches"
    __table_args__ = (UniqueConstraint("region_code", "kind", "step", "name"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    region_code: str = Field(foreign_key="regions.code")
    kind: str
    step: str
    name: str
    position: int


class BranchMember(Table, table=True):
    """Somebody who reviews for a branch."""

    __tablename__ = "branch_members"

    branch_id: int = Field(
        foreign_key="review_branches.id", ondelete="CASCADE", primary_key=True, sa_type=KEY
    )
    user_id: int = Field(foreign_key="users.id", primary_key=True, index=True, sa_type=KEY)


def of_kind(session: Session, region_code: str, kind: str) -> list[ReviewBranch]:
    """The branches of every step of a region and kind, in their order."""
    rows = select(ReviewBranch).where(
        ReviewBranch.region_code == region_code, ReviewBranch.kind == kind
    )
    return list(session.exec(rows.order_by(col(ReviewBranch.position), col(ReviewBranch.id))))


def members(session: Session, branch_ids: list[int]) -> dict[int, list[User]]:
    """Who reviews for each branch, by user name."""
    rows = (
        select(BranchMember.branch_id, User)
        .join(User, col(BranchMember.user_id) == col(User.id))
        .where(col(BranchMember.branch_id).in_(branch_ids))
    )
    found: dict[int, list[User]] = {}
    for branch_id, user in session.exec(rows.order_by(col(User.username))):
        found.setdefault(branch_id, []).append(user)
    return found


def branch_ids_of(session: Session, user_id: int) -> frozenset[int]:
    """The branches that somebody reviews for."""
    rows = select(BranchMember.branch_id).where(BranchMember.user_id == user_id)
    return frozenset(session.exec(rows))


def clear(session: Session, region_code: str, kind: str) -> None:
    """Take away the branches of a region and kind."""
    session.exec(
        delete(ReviewBranch).where(
            col(ReviewBranch.region_code) == region_code, col(ReviewBranch.kind) == kind
        )
    )


def add(session: Session, branch: ReviewBranch, user_ids: Iterable[int]) -> None:
    """Store a branch with its members."""
    session.add(branch)
    session.flush()
    session.add_all(BranchMember(branch_id=branch.id, user_id=one) for one in user_ids)
    session.flush()
