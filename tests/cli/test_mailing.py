"""jixiao mail-test: one letter by the settings of the environment."""

import pytest

from tests.mail_server import LOGIN, PASSWORD, Post, authority, free_port, serving


@pytest.fixture
def environment(monkeypatch):
    def name(**given):
        given = {
            "JIXIAO_SMTP_FROM": "jixiao@example.gov.cn",
            "JIXIAO_SMTP_HOST": "127.0.0.1",
        } | given
        given.setdefault("JIXIAO_PUBLIC_URL", "https://jixiao.example.gov.cn/")
        for variable, value in given.items():
            monkeypatch.setenv(variable, str(value))

    return name


def test_it_arrives_with_login_over_starttls(run, environment, tmp_path):
    context, file = authority(tmp_path)
    secret = tmp_path / "password"
    secret.write_bytes(PASSWORD + b"\n")
    secret.chmod(0o600)
    post = Post()
    with serving(post, context=context, login=True) as port:
        environment(
            JIXIAO_SMTP_PORT=port,
            JIXIAO_SMTP_CA_FILE=file,
            JIXIAO_SMTP_USER=LOGIN.decode(),
            JIXIAO_SMTP_PASSWORD_FILE=secret,
        )
        done = run("mail-test", "someone@example.gov.cn")
    assert done.status == 0
    assert "已收下给 someone@example.gov.cn 的测试邮件" in done.out
    assert PASSWORD.decode() not in done.out + done.err
    assert post.taken[0]["subject"] == "测试邮件"
    assert "https://jixiao.example.gov.cn\r\n" in post.taken[0].get_content()


def test_it_says_why_not(run, environment):
    environment(JIXIAO_SMTP_PORT=free_port(), JIXIAO_SMTP_SECURITY="none")
    away = run("mail-test", "someone@example.gov.cn")
    assert (away.status, "没有发出：邮件服务器连接不上" in away.out) == (1, True)
    with serving(Post(to_recipient="550 no such user")) as port:
        environment(JIXIAO_SMTP_PORT=port, JIXIAO_SMTP_SECURITY="none")
        refused = run("mail-test", "someone@example.gov.cn")
    assert refused.status == 1
    assert "不接受收件地址" in refused.out
    assert "550 no such user" in refused.out


def test_without_a_server_or_an_address(run):
    assert run("mail-test", "someone@example.gov.cn").status == 2
    assert "邮箱地址请写成" in run("mail-test", "someone").err
