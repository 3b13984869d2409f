"""Remarks (批注) at the cells of a form: written with a review, settled by whoever mends."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import remarks as stored
from app.db.remarks import Remark
from app.db.reviews import Review
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change
from app.domain.text import is_blank
from app.domain.workflow import Action
from app.errors import Conflict, Forbidden, NotFound, Problem
from app.services import audit, entries
from app.services.courses import Desk, standing, touch
from app.services.self_evaluations import held

SETTLING = frozenset({Action.EDIT, Action.REVIEW})


@dataclass(frozen=True, slots=True)
class RemarkEntry:
    """A remark for one cell."""

    path: str
    text: str


def problems(given: Iterable[RemarkEntry], known: dict[str, str]) -> Iterator[Problem]:
    """What keeps remarks from being stored; `known` are the cells that may bear one."""
    for place, remark in enumerate(given):
        at = f"/remarks/{place}"
        if remark.path not in known:
            yield Problem(f"{at}/path", "批注所在的格子不在这张表上，请核对位置", remark.path[:200])
        if is_blank(remark.text):
            yield Problem(f"{at}/text", "请填写批注的内容")
        yield from entries.text_problems(remark.text, "answer", "批注", f"{at}/text")


def of_review(session: Session, review: Review) -> list[Remark]:
    """The remarks that a review holds, oldest first."""
    rows = stored.of_form(session, review.self_evaluation_id, undecided=True)
    return [row for row in rows if row.review_id == review.id]


def replace(
    session: Session,
    actor: Actor,
    now: datetime,
    review: Review,
    given: tuple[RemarkEntry, ...],
) -> None:
    """The remarks of a review become those given; one that stays keeps its author and time."""
    wanted = {(remark.path, remark.text.strip()) for remark in given}
    kept = set()
    for row in of_review(session, review):
        if (row.path, row.text) in wanted:
            kept.add((row.path, row.text))
        else:
            session.delete(row)
    for path, text in sorted(wanted - kept):
        session.add(
            Remark(
                region_code=review.region_code,
                fiscal_year=review.fiscal_year,
                self_evaluation_id=review.self_evaluation_id,
                review_id=review.id,
                path=path,
                text=text,
                author_id=actor.id,
                author=actor.name,
                written_at=now,
            )
        )


def settle(session: Session, actor: Actor, now: datetime, form_id: int, remark_id: int) -> Remark:
    """Mark a remark as settled (已处理): by who fills in the form now, or by its reviewer."""
    form, desk = held(session, actor, form_id, None, None), Desk(session, actor)
    if not any(desk.grants(act) for act in SETTLING):
        raise Forbidden
    if not desk.actions(form) & SETTLING:
        raise Conflict(standing(session, form))
    remark = stored.find(session, form_id, remark_id)
    if remark is None:
        raise NotFound("这条批注已不存在，请刷新后查看。")
    if remark.resolved_at is None:
        remark.resolved_by, remark.resolved_at = actor.name, now
        touch(session, form, actor, now)
        settled = Change(f"/remarks{remark.path}", remark.text, None)
        audit.record(session, actor, now, AuditAction.SETTLE, audit.about(form), (settled,))
    return remark
