"""The policy of evidence (佐证材料), read once from its file."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from app.domain.attachments import AttachmentPolicy, parse
from app.domain.tables import Table

FOLDER, FILE = "app.policies", "attachments.toml"


@lru_cache(maxsize=1)
def policy() -> AttachmentPolicy:
    """What is taken as evidence; raises TableError for a faulty file."""
    text = (files(FOLDER) / FILE).read_text(encoding="utf-8")
    return parse(Table(tomllib.loads(text)))
