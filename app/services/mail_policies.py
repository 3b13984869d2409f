"""The policy of mail, read once from its file."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from app.domain.mails import MailPolicy, parse


@lru_cache(maxsize=1)
def policy() -> MailPolicy:
    """How mail is tried again and how addresses are verified; raises TableError."""
    file = files("app.policies") / "mail.toml"
    return parse(tomllib.loads(file.read_text(encoding="utf-8")))
