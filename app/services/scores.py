"""Stored scores (得分): read as they were written, without scoring again."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select

from app.db import indicator_lines, scores, self_evaluations
from app.db.api_keys import ApiKey
from app.db.indicator_lines import IndicatorLine
from app.db.organisations import Organisation
from app.db.scores import StoredScore
from app.db.self_evaluations import SelfEvaluation
from app.db.users import User
from app.domain.actors import Actor
from app.domain.standards import Standard
from app.errors import NotFound
from app.services import standards


@dataclass(frozen=True, slots=True)
class FormScore:
    """A form's stored score with its lines, all of one version."""

    form: SelfEvaluation
    score: StoredScore
    lines: tuple[IndicatorLine, ...]
    standard: Standard


def get(session: Session, actor: Actor, form_id: int) -> FormScore:
    """The score of a form within the actor's scope; raises NotFound."""
    form = self_evaluations.find(session, actor.scope, form_id)
    score = None if form is None else scores.of_form(session, form_id)
    if form is None or score is None:
        raise NotFound
    lines = tuple(indicator_lines.of_form(session, form_id))
    return FormScore(form, score, lines, standards.get(form.standard, form.edition))


def version_for_key() -> Select[int, str]:
    """A form's version and the scopes of the key that may see it: no row, no right.

    One statement answers a poll's two questions of one moment. Takes `key_hash`, `form_id`.
    """
    owner, caller = aliased(Organisation), aliased(Organisation)
    within = func.substr(owner.path, 1, func.length(caller.path)) == caller.path
    return (
        select(SelfEvaluation.version, ApiKey.scopes)
        .join(owner, col(owner.id) == col(SelfEvaluation.organisation_id))
        .join(ApiKey, col(ApiKey.key_hash) == bindparam("key_hash"))
        .join(caller, col(caller.id) == col(ApiKey.organisation_id))
        .outerjoin(User, col(User.id) == col(ApiKey.owner_id))
        .where(
            col(SelfEvaluation.id) == bindparam("form_id"),
            col(ApiKey.active),
            col(caller.active),
            or_(col(ApiKey.owner_id).is_(None), col(User.active)),
            within,
        )
    )
