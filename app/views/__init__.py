"""The pages: HTML routes over the same services as the JSON ones."""

from fastapi import FastAPI

from app.doors import GuardedRoute
from app.views import (
    accounts,
    approvals,
    assets,
    attachments,
    audit,
    carried_forms,
    cells,
    check_codes,
    checking,
    compression,
    documents,
    errors,
    exports,
    filing_requests,
    filing_tasks,
    filling_templates,
    grants,
    guidance,
    history,
    home,
    identity_logins,
    imports,
    last_year,
    mail_addresses,
    mails,
    messages,
    posts,
    reminder_templates,
    reminders,
    repulls,
    reviews,
    second_factors,
    security,
    self_evaluations,
    sessions,
    setup,
    sign_in,
    submissions,
    threads,
    users,
    workflow_settings,
)

NOUNS = (
    sign_in, identity_logins, carried_forms, sessions, setup, accounts, second_factors, posts,
    users, grants, home, filing_tasks, filing_requests, reminders, reminder_templates,
    self_evaluations, cells, guidance, last_year, repulls, filling_templates, submissions,
    attachments, documents, reviews, approvals, workflow_settings, history, threads, messages,
    mail_addresses, mails, audit, checking, imports, exports, check_codes,
)  # fmt: skip


def create_views() -> FastAPI:
    """The HTML application; it expects engine, settings, clock and key in its state.

    `provider` is the one of identities, where there is one.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.route_class = GuardedRoute
    app.state.provider = None
    for module in NOUNS:
        app.include_router(module.router)
    app.mount("/static", assets.Assets(), name="static")
    errors.install(app)
    app.add_middleware(security.Safeguards, refuse=errors.foreign)
    app.add_middleware(compression.Compression)
    return app
