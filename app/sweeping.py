"""Work beside the requests: a thread that looks for it again and again and does what is due.

Several processes may run one each: whoever takes work locks it or leases it in the database.
"""

import logging
from abc import ABC, abstractmethod
from datetime import timedelta
from threading import Event, Thread
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from app.errors import AppError

log = logging.getLogger(__name__)


class Sweeping(ABC):
    """Does what is due: once by `sweep`, or again and again while it is entered.

    `every` is the time between two looks, `stops_within` how many seconds the piece of work at
    hand is given to end.
    """

    def __init__(self, name: str, every: timedelta, stops_within: float = 10) -> None:
        self._name, self._every, self._stops_within = name, every, stops_within
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    @property
    def stopping(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._stopped.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let the piece of work at hand be finished, then no more."""
        self._stopped.set()
        self._thread.join(timeout=self._stops_within)

    @abstractmethod
    def sweep(self) -> int:
        """Do what is due now; how many pieces of work there were."""

    def _run(self) -> None:
        while not self._stopped.wait(self._every.total_seconds()):
            try:
                self.sweep()
            except (AppError, SQLAlchemyError) as error:
                # What waits stays in its table: a later look finds it, or its lease ends.
                log.warning("%s: put off: %s", self._name, type(error).__name__)
