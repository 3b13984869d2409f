"""A clock that tests set."""

from datetime import datetime


class Clock:
    """The time that a test says it is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now
