"""When failed log-ins lock an account, and how long an address has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRules:
    """`failures` wrong passwords within `lock` lock the account for `lock`.

    An address that fails on many accounts waits twice as long after each failure beyond
    `free_failures`, up to `longest_wait`; a place that was let in within `known_for` does not.
    """

    failures: int = 5
    lock: timedelta = timedelta(minutes=15)
    known_for: timedelta = timedelta(days=30)
    free_failures: int = 20
    longest_wait: timedelta = timedelta(minutes=1)

    def locked_until(self, failed: Sequence[datetime]) -> datetime | None:
        """The end of the lock, from the times of failures, the newest first; None if there is none.

        The caller counts failures within the last `lock` only.
        """
        return failed[0] + self.lock if len(failed) >= self.failures else None

    def slowed_until(self, failed: Sequence[datetime]) -> datetime | None:
        """When an address may try again, from the times of its failures, the newest first."""
        beyond = len(failed) - self.free_failures
        if beyond < 0:
            return None
        wait = min(timedelta(seconds=2 ** min(beyond, 16)), self.longest_wait)
        return failed[0] + wait
