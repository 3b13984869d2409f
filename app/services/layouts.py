"""Official layouts of forms (表式), read once from their files and found for an edition."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from app.domain import layouts as domain
from app.domain.layouts import Layout
from app.domain.standards import Standard
from app.domain.tables import TableError

FOLDER = "app.layouts"


@lru_cache(maxsize=1)
def layouts() -> tuple[Layout, ...]:
    """Every layout shipped; raises TableError for a faulty file."""
    return load(files(FOLDER))


def load(folder: Traversable) -> tuple[Layout, ...]:
    """The layouts of a folder: one folder a standard, one dated TOML file a layout."""
    return tuple(
        _layout(f"{standard.name}/{file.name}", file)
        for standard in sorted(folder.iterdir(), key=lambda item: item.name)
        if standard.is_dir()
        for file in sorted(standard.iterdir(), key=lambda item: item.name)
        if file.name.endswith(".toml")
    )


def of_edition(standard: Standard) -> Layout:
    """The layout that forms of an edition are printed in: of its region, or the nearest above.

    Raises NoLayout where not even the whole country has one for the kind.
    """
    return domain.in_force(layouts(), standard.region, standard.kind, standard.edition)


def _layout(name: str, file: Traversable) -> Layout:
    try:
        layout = domain.parse(tomllib.loads(file.read_text(encoding="utf-8")))
    except (TableError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"{name}: {error}") from error
    if f"{layout.effective_from}.toml" != name.rpartition("/")[2]:
        raise TableError(f"{name}: effective_from must be the day in the name of the file")
    return layout
