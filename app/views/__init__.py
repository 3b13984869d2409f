"""The pages: HTML routes over the same services as the JSON ones."""

from fastapi import FastAPI

from app.doors import GuardedRoute
from app.views import (
    accounts,
    approvals,
    assets,
    audit,
    carried_forms,
    errors,
    history,
    home,
    identity_logins,
    reviews,
    second_factors,
    security,
    self_evaluations,
    sessions,
    setup,
    sign_in,
    submissions,
    workflow_settings,
)


def create_views() -> FastAPI:
    """The HTML application; it expects engine, settings, clock and key in its state.

    `provider` is the one of identities, where there is one.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.route_class = GuardedRoute
    app.state.provider = None
    for module in (
        sign_in,
        identity_logins,
        carried_forms,
        sessions,
        setup,
        accounts,
        second_factors,
        home,
        self_evaluations,
        submissions,
        reviews,
        approvals,
        workflow_settings,
        history,
        audit,
    ):
        app.include_router(module.router)
    app.mount("/static", assets.Assets(), name="static")
    errors.install(app)
    app.add_middleware(security.Safeguards, refuse=errors.foreign)
    return app
