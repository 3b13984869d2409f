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
    scores,
    self_evaluations,
    sessions,
    snapshots,
    users,
)
from app.db.base import Table

NOUNS = (
    api_keys, budgets, declarations, finding_answers, fund_lines, goals, indicator_lines,
    organisations, projects, regions, scores, self_evaluations, sessions, snapshots, users,
)  # fmt: skip

metadata = Table.metadata
