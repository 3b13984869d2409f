"""Event loops of the tests, each in a thread that is its own.

A browser that an earlier test drove goes on holding the loop of the thread that runs the tests.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class Loop:
    """A loop that stays from one call to the next."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="loop")
        self._runner = self._thread.submit(asyncio.Runner).result()

    def close(self) -> None:
        """End the loop and its thread."""
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What the work comes to."""
        return self._thread.submit(self._runner.run, work).result()


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """What the work comes to, in a loop of its own."""
    loop = Loop()
    try:
        return loop.run(work)
    finally:
        loop.close()
