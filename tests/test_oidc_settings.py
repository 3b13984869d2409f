"""What the environment says of a provider, and what is refused at the start."""

import pytest

from app.oidc_settings import ADMINISTRATOR, Oidc, from_environment, secure
from app.settings import SettingsError

GIVEN = {"JIXIAO_OIDC_ISSUER": "https://sso.example.org", "JIXIAO_OIDC_CLIENT_ID": "jixiao"}


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "client.secret"
    path.write_text("given by the provider\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_it_is_off_by_default():
    assert from_environment({}) is None
    assert from_environment({"JIXIAO_OIDC_ISSUER": ""}) is None


def test_what_is_not_said_is_careful():
    assert from_environment(GIVEN) == Oidc(
        issuer="https://sso.example.org",
        client_id="jixiao",
        client_secret="",
        label="统一身份认证登录",
        scopes="openid profile",
        claim="preferred_username",
        linking=ADMINISTRATOR,
        factor_acr=frozenset(),
        factor_amr=frozenset(),
    )


def test_every_variable_is_honoured(secret):
    made = from_environment(
        GIVEN
        | {
            "JIXIAO_OIDC_CLIENT_SECRET_FILE": str(secret),
            "JIXIAO_OIDC_LABEL": "政务云登录",
            "JIXIAO_OIDC_SCOPES": "profile email",
            "JIXIAO_OIDC_CLAIM": "employee_number",
            "JIXIAO_OIDC_LINKING": "username",
            "JIXIAO_OIDC_FACTOR_ACR": "gold, platinum",
            "JIXIAO_OIDC_FACTOR_AMR": "mfa,,otp ",
        }
    )
    assert made is not None
    assert (made.client_secret, made.label) == ("given by the provider", "政务云登录")
    assert (made.scopes, made.claim, made.linking) == (
        "openid profile email", "employee_number", "username",
    )  # fmt: skip
    assert (made.factor_acr, made.factor_amr) == ({"gold", "platinum"}, {"mfa", "otp"})
    assert "given by the provider" not in repr(made)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"JIXIAO_OIDC_ISSUER": "http://sso.example.org"}, "https://"),
        ({"JIXIAO_OIDC_ISSUER": "sso.example.org"}, "https://"),
        ({"JIXIAO_OIDC_ISSUER": ""}, "还缺统一身份认证的地址"),
        ({"JIXIAO_OIDC_CLIENT_ID": " "}, "JIXIAO_OIDC_CLIENT_ID"),
        ({"JIXIAO_OIDC_LINKING": "anyone"}, "administrator、username"),
        ({"JIXIAO_OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"}, "读不出来"),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(changed, says):
    with pytest.raises(SettingsError, match=says):
        from_environment(GIVEN | changed)


def test_a_secret_that_others_can_read_or_that_is_none_is_refused(secret):
    given = GIVEN | {"JIXIAO_OIDC_CLIENT_SECRET_FILE": str(secret)}
    secret.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        from_environment(given)
    secret.chmod(0o600)
    for content in (b"", b" \n", b"\xff\xfe"):
        secret.write_bytes(content)
        with pytest.raises(SettingsError, match="客户端密钥文件"):
            from_environment(given)


@pytest.mark.parametrize(
    ("address", "fit"),
    [
        ("https://sso.example.org/realms/a", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost/x", True),
        ("http://[::1]:80", True),
        ("http://sso.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("https://user@sso.example.org", False),
        ("https://sso.example.org#x", False),
        ("https://", False),
        ("https://[", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_only_https_or_this_machine(address, fit):
    assert secure(address) is fit
