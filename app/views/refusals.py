"""Refused requests on their way into the audit trail: no right, no session, another site's form."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.domain.actors import Actor
from app.domain.audit import Person, Stranger
from app.errors import AppError, Forbidden, Unauthenticated
from app.services import refusals


def address(request: Request) -> str:
    """Where the request comes from, "" when the server does not know."""
    return request.client.host if request.client else ""


async def audit(request: Request, error: AppError) -> None:
    """Record the refusal of a right or of a lost session; other answers are no refusals."""
    if not isinstance(error, Unauthenticated | Forbidden):
        return
    state, route = request.app.state, request.scope.get("route")
    called = refusals.named(request.method, getattr(route, "path", ""), request.path_params)
    known: Actor | Person | None = getattr(request.state, "actor", None)
    actor = known or Stranger(address(request))
    await run_in_threadpool(refusals.note, state.engine, actor, state.clock(), called, error)
