"""Which act on a form tells whom what (消息提醒): written in the transaction of the act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import self_evaluations
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import ROLE_LABELS, Actor
from app.domain.messages import BODY_LENGTH, MessageKind, shortened
from app.domain.workflow import LABELS, REVIEWS, Action, State
from app.services import messages, recipients


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, and to whom."""

    kind: MessageKind
    to: frozenset[int]
    subject: str
    body: str


class Teller:
    """Words for one act on one form that stands where the act has brought it."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        now: datetime,
        form: SelfEvaluation,
        came_from: State,
    ) -> None:
        self._session, self._now = session, now
        self._form, self._came_from = form, came_from
        project = session.get_one(Project, form.project_id).name
        unit = session.get_one(Organisation, form.organisation_id).name
        self._name = shortened(project)
        self._which = f"“{project}”{form.fiscal_year}年度绩效自评表（{unit}）"
        self._who = f"{actor.name}（{ROLE_LABELS[actor.role]}）"
        self._state = State(form.state)

    def notices(self, action: Action, reason: str) -> Iterable[Notice]:
        """What that act is worth telling."""
        told = {
            Action.SUBMIT: self._submitted,
            Action.APPROVE: self._approved,
            Action.WITHDRAW: self._withdrawn,
            Action.PUBLISH: self._published,
            Action.UNPUBLISH: self._unpublished,
        }
        reasoned = {
            Action.RETURN: self._returned,
            Action.UNAPPROVE: self._unapproved,
            Action.REOPEN: self._reopened,
        }
        if action in told:
            yield from told[action]()
        elif action in reasoned:
            yield from reasoned[action](reason)

    def _submitted(self) -> Iterable[Notice]:
        body = f"{self._which}已由{self._who}提交，请{LABELS[self._state]}。"
        yield self._to_reviewers(MessageKind.SUBMITTED, f"待审核：{self._name}", body)

    def _approved(self) -> Iterable[Notice]:
        """Nothing while other branches of the same review have still to agree."""
        if self._state is self._came_from:
            return
        passed = LABELS[self._came_from]
        if self._state in REVIEWS:
            onward = LABELS[self._state]
            body = f"{self._which}已通过{passed}，请{onward}。"
            yield self._to_reviewers(MessageKind.SUBMITTED, f"待审核：{self._name}", body)
            body = f"{self._which}已由{self._who}通过{passed}，现报{onward}。"
            yield self._to_unit(MessageKind.APPROVED, f"已通过{passed}：{self._name}", body)
        else:
            body = f"{self._which}已由{self._who}通过{passed}，审核全部完成。"
            yield self._to_unit(MessageKind.COMPLETED, f"已完成：{self._name}", body)

    def _returned(self, reason: str) -> Iterable[Notice]:
        body = f"{self._which}已由{self._who}退回。\n退回意见：{reason}\n"
        if self._state in REVIEWS:
            body += f"请重新{LABELS[self._state]}。"
            yield self._to_reviewers(MessageKind.RETURNED, f"已退回：{self._name}", body)
        else:
            body += "请按意见修改后重新提交。"
            yield self._to_unit(MessageKind.RETURNED, f"已退回：{self._name}", body)

    def _withdrawn(self) -> Iterable[Notice]:
        body = f"{self._which}已由{self._who}撤回，暂不需要审核。"
        to = recipients.reviewers_of(self._session, self._now, self._form, self._came_from)
        yield Notice(MessageKind.WITHDRAWN, to, f"已撤回：{self._name}", body)

    def _unapproved(self, reason: str) -> Iterable[Notice]:
        body = f"{self._which}已由{self._who}取消审核，现在是“{LABELS[self._state]}”。"
        body += f"\n原因：{reason}"
        subject = f"已取消审核：{self._name}"
        if self._state in REVIEWS:
            yield self._to_reviewers(MessageKind.UNAPPROVED, subject, body)
        yield self._to_unit(MessageKind.UNAPPROVED, subject, body)

    def _reopened(self, reason: str) -> Iterable[Notice]:
        body = f"{self._which}已由{self._who}重新开放，请在新的修订上填写后重新提交。"
        body += f"\n原因：{reason}"
        yield self._to_unit(MessageKind.REOPENED, f"已重新开放：{self._name}", body)

    def _published(self) -> Iterable[Notice]:
        body = f"{self._which}已由{self._who}公开。"
        yield self._to_unit(MessageKind.PUBLISHED, f"已公开：{self._name}", body)

    def _unpublished(self) -> Iterable[Notice]:
        body = f"{self._which}已由{self._who}撤销公开。"
        yield self._to_unit(MessageKind.UNPUBLISHED, f"已撤销公开：{self._name}", body)

    def _to_unit(self, kind: MessageKind, subject: str, body: str) -> Notice:
        return Notice(kind, recipients.unit_of(self._session, self._now, self._form), subject, body)

    def _to_reviewers(self, kind: MessageKind, subject: str, body: str) -> Notice:
        to = recipients.reviewers_of(self._session, self._now, self._form, self._state)
        return Notice(kind, to, subject, body)


def tell(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    action: Action,
    came_from: State,
    reason: str,
) -> None:
    """Tell whoever has to know of an act that has just been done; most acts tell nobody."""
    shown = _revision(session, form) if action is Action.REOPEN else form
    done: set[int] = set()
    for notice in Teller(session, actor, now, shown, came_from).notices(action, reason):
        # Somebody who is told to act need not be told again that something happened.
        to = notice.to - done
        done |= to
        about = messages.about_form(shown, notice.kind)
        body = shortened(notice.body, BODY_LENGTH)
        messages.send(session, actor, now, to, notice.subject, body, about)


def _revision(session: Session, form: SelfEvaluation) -> SelfEvaluation:
    """The form that a reopened one was replaced by."""
    found = self_evaluations.current(session, form.project_id, form.fiscal_year, form.kind)
    return found or form
