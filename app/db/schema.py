"""All tables together, for the migrations."""

from app.db import (
    api_keys,
    attachments,
    audit_events,
    budgets,
    declarations,
    delegations,
    filing_requests,
    filing_tasks,
    finding_answers,
    fund_lines,
    goals,
    grants,
    imports,
    indicator_lines,
    late_filings,
    login_attempts,
    mail_addresses,
    mails,
    messages,
    organisations,
    password_records,
    projects,
    recovery_codes,
    regions,
    remarks,
    reminder_templates,
    reminders,
    return_reasons,
    review_branches,
    reviews,
    scores,
    self_evaluations,
    sessions,
    setup_tokens,
    snapshots,
    thread_words,
    users,
    workflow_settings,
)
from app.db.base import Table

NOUNS = (
    api_keys, attachments, audit_events, budgets, declarations, delegations, filing_requests,
    filing_tasks, finding_answers, fund_lines, goals, grants, imports, indicator_lines,
    late_filings, login_attempts, mail_addresses, mails, messages, organisations,
    password_records, projects, recovery_codes, regions, remarks, reminder_templates, reminders,
    return_reasons, review_branches, reviews, scores, self_evaluations, sessions, setup_tokens,
    snapshots, thread_words, users, workflow_settings,
)  # fmt: skip

metadata = Table.metadata
