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


def test_every_variable_is_honoured(tmp_path):
    settings = from_environment(
        {
            "JIXIAO_DATABASE_URL": "postgresql://db/jixiao",
            "JIXIAO_DATA_DIR": str(tmp_path),
            "JIXIAO_SECRET_KEY_FILE": "/run/secrets/jixiao",
            "PORT": "9000",
        },
        demo=True,
    )
    assert settings == Settings(
        database_url="postgresql://db/jixiao",
        data_dir=tmp_path,
        secret_key_file=Path("/run/secrets/jixiao"),
        port=9000,
        demo=True,
    )


def test_an_empty_variable_is_an_absent_one():
    empty = dict.fromkeys(("JIXIAO_DATABASE_URL", "JIXIAO_DATA_DIR", "PORT"), "")
    assert from_environment(empty) == from_environment({})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０８０"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(SettingsError, match="PORT"):
        from_environment({"PORT": port})


def test_the_demo_stays_on_this_machine():
    with pytest.raises(SettingsError, match="演示"):
        Settings(database_url="sqlite://", host="0.0.0.0", demo=True)
