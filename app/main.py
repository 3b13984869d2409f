"""The program put together: one engine, the JSON application at /api/v1, the pages at /."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime

from anyio import to_thread
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope

from app import export_files, secret_key, uploads
from app.api import create_api
from app.api.problems import problem
from app.api.score_poll import ScorePoll
from app.db.session import make_engine, migrate, reading, writing
from app.doors import GuardedRoute, OpenDoor
from app.edge import API, Edge, Refuse
from app.export_files import Shelf
from app.exporting import Exporting
from app.mailer import Mailer
from app.reminding import Reminding
from app.services import (
    audit,
    demo,
    export_policies,
    mail_policies,
    password_policies,
    reminder_templates,
)
from app.services.identity_provider import Provider
from app.settings import Settings, SettingsError
from app.views import create_views
from app.views.errors import told

Clock = Callable[[], datetime]

# Routes compute under one interpreter lock: more threads only make each answer wait longer.
THREADS = 8

# The code of a problem document for what the edge refuses.
REFUSALS = {400: "bad_request", 413: "body_too_large", 421: "wrong_host", 429: "too_many_requests"}


def utc_now() -> datetime:
    """The moment it is, aware, in UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Clock = utc_now) -> FastAPI:
    """The whole application; at start it migrates, and loads the demo when asked to."""
    key = secret_key.load(settings)
    _check_policies(settings)
    engine = make_engine(settings.database_url)
    depot, shelf = uploads.depot(settings, engine), export_files.shelf(settings, engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        await to_thread.run_sync(migrate, engine)
        await to_thread.run_sync(_prepare)
        with beside(engine, shelf, settings, clock):
            yield
        engine.dispose()

    def _prepare() -> None:
        with writing(engine) as session:
            audit.begin(session, clock(), settings.audit_hash)
            if settings.demo:
                demo.load(session, clock(), depot.store)
        depot.sweep()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    api, views = create_api(), create_views()
    for part in (app, api, views):
        part.state.engine, part.state.settings, part.state.clock = engine, settings, clock
        part.state.secret_key, part.state.depot, part.state.shelf = key, depot, shelf
    app.router.route_class = GuardedRoute
    app.add_api_route(
        "/healthz", healthz, methods=["GET", "HEAD"], dependencies=[Depends(OpenDoor())]
    )
    views.state.provider = Provider(settings.oidc) if settings.oidc else None
    app.mount("/api/v1", api)
    app.mount("/", views)
    # The last one added is the outermost: polls too pass the edge.
    app.add_middleware(ScorePoll, engine=engine, cache=api.state.score_cache)
    largest = uploads.largest_request()
    app.add_middleware(Edge, settings=settings, refuse=_refusal(views), largest_upload=largest)
    return app


@contextmanager
def beside(engine: Engine, shelf: Shelf, settings: Settings, clock: Clock) -> Iterator[None]:
    """The threads that work as long as requests are answered."""
    makers = exporting(shelf, settings, clock)
    with mailing(engine, settings, clock), reminding(engine, clock), makers:
        yield


def mailing(engine: Engine, settings: Settings, clock: Clock) -> AbstractContextManager[object]:
    """Sends letters while it is entered, where there is a mail server."""
    if settings.mail is None:
        return nullcontext()
    return Mailer(engine, settings.mail, clock, mail_policies.policy())


def reminding(engine: Engine, clock: Clock) -> Reminding:
    """Sends reminders that waited for the end of quiet hours, while it is entered."""
    return Reminding(engine, clock, reminder_templates.policy().look_every)


def exporting(shelf: Shelf, settings: Settings, clock: Clock) -> Exporting:
    """Makes exports that wait, while it is entered; leftovers of earlier ones are removed."""
    shelf.sweep()
    return Exporting(shelf, clock, export_policies.policy(), settings.public_url)


def _refusal(views: FastAPI) -> Refuse:
    """A refusal as the face that was asked tells it: a problem document or a page."""

    def refuse(scope: Scope, status: int, message: str) -> Response:
        if scope["path"].startswith(API):
            return problem(status, REFUSALS[status], message)
        return told(Request({**scope, "app": views}), status, message)

    return refuse


def _check_policies(settings: Settings) -> None:
    try:
        password_policies.profile(settings.password_profile)
    except password_policies.UnknownProfile as error:
        raise SettingsError(str(error)) from error


def healthz(request: Request) -> JSONResponse:
    """Whether the database answers: 200 or 503."""
    try:
        with reading(request.app.state.engine) as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return JSONResponse({"status": "database unreachable"}, status_code=503)
    return JSONResponse({"status": "ok"})
