"""Branches (处室) that share a review step (会签), and who reviews for each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.db import review_branches as stored
from app.db import users
from app.db.review_branches import ReviewBranch
from app.domain.actors import Actor
from app.domain.workflow import LABELS, State
from app.services.fields import Fields

NAME_LENGTH = 40
FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchEntry:
    """A branch that shares a step, and the user names of who reviews for it."""

    step: str
    name: str
    members: tuple[str, ...]

    @property
    def told(self) -> str:
        """The branch in one line, as the audit trail keeps it."""
        return f"{LABELS[State(self.step)]} {self.name}：{'、'.join(self.members)}"


def of_kind(session: Session, region_code: str, kind: str) -> tuple[BranchEntry, ...]:
    """The branches of a region and kind, in their order."""
    rows = stored.of_kind(session, region_code, kind)
    members = stored.members(session, [row.id for row in rows])
    return tuple(
        BranchEntry(
            step=row.step,
            name=row.name,
            members=tuple(user.username for user in members.get(row.id, ())),
        )
        for row in rows
    )


def check(
    session: Session,
    actor: Actor,
    fields: Fields,
    steps: Sequence[str],
    branches: Sequence[BranchEntry],
) -> None:
    """Note in `fields` whatever keeps branches from sharing the steps."""
    known = users.named(session, actor.scope, {name for one in branches for name in one.members})
    shared = Counter(one.step for one in branches)
    names = Counter((one.step, one.name.strip()) for one in branches)
    people = Counter((one.step, name) for one in branches for name in set(one.members))
    for place, one in enumerate(branches):
        at = f"/branches/{place}"
        fields.choice(f"{at}/step", "审核环节", one.step, frozenset(steps))
        fields.text(f"{at}/name", "处室名称", one.name, NAME_LENGTH, required=True)
        if shared[one.step] < FEWEST:
            fields.add(f"{at}/step", "会签至少要有两个处室；只有一个时请不设处室", one.step)
        if names[one.step, one.name.strip()] > 1:
            fields.add(f"{at}/name", "这个环节已有同名的处室，请改用别的名称", one.name)
        if not one.members:
            fields.add(f"{at}/members", "请为这个处室至少指定一个审核账号")
        for name in one.members:
            if name not in known:
                fields.add(f"{at}/members", f"账号“{name[:40]}”没有登记或已停用，请核对", name)
            elif people[one.step, name] > 1:
                message = f"账号“{name}”属于这个环节的两个处室，一个人只能代表一个处室会签"
                fields.add(f"{at}/members", message, name)


def replace(session: Session, region_code: str, kind: str, branches: Iterable[BranchEntry]) -> None:
    """Store checked branches in place of those of a region and kind."""
    stored.clear(session, region_code, kind)
    for place, one in enumerate(branches):
        row = ReviewBranch(
            region_code=region_code,
            kind=kind,
            step=one.step,
            name=one.name.strip(),
            position=place,
        )
        stored.add(session, row, users.ids_of(session, one.members))
