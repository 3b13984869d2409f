"""The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one process runs; `demo` is asked for by command, never by the environment."""

    database_url: str
    data_dir: Path = Path("var")
    secret_key_file: Path | None = None
    host: str = LOOPBACK
    port: int = 8000
    demo: bool = False
    session_idle: timedelta = timedelta(minutes=30)
    session_absolute: timedelta = timedelta(hours=12)

    def __post_init__(self) -> None:
        if self.demo and self.host != LOOPBACK:
            raise SettingsError(f"演示账户的密码是公开的，只能在本机 {LOOPBACK} 上提供服务")


class SettingsError(ValueError):
    """A setting that cannot be used; the message says in Chinese which one and how to mend it."""


def from_environment(environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Settings:
    """The settings that the environment names, with the defaults of the README."""
    data_dir = Path(environ.get("JIXIAO_DATA_DIR") or "var").resolve()
    secret_key_file = environ.get("JIXIAO_SECRET_KEY_FILE")
    return Settings(
        database_url=environ.get("JIXIAO_DATABASE_URL")
        or f"sqlite:///{data_dir / 'jixiao.sqlite3'}",
        data_dir=data_dir,
        secret_key_file=Path(secret_key_file) if secret_key_file else None,
        port=_port(environ.get("PORT") or "8000"),
        demo=demo,
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SettingsError(f"环境变量 PORT 应是 1 到 65535 的整数，现在是 {text}")
    return int(text)
