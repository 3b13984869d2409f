"""The server's own key: made privately, refused when others can read it or everybody knows it."""

import secrets
import stat

import pytest

from app import secret_key
from app.main import create_app
from app.settings import Settings, SettingsError


@pytest.fixture
def settings(tmp_path):
    return Settings(database_url=f"sqlite:///{tmp_path / 'a.sqlite3'}", data_dir=tmp_path / "var")


def named(settings, tmp_path, content, mode=0o600):
    path = tmp_path / "own.key"
    path.write_bytes(content)
    path.chmod(mode)
    return Settings(database_url=settings.database_url, secret_key_file=path)


def test_the_first_start_makes_a_key_for_its_owner_alone(settings):
    key = secret_key.load(settings)
    path = settings.data_dir / secret_key.NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) == 64
    assert secret_key.load(settings) == key
    assert [file.name for file in settings.data_dir.iterdir()] == [secret_key.NAME]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_key_that_others_can_read_or_change_is_refused(settings, tmp_path, mode):
    with pytest.raises(SettingsError, match="chmod 600"):
        create_app(named(settings, tmp_path, secrets.token_bytes(32), mode))


@pytest.mark.parametrize(
    "content",
    [b"", b"short", b"changeme" * 8, b"secret" * 10, b"a" * 64, b"Insecure" + b"x1y2" * 9],
)
def test_a_key_that_is_none_is_refused(settings, tmp_path, content):
    with pytest.raises(SettingsError, match="人尽皆知"):
        create_app(named(settings, tmp_path, content))


def test_a_key_that_is_not_there_is_told(settings, tmp_path):
    given = Settings(database_url=settings.database_url, secret_key_file=tmp_path / "none.key")
    with pytest.raises(SettingsError, match="读不出来"):
        create_app(given)


def test_a_key_of_ones_own_is_taken(settings, tmp_path):
    content = secrets.token_hex(32).encode()
    assert secret_key.load(named(settings, tmp_path, content + b"\n")) == content


def test_an_unknown_policy_is_told_at_the_start(settings):
    wrong = Settings(
        database_url=settings.database_url, data_dir=settings.data_dir, password_profile="none"
    )
    with pytest.raises(SettingsError, match="dengbao"):
        create_app(wrong)
