"""Password profiles, read once from their files and looked up by name."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.domain.passwords import PasswordProfile, parse

DEFAULT = "dengbao"
FOLDER = "app.policies"
# The commonest passwords of the list that zxcvbn brings along, the commonest first.
WORLDWIDE = 3000


class UnknownProfile(ValueError):
    """No policy of that name; the message says in Chinese which ones there are."""


@lru_cache(maxsize=1)
def profiles() -> dict[str, PasswordProfile]:
    """Every profile shipped, by name; raises TableError for a faulty file."""
    folder = files(FOLDER) / "passwords"
    lines = (folder / "common.txt").read_text(encoding="utf-8").splitlines()
    own = (line for line in lines if line and not line.startswith("#"))
    common = frozenset((*own, *FREQUENCY_LISTS["passwords"][:WORLDWIDE]))
    return {
        name: parse(name, tomllib.loads(file.read_text(encoding="utf-8")), common)
        for file in sorted(folder.iterdir(), key=lambda item: item.name)
        if (name := file.name.removesuffix(".toml")) != file.name
    }


def profile(name: str = DEFAULT) -> PasswordProfile:
    """One profile; raises UnknownProfile."""
    found = profiles().get(name)
    if found is None:
        raise UnknownProfile(
            f"环境变量 JIXIAO_PASSWORD_PROFILE 可以是 {'、'.join(profiles())}，现在是 {name}"
        )
    return found
