"""Refused requests (401, 403) on their way into the audit trail."""

from fastapi import Request

from app.domain.actors import Actor
from app.domain.audit import Stranger
from app.errors import AppError, Forbidden, Unauthenticated
from app.services import refusals


def address(request: Request) -> str:
    """Where the request comes from, "" when the server does not know."""
    return request.client.host if request.client else ""


def audit(request: Request, error: AppError) -> None:
    """Record the refusal of a key or of a right; other answers are no refusals."""
    if not isinstance(error, Unauthenticated | Forbidden):
        return
    state, scope = request.app.state, request.scope
    path = scope.get("root_path", "") + getattr(scope.get("route"), "path", "")
    called = refusals.named(request.method, path, request.path_params)
    actor: Actor | Stranger = getattr(request.state, "actor", None) or Stranger(address(request))
    refusals.note(state.engine, actor, state.clock(), called, error)
