"""The program with demo data, running in a process of its own while it is measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import Site
from bench.database import Place, engine_on, writable_place
from tests.running import running_app


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, a line of a draft that its filler may write to, and its database file."""

    site: Site
    place: Place
    database: Path


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The program on fresh data in that folder."""
    with running_app(folder) as address:
        database = folder / "jixiao.sqlite3"
        with engine_on(database) as engine:
            place = writable_place(engine)
        yield Served(Site(address), place, database)
