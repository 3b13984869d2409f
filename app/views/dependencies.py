"""What a route may ask for: a session in one transaction, the actor, the time, the form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from sqlmodel import Session

from app.db.session import reading, writing
from app.domain.actors import Actor
from app.errors import Unauthenticated
from app.services import accounts
from app.views.forms import posted

COOKIE = "jixiao_session"


def now(request: Request) -> datetime:
    """The time by the application's clock, aware, in UTC."""
    moment: datetime = request.app.state.clock()
    return moment


def read_session(request: Request) -> Iterator[Session]:
    """A session that only reads."""
    with reading(request.app.state.engine) as session:
        yield session


def write_session(request: Request) -> Iterator[Session]:
    """A session that writes; it commits before the answer leaves."""
    with writing(request.app.state.engine) as session:
        yield session


# An identifier in an address: anything else is an address that no page has.
Id = Annotated[int, Path(ge=1, lt=2**63)]
Year = Annotated[int | None, Query(ge=1949, le=9999)]
Now = Annotated[datetime, Depends(now)]
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
WriteSession = Annotated[Session, Depends(write_session, scope="function")]
Fields = Annotated[dict[str, str], Depends(posted)]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody signed in: who, when, in which transaction, with which fields."""

    request: Request
    session: Session
    actor: Actor
    now: datetime
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def acting(self) -> tuple[Session, Actor, datetime]:
        """What a service that writes takes first."""
        return self.session, self.actor, self.now


def present(request: Request, moment: Now) -> Actor:
    """Who opens a page or sends a form, which keeps their session alive; or Unauthenticated.

    Asked in transactions of its own: the one of the form begins in the route, because a
    request that holds the one writer's turn while it waits for a thread stalls all others.
    """
    engine = request.app.state.engine
    with reading(engine) as session:
        actor = _signed_in(request, session, moment)
        due = accounts.presence_due(session, moment, request.cookies[COOKIE])
    if due:
        with writing(engine) as session:
            accounts.keep_alive(session, moment, request.cookies[COOKIE], idle=_idle(request))
    return actor


Present = Annotated[Actor, Depends(present)]


def reading_visit(request: Request, actor: Present, session: ReadSession, moment: Now) -> Visit:
    """Somebody asks for a page."""
    return Visit(request, session, actor, moment)


def writing_visit(
    request: Request, actor: Present, session: WriteSession, moment: Now, fields: Fields
) -> Visit:
    """Somebody sends a form."""
    return Visit(request, session, actor, moment, fields)


Reading = Annotated[Visit, Depends(reading_visit)]
Writing = Annotated[Visit, Depends(writing_visit)]


def _signed_in(request: Request, session: Session, moment: datetime) -> Actor:
    """The actor of the session cookie, kept for the page's head."""
    token = request.cookies.get(COOKIE, "")
    actor = token and accounts.actor_of_token(session, moment, token, idle=_idle(request))
    if not actor:
        raise Unauthenticated
    request.state.actor = actor
    return actor


def _idle(request: Request) -> timedelta:
    """How long a session lasts without anybody sending a form."""
    idle: timedelta = request.app.state.settings.session_idle
    return idle
