"""Refusals (拒绝) on record: each in a transaction of its own, since the refused one is undone."""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import writing
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change, ObjectKind, Person, Result, Stranger
from app.errors import AppError
from app.services import audit

log = logging.getLogger(__name__)


def named(method: str, path: str, parameters: Mapping[str, object]) -> str:
    """A request by its route, `PUT /regions/{code}`: ids shown, words left out as they may be keys.

    Nothing of a request's own text gets into the trail.
    """
    for name, value in parameters.items():
        if str(value).isascii() and str(value).isdigit():
            path = path.replace(f"{{{name}}}", str(value))
    return f"{method} {path}".rstrip()


def note(
    engine: Engine,
    actor: Actor | Person | Stranger,
    now: datetime,
    request: str,
    error: AppError,
) -> None:
    """Record that a request (`GET /regions/{code}`) was refused, and why.

    Nothing was done, so a trail that cannot be written changes nothing either: the log says so.
    """
    organisation = actor.organisation_id if isinstance(actor, Actor) else None
    subject = audit.Subject(ObjectKind.REQUEST, request, organisation)
    changes = (Change("/refusal", None, error.code),)
    try:
        with writing(engine) as session:
            audit.record(session, actor, now, AuditAction.CALL, subject, changes, Result.REFUSED)
    except (AppError, SQLAlchemyError):
        log.exception("a refusal could not be audited: %s %s", request, error.code)
