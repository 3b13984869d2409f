from datetime import timedelta
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, from_environment


def test_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = from_environment({})
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'jixiao.sqlite3'}"
    assert (settings.data_dir, settings.port, settings.host) == (
        tmp_path / "var",
        8000,
        "127.0.0.1",
    )
    assert not settings.demo


EVERY = {
    "JIXIAO_DATABASE_URL": "postgresql://db/jixiao",
    "JIXIAO_SECRET_KEY_FILE": "/run/secrets/jixiao",
    "PORT": "9000",
    "JIXIAO_IDLE_MINUTES": "30",
    "JIXIAO_SESSION_HOURS": "8",
    "JIXIAO_PASSWORD_PROFILE": "asvs",
    "JIXIAO_LOGIN_FAILURES": "3",
    "JIXIAO_LOCK_MINUTES": "30",
    "JIXIAO_ALLOWED_HOSTS": "Jixiao.example.gov.cn, other",
    "JIXIAO_LARGEST_BODY_KIB": "1024",
    "JIXIAO_LOGINS_PER_MINUTE": "10",
    "JIXIAO_API_PER_MINUTE": "0",
    "JIXIAO_EXPORTS_PER_MINUTE": "5",
    "JIXIAO_CHECKS_PER_MINUTE": "3",
    "JIXIAO_PUBLIC_URL": "https://jixiao.example.gov.cn/",
}


def test_every_variable_is_honoured(tmp_path):
    settings = from_environment(EVERY | {"JIXIAO_DATA_DIR": str(tmp_path)}, demo=True)
    assert settings == Settings(
        database_url="postgresql://db/jixiao",
        data_dir=tmp_path,
        secret_key_file=Path("/run/secrets/jixiao"),
        port=9000,
        demo=True,
        session_idle=timedelta(minutes=30),
        session_absolute=timedelta(hours=8),
        password_profile="asvs",
        login_failures=3,
        login_lock=timedelta(minutes=30),
        allowed_hosts=("localhost", "127.0.0.1", "[::1]", "jixiao.example.gov.cn", "other"),
        largest_body=1024 * 1024,
        logins_per_minute=10,
        exports_per_minute=5,
        checks_per_minute=3,
        public_url="https://jixiao.example.gov.cn",
        uploads_per_minute=120,
    )


def test_an_empty_variable_is_an_absent_one():
    empty = dict.fromkeys(("JIXIAO_DATABASE_URL", "JIXIAO_DATA_DIR", "PORT"), "")
    assert from_environment(empty) == from_environment({})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０８０"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(SettingsError, match="PORT"):
        from_environment({"PORT": port})


@pytest.mark.parametrize("text", ["0", "-1", "five", "５", "1e3"])
def test_a_figure_that_is_none_is_refused(text):
    with pytest.raises(SettingsError, match="JIXIAO_LOGIN_FAILURES"):
        from_environment({"JIXIAO_LOGIN_FAILURES": text})


@pytest.mark.parametrize(
    ("name", "text", "range_"),
    [
        ("JIXIAO_IDLE_MINUTES", "4", "5 到 30"),
        ("JIXIAO_IDLE_MINUTES", "31", "5 到 30"),
        ("JIXIAO_SESSION_HOURS", "13", "1 到 12"),
    ],
)
def test_no_session_lasts_longer_than_the_rules_allow(name, text, range_):
    with pytest.raises(SettingsError, match=f"{name} 应是 {range_} 的整数"):
        from_environment({name: text})
    assert from_environment({}).session_idle == timedelta(minutes=20)


def test_the_demo_stays_on_this_machine():
    with pytest.raises(SettingsError, match="演示"):
        Settings(database_url="sqlite://", host="0.0.0.0", demo=True)


@pytest.mark.parametrize("months", ["5", "0", "-6", "half", "99999"])
def test_audit_records_are_kept_for_half_a_year_at_least(months):
    with pytest.raises(SettingsError, match="JIXIAO_AUDIT_MONTHS"):
        from_environment({"JIXIAO_AUDIT_MONTHS": months})


def test_audit_records_may_be_kept_longer_and_hashed_otherwise():
    settings = from_environment({"JIXIAO_AUDIT_MONTHS": "36", "JIXIAO_AUDIT_HASH": "SM3"})
    assert (settings.audit_months, settings.audit_hash) == (36, "sm3")
    assert (from_environment({}).audit_months, from_environment({}).audit_hash) == (6, "sha256")


def test_an_unknown_audit_hash_is_refused():
    with pytest.raises(SettingsError, match="sha256、sm3"):
        from_environment({"JIXIAO_AUDIT_HASH": "md5"})


def test_a_machine_without_sm3_says_what_to_do(monkeypatch):
    monkeypatch.setattr("hashlib.algorithms_available", {"sha256"})
    with pytest.raises(SettingsError, match=r"没有杂凑算法 sm3.*sha256"):
        from_environment({"JIXIAO_AUDIT_HASH": "sm3"})
