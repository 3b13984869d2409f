"""Who started an export, asked again while it is made: their rights as they are at that moment."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from app.db import organisations
from app.db.exports import Export
from app.db.users import User
from app.domain.actors import Actor, Role, Scope
from app.domain.policies import EXPORTS
from app.errors import Forbidden
from app.services import accounts, posts

GONE = "发起导出的岗位已到期、被撤销或停用，导出没有继续。需要时请以现在的岗位重新导出。"
KEY_GONE = "发起导出的接口密钥已停用，或不再有读取（read）权限，导出没有继续。"
OUTSIDE = "要导出的单位或年度已不在您的管理范围内，导出没有继续。请重新选择后再导出。"


def starter(actor: Actor) -> tuple[int, str]:
    """How the exports of an actor are told from those of others: an account, or a key."""
    return actor.id, "person" if actor.is_person else "key"


def acting(session: Session, now: datetime, row: Export) -> Actor:
    """Whoever started it, in the same post as it is now, narrowed to what was asked for.

    Raises Forbidden where the post, the key or the reach is gone.
    """
    actor = _system(session, row) if row.role == Role.SYSTEM else _person(session, now, row)
    unit = organisations.find(session, actor.scope, row.organisation_id)
    if unit is None or not actor.scope.has_year(row.fiscal_year):
        raise Forbidden(OUTSIDE)
    return replace(actor, scope=Scope(unit.path, row.fiscal_year, row.fiscal_year))


def _system(session: Session, row: Export) -> Actor:
    actor = accounts.actor_of_key_id(session, row.started_by_id)
    if actor is None or not EXPORTS.lets_in(actor) or actor.organisation_id != row.post_id:
        raise Forbidden(KEY_GONE)
    return actor


def _person(session: Session, now: datetime, row: Export) -> Actor:
    user = session.get(User, row.started_by_id)
    wanted = (row.role, row.post_id, row.absent_id)
    for post in posts.in_force(session, now, row.started_by_id):
        same = (post.role, post.organisation_id, post.absent_id) == wanted
        if user is not None and user.active and same and post.scope.has_year(row.fiscal_year):
            return post.actor(user.id, user.name)
    raise Forbidden(GONE)
