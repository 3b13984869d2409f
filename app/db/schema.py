"""All tables together, for the migrations."""

from app.db import (
    api_keys,
    audit_events,
    budgets,
    declarations,
    finding_answers,
    fund_lines,
    goals,
    idempotency_keys,
    identity_links,
    indicator_lines,
    login_attempts,
    organisations,
    password_records,
    projects,
    recovery_codes,
    regions,
    remarks,
    return_reasons,
    review_branches,
    reviews,
    scores,
    self_evaluations,
    sessions,
    setup_tokens,
    snapshots,
    spent_states,
    users,
    workflow_settings,
)
from app.db.base import Table

NOUNS = (
    api_keys, audit_events, budgets, declarations, finding_answers, fund_lines, goals,
    idempotency_keys, identity_links, indicator_lines, login_attempts, organisations,
    password_records, projects, recovery_codes, regions, remarks, return_reasons, review_branches,
    reviews, scores, self_evaluations, sessions, setup_tokens, snapshots, spent_states, users,
    workflow_settings,
)  # fmt: skip

metadata = Table.metadata
