"""Many rows by one column at once, a few statements instead of one a row."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from app.db.base import Table

Row = TypeVar("Row", bound=Table)
# Databases bound the parameters of a statement.
AT_ONCE = 1000


def by_values(
    session: Session, table: type[Row], column: Any, values: Iterable[object], *, hold: bool = False
) -> list[Row]:
    """The rows whose column has one of the values; `hold` keeps them locked to the end."""
    wanted = sorted(set(values), key=str)
    found: list[Row] = []
    for first in range(0, len(wanted), AT_ONCE):
        rows = select(table).where(col(column).in_(wanted[first : first + AT_ONCE]))
        if hold:
            rows = rows.with_for_update().execution_options(populate_existing=True)
        found.extend(session.exec(rows))
    return found
