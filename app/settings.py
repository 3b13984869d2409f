"""The only reader of the environment."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from app import oidc_settings
from app.oidc_settings import Oidc
from app.settings_error import SettingsError

__all__ = ["Settings", "SettingsError"]

LOOPBACK = "127.0.0.1"
AUDIT_HASHES = ("sha256", "sm3")
# 网络安全法 第二十一条: logs are kept for not less than six months.
SHORTEST_AUDIT_MONTHS = 6
# OWASP ASVS 5.0 7.3.1 and 7.3.2, GB/T 22239 level 3: half an hour idle, half a day in all.
LONGEST_IDLE_MINUTES, LONGEST_SESSION_HOURS = 30, 12
SHORTEST_IDLE_MINUTES = 5
LOCAL_NAMES = ("localhost", LOOPBACK, "[::1]")


class Security(StrEnum):
    """How the way to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server, and the address of this service that links in letters begin with."""

    host: str
    port: int
    security: Security
    sender: str
    public_url: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one process runs; `demo` is asked for by command, never by the environment."""

    database_url: str
    data_dir: Path = Path("var")
    secret_key_file: Path | None = None
    host: str = LOOPBACK
    port: int = 8000
    demo: bool = False
    session_idle: timedelta = timedelta(minutes=20)
    session_absolute: timedelta = timedelta(hours=LONGEST_SESSION_HOURS)
    audit_hash: str = AUDIT_HASHES[0]
    audit_months: int = SHORTEST_AUDIT_MONTHS
    password_profile: str = "dengbao"  # noqa: S105 - the name of a policy
    login_failures: int = 5
    login_lock: timedelta = timedelta(minutes=15)
    # None of these: any name is answered. The environment's default names this machine only.
    allowed_hosts: tuple[str, ...] = ()
    largest_body: int = 2 * 1024 * 1024
    # Requests a minute from one caller; 0 sets no limit.
    logins_per_minute: int = 0
    api_per_minute: int = 0
    exports_per_minute: int = 0
    checks_per_minute: int = 0
    oidc: Oidc | None = None
    uploads_per_minute: int = 0
    # A clamd server or a command that looks at files before they are kept; "" is none.
    antivirus: str = ""
    antivirus_seconds: int = 30
    # Without a mail server people are told in the program alone.
    mail: MailSettings | None = None
    # What addresses begin with that leave the house: in letters and on documents; "" is unknown.
    public_url: str = ""

    def __post_init__(self) -> None:
        if self.demo and self.host != LOOPBACK:
            raise SettingsError(f"演示账户的密码是公开的，只能在本机 {LOOPBACK} 上提供服务")
        if self.audit_hash not in AUDIT_HASHES:
            choices = "、".join(AUDIT_HASHES)
            raise SettingsError(f"JIXIAO_AUDIT_HASH 应是 {choices} 之一，现在是 {self.audit_hash}")
        if self.audit_hash not in hashlib.algorithms_available:
            raise SettingsError(
                f"本机的密码库没有杂凑算法 {self.audit_hash}：请换用支持它的 OpenSSL，"
                "或把 JIXIAO_AUDIT_HASH 设为 sha256。"
            )
        if self.audit_months < SHORTEST_AUDIT_MONTHS:
            raise SettingsError(
                f"审计记录至少保存 {SHORTEST_AUDIT_MONTHS} 个月，"
                f"JIXIAO_AUDIT_MONTHS 现在是 {self.audit_months}"
            )


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
        audit_hash=(environ.get("JIXIAO_AUDIT_HASH") or AUDIT_HASHES[0]).lower(),
        audit_months=_months(environ.get("JIXIAO_AUDIT_MONTHS") or str(SHORTEST_AUDIT_MONTHS)),
        session_idle=timedelta(
            minutes=_whole(
                environ, "JIXIAO_IDLE_MINUTES", 20, SHORTEST_IDLE_MINUTES, LONGEST_IDLE_MINUTES
            )
        ),
        session_absolute=timedelta(
            hours=_whole(
                environ, "JIXIAO_SESSION_HOURS", LONGEST_SESSION_HOURS, 1, LONGEST_SESSION_HOURS
            )
        ),
        password_profile=environ.get("JIXIAO_PASSWORD_PROFILE") or "dengbao",
        login_failures=_whole(environ, "JIXIAO_LOGIN_FAILURES", 5, least=1),
        login_lock=timedelta(minutes=_whole(environ, "JIXIAO_LOCK_MINUTES", 15, least=1)),
        allowed_hosts=_hosts(environ.get("JIXIAO_ALLOWED_HOSTS", "")),
        largest_body=_whole(environ, "JIXIAO_LARGEST_BODY_KIB", 2048, least=64) * 1024,
        logins_per_minute=_whole(environ, "JIXIAO_LOGINS_PER_MINUTE", 120),
        api_per_minute=_whole(environ, "JIXIAO_API_PER_MINUTE", 60_000),
        exports_per_minute=_whole(environ, "JIXIAO_EXPORTS_PER_MINUTE", 60),
        checks_per_minute=_whole(environ, "JIXIAO_CHECKS_PER_MINUTE", 30),
        oidc=oidc_settings.from_environment(environ),
        uploads_per_minute=_whole(environ, "JIXIAO_UPLOADS_PER_MINUTE", 120),
        antivirus=environ.get("JIXIAO_ANTIVIRUS", "").strip(),
        antivirus_seconds=_whole(environ, "JIXIAO_ANTIVIRUS_SECONDS", 30, least=1),
        mail=_mail(environ),
        public_url=_public_url(environ.get("JIXIAO_PUBLIC_URL") or ""),
    )


