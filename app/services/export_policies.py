"""The policy of exports (导出) and the tables of open data, each read once from its file."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from app.domain import exports, open_data
from app.domain.exports import ExportPolicy
from app.domain.open_data import OpenTable

FOLDER = "app.policies"


@lru_cache(maxsize=1)
def policy() -> ExportPolicy:
    """Limits and times; raises TableError for a faulty file."""
    text = (files(FOLDER) / "exports.toml").read_text(encoding="utf-8")
    return exports.parse(tomllib.loads(text))


@lru_cache(maxsize=1)
def tables() -> tuple[OpenTable, ...]:
    """The tables of open data, in order; raises TableError for a faulty file."""
    text = (files(FOLDER) / "open_data.toml").read_text(encoding="utf-8")
    return open_data.parse(tomllib.loads(text))
