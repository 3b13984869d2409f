"""The door (入口): whether an actor comes in where a policy was declared."""

from sqlmodel import Session

from app.domain.actors import ACCOUNTS, AUDIT, READ, SCORE, WRITE, Actor
from app.domain.policies import Policy
from app.errors import Forbidden
from app.services.courses import seats

SCOPE_LABELS = {
    READ: "读取", WRITE: "写入", SCORE: "读取得分", AUDIT: "查阅审计记录", ACCOUNTS: "管理账号",
}  # fmt: skip


def admit(session: Session, actor: Actor, policy: Policy) -> None:
    """Raise Forbidden unless the policy lets the actor in.

    What is done to a form is done from a seat: a key takes those of its organisation.
    """
    if not policy.opened_by(actor.scopes):
        needed = f"{SCOPE_LABELS[policy.scopes[0]]}（{policy.scopes[0]}）"
        raise Forbidden(f"这把接口密钥没有{needed}权限，需要时请向管理员申请。")
    held = seats(session, actor) if policy.actions else frozenset({actor.role})
    if not policy.admits(held, actor.scopes):
        raise Forbidden(policy.refusal)
