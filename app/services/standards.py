"""Editions of standards, read once from their files and looked up by name or by region."""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from app.domain import standards as domain
from app.domain.checks import faults
from app.domain.editions import parse
from app.domain.standards import Standard
from app.domain.tables import TableError
from app.errors import NotFound, Problem, Unacceptable

# A table that holds one of these keys stands for itself: it replaces the one it extends.
WHOLE = frozenset({"rule", "severity"})


@lru_cache(maxsize=1)
def editions() -> tuple[Standard, ...]:
    """Every edition shipped, by standard and date; raises TableError for a faulty file."""
    return load(files("app.standards"))


def load(folder: Traversable) -> tuple[Standard, ...]:
    """The editions of a folder: one folder a standard, one dated TOML file an edition."""
    sources = {
        f"{standard.name}/{file.name.removesuffix('.toml')}": file.read_text(encoding="utf-8")
        for standard in sorted(folder.iterdir(), key=lambda item: item.name)
        if standard.is_dir()
        for file in sorted(standard.iterdir(), key=lambda item: item.name)
        if file.name.endswith(".toml")
    }
    return tuple(_edition(name, sources) for name in sources)


def get(standard: str, edition: str | None = None) -> Standard:
    """One edition by name and date (YYYY-MM-DD), or the newest; raises NotFound."""
    named = [item for item in editions() if item.standard == standard]
    if edition is not None:
        named = [item for item in named if item.edition.isoformat() == edition]
    if not named:
        wanted = f"{standard} {edition}" if edition else standard
        raise NotFound(f"没有名为“{wanted}”的评分标准，可用列表见 /api/v1/standards")
    return max(named, key=lambda item: item.edition)


def in_force(region: str, kind: str, year: int, standard: str | None = None) -> Standard:
    """The edition in force at the end of a fiscal year; raises Unacceptable when none had begun.

    A self-evaluation is filled in after its year, so the last day decides.
    """
    known = [item for item in editions() if standard in (None, item.standard)]
    try:
        return domain.in_force(known, region, kind, date(year, 12, 31))
    except domain.NoStandardInForce as error:
        message = f"{year}年度没有适用的评分标准，请指明 standard 与 edition"
        raise Unacceptable([Problem("/fiscal_year", message, str(year))], message) from error


def _edition(name: str, sources: Mapping[str, str]) -> Standard:
    document = _whole(name, sources, ())
    folder, _, day = name.partition("/")
    try:
        edition = parse(document, _digest(name, sources))
    except TableError as error:
        raise TableError(f"{name}.toml: {error}") from error
    for fault in faults(edition):
        raise TableError(f"{name}.toml: {fault}")
    if (edition.standard, edition.edition.isoformat()) != (folder, day):
        raise TableError(f"{name}.toml: standard and effective_from must be {folder} and {day}")
    return edition


def _whole(name: str, sources: Mapping[str, str], heirs: tuple[str, ...]) -> dict[str, Any]:
    """A document with what it extends below it; tables merge, everything else replaces."""
    if name not in sources or name in heirs:
        raise TableError(f"{heirs[-1] if heirs else name}.toml: extends unknown edition {name!r}")
    try:
        own: dict[str, Any] = tomllib.loads(sources[name], parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"{name}.toml: {error}") from error
    if "extends" not in own:
        return own
    return _merged(_whole(str(own.pop("extends")), sources, (*heirs, name)), own)


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    whole = dict(base)
    for key, value in own.items():
        below = whole.get(key)
        if isinstance(below, dict) and isinstance(value, dict) and not value.keys() & WHOLE:
            whole[key] = _merged(below, value)
        else:
            whole[key] = value
    return whole


def _digest(name: str, sources: Mapping[str, str]) -> str:
    """SHA-256 over the file and everything it extends, so that a result names its figures."""
    digest = hashlib.sha256()
    link: str | None = name
    while link is not None:
        text = sources[link]
        digest.update(text.encode("utf-8"))
        link = tomllib.loads(text).get("extends")
    return digest.hexdigest()
