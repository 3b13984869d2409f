"""Login by a standard provider (统一身份认证): what the environment says of it; off by default."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.settings_error import SettingsError

# How an account of the provider finds one of this system.
ADMINISTRATOR, USERNAME = "administrator", "username"
LINKINGS = (ADMINISTRATOR, USERNAME)
LABEL, SCOPES, CLAIM = "统一身份认证登录", "openid profile", "preferred_username"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """One provider: where it is, what this system is called there, what is believed of it.

    `claim` names the user; `factor_acr` and `factor_amr` are what the provider says of a login
    that counts as two factors.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    label: str = LABEL
    scopes: str = SCOPES
    claim: str = CLAIM
    linking: str = ADMINISTRATOR
    factor_acr: frozenset[str] = frozenset()
    factor_amr: frozenset[str] = frozenset()


def from_environment(environ: Mapping[str, str]) -> Oidc | None:
    """The provider that the environment names, None where it names none; raises SettingsError."""
    issuer = environ.get("JIXIAO_OIDC_ISSUER", "").strip()
    if not issuer:
        _refuse_half(environ)
        return None
    if not secure(issuer):
        raise SettingsError(f"JIXIAO_OIDC_ISSUER 应是 https:// 开头的地址，现在是 {issuer}")
    client_id = environ.get("JIXIAO_OIDC_CLIENT_ID", "").strip()
    if not client_id:
        raise SettingsError("请在 JIXIAO_OIDC_CLIENT_ID 写明本系统在统一身份认证中的客户端编号")
    linking = environ.get("JIXIAO_OIDC_LINKING") or ADMINISTRATOR
    if linking not in LINKINGS:
        choices = "、".join(LINKINGS)
        raise SettingsError(f"JIXIAO_OIDC_LINKING 应是 {choices} 之一，现在是 {linking}")
    return Oidc(
        issuer=issuer,
        client_id=client_id,
        client_secret=_secret(environ.get("JIXIAO_OIDC_CLIENT_SECRET_FILE", "")),
        label=environ.get("JIXIAO_OIDC_LABEL") or LABEL,
        scopes=_scopes(environ.get("JIXIAO_OIDC_SCOPES") or SCOPES),
        claim=environ.get("JIXIAO_OIDC_CLAIM") or CLAIM,
        linking=linking,
        factor_acr=_words(environ.get("JIXIAO_OIDC_FACTOR_ACR", "")),
        factor_amr=_words(environ.get("JIXIAO_OIDC_FACTOR_AMR", "")),
    )


def secure(address: str) -> bool:
    """Whether an address of the provider may be used: https, or http on this very machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def _refuse_half(environ: Mapping[str, str]) -> None:
    given = sorted(
        name for name, value in environ.items() if name.startswith("JIXIAO_OIDC_") and value
    )
    if given:
        raise SettingsError(f"写了 {'、'.join(given)}，还缺统一身份认证的地址 JIXIAO_OIDC_ISSUER")


def _secret(name: str) -> str:
    """The secret in a file that only its owner can read; without a file the client is public."""
    if not name:
        return ""
    path = Path(name)
    try:
        mode = path.stat().st_mode
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"客户端密钥文件 {path} 读不出来") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(f"客户端密钥文件 {path} 能被其他用户读取，请运行 chmod 600 {path}")
    if not secret:
        raise SettingsError(f"客户端密钥文件 {path} 是空的，请写入统一身份认证发放的密钥")
    return secret


def _scopes(text: str) -> str:
    words = text.split()
    return " ".join(words if "openid" in words else ["openid", *words])


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())
