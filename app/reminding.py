"""The clock of reminders: a thread beside the requests that sends those whose moment has come.

Several processes may run one each: a reminder is locked while it is sent, and sent by one.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import reading, writing
from app.errors import AppError
from app.services import reminder_deliveries

log = logging.getLogger(__name__)
STOPS_WITHIN = 10


class Reminding:
    """Sends what waited for the end of quiet hours; `sweep` once, or `start` and `stop`."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], every: timedelta) -> None:
        self._engine, self._clock, self._every = engine, clock, every
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="reminding", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Let the reminder at hand be finished, then no more."""
        self._stopped.set()
        self._thread.join(timeout=STOPS_WITHIN)

    def sweep(self) -> int:
        """Send or drop what is due now, each in its own transaction; how many there were."""
        count = 0
        while not self._stopped.is_set() and self._any_due():
            with writing(self._engine) as session:
                if not reminder_deliveries.deliver_next(session, self._clock()):
                    break
            count += 1
        return count

    def _any_due(self) -> bool:
        with reading(self._engine) as session:
            return reminder_deliveries.any_due(session, self._clock())

    def _run(self) -> None:
        while not self._stopped.wait(self._every.total_seconds()):
            try:
                self.sweep()
            except (AppError, SQLAlchemyError) as error:
                # What waits stays where it is: the next look finds it again.
                log.warning("reminders: not sent for now: %s", type(error).__name__)
