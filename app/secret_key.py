"""The server's own key: made at the first start, kept in a file that only its owner can read.

Tokens of forms, recovery codes and the secrets of second factors hang on it: it belongs into
the backup, apart from the database.
"""

import os
import secrets
import stat
from pathlib import Path

from app.settings import Settings, SettingsError

NAME = "secret.key"
BYTES = 32
# What examples and images have carried; a key that everybody knows is none.
DEFAULTS = frozenset({b"changeme", b"change-me", b"secret", b"insecure", b"default", b"password"})


def load(settings: Settings) -> bytes:
    """The key; raises SettingsError for one that others can read, that is short, or well known."""
    if settings.secret_key_file is not None:
        return _read(settings.secret_key_file)
    path = settings.data_dir / NAME
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Write a new key; when two processes begin at once, the first one's stays."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(BYTES).encode())
        try:
            os.link(own, path)
        except FileExistsError:
            return
        finally:
            own.unlink()
    except OSError as error:
        raise SettingsError(f"密钥文件 {path} 不能写入（{error.strerror}）") from error


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        key = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"密钥文件 {path} 读不出来（{error.strerror}）") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(f"密钥文件 {path} 能被其他用户读取或修改，请运行 chmod 600 {path}")
    known = key.lower().startswith(tuple(DEFAULTS))
    if known or len(key) < BYTES or len(set(key)) < 8:
        raise SettingsError(
            f"密钥文件 {path} 中的密钥过短或人尽皆知：请删去它并重新启动，由程序生成新的；"
            "或写入至少 32 个随机字符"
        )
    return key
