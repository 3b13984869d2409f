"""Whoever is at the machine, with the reach of an organisation."""

from sqlmodel import Session

from app.cli.accounts import organisation
from app.cli.options import CannotRun
from app.db import organisations
from app.db.organisations import Organisation
from app.domain.actors import Actor, Role, Scope
from app.services import audit


def console(session: Session, code: str | None) -> Actor:
    """An actor at the organisation of that code, or at the only one that stands below no other."""
    home = organisation(session, code) if code else _only_root(session)
    return Actor(
        id=0,
        name=audit.CONSOLE.name,
        role=Role.SYSTEM,
        organisation_id=home.id,
        scope=Scope(home.path),
    )


def _only_root(session: Session) -> Organisation:
    roots = organisations.roots(session)
    if len(roots) != 1:
        raise CannotRun("最上级单位不止一个或还没有，请用 --organisation 写明单位代码。")
    return roots[0]
