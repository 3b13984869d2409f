"""Forms that bring files: the fields are read first, and the files only from who may send them."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Request
from sqlmodel import Session

from app import uploads
from app.db.session import writing
from app.files.multipart import BadMultipart, Event, Multipart
from app.services.reception import Reception
from app.views.dependencies import Fields, Id, Now, Present, Visit
from app.views.forms import TAKES_FILES

Route = TypeVar("Route", bound=Callable[..., Any])


def takes_files(route: Route) -> Route:
    """Mark a route whose files `received` reads: its fields are those before the first file."""
    setattr(route, TAKES_FILES, True)
    return route


async def received(
    request: Request, form_id: Id, actor: Present, moment: Now, _: Fields
) -> AsyncIterator[Reception]:
    """The files of a form, those that are sound and the problems of the others."""
    depot = uploads.of_application(request.app)
    body: Multipart | None = getattr(request.state, "multipart", None)
    events = body.files() if body else _nothing()
    try:
        async with depot.receiving(actor, moment, form_id, events) as reception:
            yield reception
    except BadMultipart as error:
        raise HTTPException(400) from error


Arrived = Annotated[Reception, Depends(received, scope="function")]


def upload_session(request: Request, _: Arrived) -> Iterator[Session]:
    """A session that writes, begun when every file has arrived."""
    with writing(request.app.state.engine) as session:
        yield session


def upload_visit(
    request: Request,
    actor: Present,
    session: Annotated[Session, Depends(upload_session, scope="function")],
    moment: Now,
    fields: Fields,
) -> Visit:
    """Somebody sends files."""
    return Visit(request, session, actor, moment, fields)


Uploading = Annotated[Visit, Depends(upload_visit)]


async def _nothing() -> AsyncIterator[Event]:
    none: tuple[Event, ...] = ()
    for event in none:
        yield event
