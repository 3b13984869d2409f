"""Which way an indicator points: more is better, less is better, or neither."""

from enum import StrEnum


class Direction(StrEnum):
    """The sense in which an actual value meets its target (指标方向)."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    WITHIN = "within"
    BY_DATE = "by_date"
    NONE = "none"
