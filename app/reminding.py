"""The clock of reminders: a thread beside the requests that sends those whose moment has come.

Several processes may run one each: a reminder is locked while it is sent, and sent by one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from app.db.session import reading, writing
from app.services import reminder_deliveries
from app.sweeping import Sweeping


class Reminding(Sweeping):
    """Sends what waited for the end of quiet hours."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], every: timedelta) -> None:
        super().__init__("reminding", every)
        self._engine, self._clock = engine, clock

    def sweep(self) -> int:
        """Send or drop what is due now, each in its own transaction; how many there were."""
        count = 0
        while not self.stopping and self._any_due():
            with writing(self._engine) as session:
                if not reminder_deliveries.deliver_next(session, self._clock()):
                    break
            count += 1
        return count

    def _any_due(self) -> bool:
        with reading(self._engine) as session:
            return reminder_deliveries.any_due(session, self._clock())
