"""The mail server by the environment: off unless named, and refused when it cannot be meant so."""

import pytest

from app.settings import Security, SettingsError, from_environment

USUAL = {
    "JIXIAO_SMTP_HOST": "mail.example.gov.cn",
    "JIXIAO_SMTP_FROM": "jixiao@example.gov.cn",
    "JIXIAO_PUBLIC_URL": "https://jixiao.example.gov.cn/",
}


def mail(**given):
    return from_environment(USUAL | {f"JIXIAO_{name}": value for name, value in given.items()}).mail


def test_off_unless_a_host_is_named():
    assert from_environment({}).mail is None
    assert from_environment(USUAL | {"JIXIAO_SMTP_HOST": " "}).mail is None


def test_encrypted_unless_told_otherwise():
    settings = mail()
    assert (settings.host, settings.port, settings.security) == (
        "mail.example.gov.cn", 587, Security.STARTTLS,
    )  # fmt: skip
    assert settings.public_url == "https://jixiao.example.gov.cn"
    assert (mail(SMTP_SECURITY="TLS").port, mail(SMTP_SECURITY="none").port) == (465, 25)
    assert mail(SMTP_PORT="2525").port == 2525


def test_the_password_comes_from_a_file_of_its_owner(tmp_path):
    file = tmp_path / "password"
    file.write_text("geheim zeichen\n", encoding="utf-8")
    file.chmod(0o600)
    settings = mail(SMTP_USER="jixiao", SMTP_PASSWORD_FILE=str(file))
    assert settings.password == "geheim zeichen"
    assert "geheim" not in repr(settings)
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        mail(SMTP_USER="jixiao", SMTP_PASSWORD_FILE=str(file))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SMTP_SECURITY": "ssl"}, "starttls、tls、none"),
        ({"SMTP_PORT": "0"}, "JIXIAO_SMTP_PORT"),
        ({"SMTP_FROM": ""}, "JIXIAO_SMTP_FROM"),
        ({"SMTP_FROM": "绩效 <a@b>"}, "JIXIAO_SMTP_FROM"),
        ({"SMTP_FROM": "a@b\r\nBcc: c@d"}, "JIXIAO_SMTP_FROM"),
        ({"PUBLIC_URL": ""}, "JIXIAO_PUBLIC_URL"),
        ({"PUBLIC_URL": "jixiao.example.gov.cn"}, "JIXIAO_PUBLIC_URL"),
        ({"PUBLIC_URL": "https://a.cn/under"}, "JIXIAO_PUBLIC_URL"),
        ({"SMTP_USER": "u"}, "JIXIAO_SMTP_PASSWORD_FILE"),
        ({"SMTP_USER": "u", "SMTP_PASSWORD_FILE": "/nowhere/at/all"}, "读不出来"),
        ({"SMTP_USER": "u", "SMTP_SECURITY": "none"}, "明文"),
        ({"SMTP_CA_FILE": "/nowhere/at/all"}, "JIXIAO_SMTP_CA_FILE"),
    ],
)
def test_what_cannot_be_meant_so_is_refused_by_its_name(given, words):
    with pytest.raises(SettingsError, match=words):
        mail(**given)


def test_an_empty_password_file_is_refused(tmp_path):
    file = tmp_path / "password"
    file.touch(mode=0o600)
    with pytest.raises(SettingsError, match="空"):
        mail(SMTP_USER="u", SMTP_PASSWORD_FILE=str(file))