def _mail(environ: Mapping[str, str]) -> MailSettings | None:
    """The mail server that the environment names; none without its host."""
    host = (environ.get("JIXIAO_SMTP_HOST") or "").strip()
    if not host:
        return None
    security = _security(environ.get("JIXIAO_SMTP_SECURITY") or Security.STARTTLS)
    user = environ.get("JIXIAO_SMTP_USER") or ""
    if user and security is Security.NONE:
        raise SettingsError(
            "JIXIAO_SMTP_SECURITY 设为 none 时密码会明文传送，不能设置 JIXIAO_SMTP_USER；"
            "请改用 starttls 或 tls"
        )
    ca_file = environ.get("JIXIAO_SMTP_CA_FILE")
    return MailSettings(
        host=host,
        port=_port(environ.get("JIXIAO_SMTP_PORT") or str(PORTS[security]), "JIXIAO_SMTP_PORT"),
        security=security,
        sender=_sender(environ.get("JIXIAO_SMTP_FROM") or ""),
        public_url=_public_url(environ.get("JIXIAO_PUBLIC_URL") or "", required=True),
        user=user,
        password=_password(environ.get("JIXIAO_SMTP_PASSWORD_FILE")) if user else "",
        ca_file=_readable(Path(ca_file), "JIXIAO_SMTP_CA_FILE") if ca_file else None,
    )


def _security(text: str) -> Security:
    try:
        return Security(text.strip().lower())
    except ValueError as error:
        choices = "、".join(Security)
        raise SettingsError(f"JIXIAO_SMTP_SECURITY 应是 {choices} 之一，现在是 {text}") from error


def _sender(text: str) -> str:
    local, _, host = text.strip().rpartition("@")
    if not (local and host and text.isascii() and not set(text.strip()) & set(" <>,;:\r\n\t")):
        raise SettingsError(
            "设置了 JIXIAO_SMTP_HOST 时，JIXIAO_SMTP_FROM 应写明发件地址，"
            f"如 jixiao@example.gov.cn，现在是 {text or '空'}"
        )
    return text.strip()


def _public_url(text: str, *, required: bool = False) -> str:
    """The address of this service as others reach it; "" where nobody named it."""
    parts = urlsplit(text.strip())
    bare = not (parts.query or parts.fragment or parts.path.strip("/"))
    if not (text.strip() or required):
        return ""
    if not (parts.scheme in ("http", "https") and parts.hostname and bare):
        when = "设置了 JIXIAO_SMTP_HOST 时，" if required else ""
        raise SettingsError(
            f"{when}JIXIAO_PUBLIC_URL 应写明本系统的网址，"
            f"如 https://jixiao.example.gov.cn，现在是 {text or '空'}"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _password(name: str | None) -> str:
    if not name:
        raise SettingsError(
            "设置了 JIXIAO_SMTP_USER 时，JIXIAO_SMTP_PASSWORD_FILE 应写明存放密码的文件"
        )
    path = _readable(Path(name), "JIXIAO_SMTP_PASSWORD_FILE")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SettingsError(f"密码文件 {path} 能被其他用户读取或修改，请运行 chmod 600 {path}")
    password = path.read_text(encoding="utf-8").strip("\r\n")
    if not password:
        raise SettingsError(f"密码文件 {path} 是空的，请写入邮件服务器的密码")
    return password


def _readable(path: Path, name: str) -> Path:
    if not (path.is_file() and os.access(path, os.R_OK)):
        raise SettingsError(f"{name} 指的文件 {path} 读不出来，请核对")
    return path


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len("9999")):
        raise SettingsError(f"环境变量 JIXIAO_AUDIT_MONTHS 应是月数（整数），现在是 {text}")
    return int(text)


def _hosts(text: str) -> tuple[str, ...]:
    """Names with commas between; this machine's own names are always among them."""
    given = (name.strip().lower() for name in text.split(","))
    return (*LOCAL_NAMES, *(name for name in given if name))


def _whole(
    environ: Mapping[str, str], name: str, default: int, least: int = 0, most: int = 10**7 - 1
) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most):
        within = f" {least} 到 {most} 的" if most < 1000 else f"不小于 {least} 的"
        raise SettingsError(f"环境变量 {name} 应是{within}整数，现在是 {text}")
    return int(text)


def _port(text: str, name: str = "PORT") -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SettingsError(f"环境变量 {name} 应是 1 到 65535 的整数，现在是 {text}")
    return int(text)
