"""A database file with the demo data, and a line of a draft in it to write to."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import col, select

from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.db.session import make_engine, migrate, reading, writing
from app.domain.workflow import State
from app.services import demo

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
FILLER, PASSWORD = "filler", "demo-2024"
# What is typed in turn, so that each save changes the cell and its score.
TYPED = ("96.00", "94.00")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a draft whose target is ≥95 %."""

    form_id: int
    line_id: int


@contextmanager
def demo_database(file: Path) -> Iterator[Engine]:
    """An engine on a new file, migrated and filled."""
    with engine_on(file) as engine:
        migrate(engine)
        with writing(engine) as session:
            demo.load(session, NOW)
        yield engine


@contextmanager
def engine_on(file: Path) -> Iterator[Engine]:
    """An engine on a file, disposed of in the end."""
    engine = make_engine(f"sqlite:///{file}")
    try:
        yield engine
    finally:
        engine.dispose()


def writable_place(engine: Engine) -> Place:
    """Such a line of the draft with the most rows."""
    rows = (
        select(IndicatorLine)
        .join(SelfEvaluation, col(SelfEvaluation.id) == col(IndicatorLine.self_evaluation_id))
        .where(SelfEvaluation.state == State.DRAFT)
        .order_by(col(IndicatorLine.id))
    )
    with reading(engine) as session:
        lines = session.exec(rows).all()
    longest, _ = Counter(line.self_evaluation_id for line in lines).most_common(1)[0]
    return next(
        Place(longest, line.id)
        for line in lines
        if line.self_evaluation_id == longest and line.target.startswith("≥95")
    )
