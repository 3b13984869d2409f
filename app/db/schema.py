"""All tables together, for the migrations."""

from app.db import (
    api_keys,
    budgets,
    declarations,
    finding_answers,
    fund_lines,
    goals,
    indicator_lines,
    organisations,
    projects,
    regions,
    remarks,
    return_reasons,
    reviews,
    scores,
    self_evaluations,
    sessions,
    snapshots,
    users,
    workflow_settings,
)
from app.db.base import Table

NOUNS = (
    api_keys, budgets, declarations, finding_answers, fund_lines, goals, indicator_lines,
    organisations, projects, regions, remarks, return_reasons, reviews, scores,
    self_evaluations, sessions, snapshots, users, workflow_settings,
)  # fmt: skip

metadata = Table.metadata
