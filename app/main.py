"""The program put together: one engine, the JSON application at /api/v1, the pages at /."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.api import create_api
from app.db.session import make_engine, migrate, reading, writing
from app.services import demo
from app.settings import Settings
from app.views import create_views

Clock = Callable[[], datetime]

# Routes compute under one interpreter lock: more threads only make each answer wait longer.
THREADS = 8


def utc_now() -> datetime:
    """The moment it is, aware, in UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Clock = utc_now) -> FastAPI:
    """The whole application; at start it migrates, and loads the demo when asked to."""
    engine = make_engine(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        await to_thread.run_sync(migrate, engine)
        if settings.demo:
            await to_thread.run_sync(_load_demo)
        yield
        engine.dispose()

    def _load_demo() -> None:
        with writing(engine) as session:
            demo.load(session, clock())

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    api, views = create_api(), create_views()
    for part in (app, api, views):
        part.state.engine = engine
        part.state.settings = settings
        part.state.clock = clock
    app.add_api_route("/healthz", healthz, methods=["GET", "HEAD"])
    app.mount("/api/v1", api)
    app.mount("/", views)
    return app


def healthz(request: Request) -> JSONResponse:
    """Whether the database answers: 200 or 503."""
    try:
        with reading(request.app.state.engine) as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return JSONResponse({"status": "database unreachable"}, status_code=503)
    return JSONResponse({"status": "ok"})
