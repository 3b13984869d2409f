"""Whether kept evidence is still what was attached (佐证材料核对)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from app.db import attachments as stored
from app.files.store import Store


class Loss(StrEnum):
    """What became of a file."""

    MISSING = "missing"
    CHANGED = "changed"


LOSS_WORDS = {Loss.MISSING: "文件已丢失", Loss.CHANGED: "内容与上传时不一致"}


@dataclass(frozen=True, slots=True)
class Lost:
    """One attachment whose bytes are not those that were attached."""

    id: int
    form_id: int
    name: str
    loss: Loss


@dataclass(frozen=True, slots=True)
class Examined:
    """How many attachments there are, and those that are not sound."""

    count: int
    lost: tuple[Lost, ...]


def examined(session: Session, store: Store) -> Examined:
    """Every file read and its hash compared; one that several rows name is read once."""
    digests: dict[str, str | None] = {}
    count, lost = 0, []
    for row in stored.all_of_them(session):
        count += 1
        if row.key not in digests:
            digests[row.key] = store.digest(row.key)
        digest = digests[row.key]
        if digest != row.sha256:
            loss = Loss.MISSING if digest is None else Loss.CHANGED
            lost.append(Lost(row.id, row.self_evaluation_id, row.name, loss))
    return Examined(count, tuple(lost))


def lines(found: Examined) -> Iterator[str]:
    """The result for a person."""
    if not found.lost:
        yield f"OK 佐证材料共 {found.count} 份，与上传时一致"
    for item in found.lost:
        place = f"自评表 {item.form_id} 的佐证材料 {item.id}“{item.name}”"
        yield f"{place}有问题：{LOSS_WORDS[item.loss]}"
