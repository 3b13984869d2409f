"""One world a worker: made once, copied back after each write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Sqlite
from tests.matrix.stage import Stage


@pytest.fixture(scope="session")
def stage(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The program on its world."""
    with sqlite.fresh() as address:
        template = Path(address.removeprefix("sqlite:///"))
        made = Stage(tmp_path_factory.mktemp("matrix"), template)
        yield made
        made.close()
