"""Posts (岗位): what a person may act as at this moment, and how one is chosen among several."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.actors import Actor, Role, Scope
from app.domain.delegations import signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A grant in force, one's own or (with `delegation_id`) lent by `absent`; until `ends`."""

    grant_id: int
    delegation_id: int | None = None
    role: Role
    organisation_id: int
    organisation: str
    scope: Scope
    ends: date | None = None
    absent: str = ""
    absent_id: int | None = None

    @property
    def key(self) -> str:
        """What a form names the post by."""
        return f"{self.grant_id}-{self.delegation_id or 0}"

    def actor(self, user_id: int, name: str, address: str = "") -> Actor:
        """Somebody acting in this post; a delegate's acts are signed for whom they are done."""
        return Actor(
            id=user_id,
            name=signed(name, self.absent),
            role=self.role,
            organisation_id=self.organisation_id,
            scope=self.scope,
            address=address,
            absent_id=self.absent_id,
        )


def chosen(posts: Iterable[Post], grant_id: int | None, delegation_id: int | None) -> Post | None:
    """The post that a session keeps, if it is still in force; without a choice, the only one.

    A choice that lost its force chooses nothing: nobody is moved to another post unasked.
    """
    held = tuple(posts)
    if grant_id is None:
        return held[0] if len(held) == 1 else None
    kept = (grant_id, delegation_id)
    return next((post for post in held if (post.grant_id, post.delegation_id) == kept), None)
