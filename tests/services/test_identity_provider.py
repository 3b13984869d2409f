"""The provider as it is spoken to: a real process, well behaved and not."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from app.domain.identities import Trouble
from app.oidc_settings import Oidc
from app.services.identity_provider import Provider, Secrets, Troubled
from tests.provider.running import running_provider

SECRETS = Secrets("s" * 48, "n" * 48, "v" * 48)
NUMBERS = count()
BACK = "http://testserver/login/oidc/return"


@pytest.fixture(scope="module")
def running():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def told(running, now):
    """Gives orders; the provider's clock is the test's own."""
    running.order(user="zhou", now=int(now.timestamp()))
    return lambda **orders: running.order(**{"user": "zhou", "now": int(now.timestamp())} | orders)


def fresh():
    """Secrets of a login of its own: the provider takes no nonce twice."""
    return replace(SECRETS, nonce=f"{next(NUMBERS):048}")


def code_of(provider, secrets):
    """A code as the browser brings it back."""
    answer = httpx2.get(provider.authorization_url(secrets, BACK))
    told = parse_qs(urlsplit(answer.headers["location"]).query)
    assert told["state"] == [secrets.state]
    provider.check_answerer(told["iss"][0])
    return told["code"][0]


def identity(provider, now, **other):
    secrets = fresh()
    code = code_of(provider, secrets)
    return provider.identity(now, replace(secrets, **other), code, BACK)


def trouble(provider, now, **other):
    with pytest.raises(Troubled) as refused:
        identity(provider, now, **other)
    return refused.value.trouble


def test_the_browser_is_sent_with_everything_that_binds_the_answer(running, told):
    provider = Provider(running.settings(factor_acr=frozenset({"gold"})))
    asked = parse_qs(urlsplit(provider.authorization_url(SECRETS, BACK)).query)
    assert asked.keys() == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
        "code_challenge", "code_challenge_method", "acr_values",
    }  # fmt: skip
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["acr_values"] == ["gold"]
    assert SECRETS.verifier not in str(asked)


def test_who_somebody_is_comes_from_token_and_userinfo(running, told, now):
    found = identity(Provider(running.settings()), now)
    assert (found.issuer, found.subject, found.username) == (running.issuer, "sub-zhou", "zhou")
    told(claims={"preferred_username": "zhou.xl"})
    assert identity(Provider(running.settings()), now).username == "zhou.xl"
    told(claims={"employee": " 0042 "}, down=["userinfo"])
    assert identity(Provider(running.settings(claim="employee")), now).username == "0042"


def test_an_address_counts_only_when_it_is_proven(running, told, now):
    provider = Provider(running.settings(claim="email"))
    told(claims={"email": "zhou@example.org"})
    assert identity(provider, now).username == ""
    told(claims={"email": "zhou@example.org", "email_verified": True})
    assert identity(provider, now).username == "zhou@example.org"


def test_a_public_client_needs_no_secret(now):
    with running_provider(secret="") as public:
        public.order(user="zhou", now=int(now.timestamp()))
        assert identity(Provider(public.settings()), now).subject == "sub-zhou"


@pytest.mark.parametrize(
    ("claims", "assured"),
    [
        ({}, False),
        ({"acr": "gold"}, True),
        ({"acr": "silver"}, False),
        ({"amr": ["pwd", "otp"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"acr": ["gold"]}, False),
    ],
)
def test_a_second_factor_counts_as_the_settings_say(running, told, now, claims, assured):
    told(claims=claims)
    factors = {"factor_acr": frozenset({"gold"}), "factor_amr": frozenset({"otp", "mfa"})}
    assert identity(Provider(running.settings(**factors)), now).assured is assured
    assert identity(Provider(running.settings()), now).assured is False


FORGED = {
    "another nonce": {"claims": {"nonce": "x" * 48}},
    "another issuer": {"claims": {"iss": "https://sso.example.org"}},
    "another audience": {"claims": {"aud": ["someone-else"]}},
    "another party": {"claims": {"aud": ["jixiao", "other"], "azp": "other"}},
    "expired": {"claims": {"exp": 1740967200 - 120}},
    "of the future": {"claims": {"iat": 2000000000}},
    "without an end": {"claims": {"exp": None}},
    "no subject": {"claims": {"sub": ""}},
    "a subject that is no text": {"claims": {"sub": 7}},
    "another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "a stranger's key": {"stranger": True},
    "an unknown key": {"header": {"kid": "nobody"}},
    "no signature": {"unsigned": True},
}


@pytest.mark.parametrize("orders", FORGED.values(), ids=FORGED.keys())
def test_a_token_that_does_not_hold_is_not_taken(running, told, now, orders):
    told(**orders)
    assert trouble(Provider(running.settings()), now) is Trouble.UNTRUSTED


def test_a_token_signed_with_the_clients_secret_is_not_taken(running, told, now):
    for offered in (["RS256"], ["HS256", "none"], ["RS256", "HS256"]):
        told(symmetric=True, document={"id_token_signing_alg_values_supported": offered})
        assert trouble(Provider(running.settings()), now) is Trouble.UNTRUSTED
    told(document={"id_token_signing_alg_values_supported": ["HS256"]})
    assert trouble(Provider(running.settings()), now) is Trouble.UNTRUSTED


def test_clocks_may_differ_by_a_minute(running, told, now):
    provider = Provider(running.settings())
    for skew in (-59, 59):
        told(now=int(now.timestamp()) + skew, claims={})
        assert identity(provider, now).subject == "sub-zhou"
    told(now=int(now.timestamp()) + 120)
    assert trouble(provider, now) is Trouble.UNTRUSTED
    told(now=int((now - timedelta(minutes=7)).timestamp()))
    assert trouble(provider, now) is Trouble.UNTRUSTED


def test_a_wrong_verifier_or_secret_opens_nothing(running, told, now):
    provider = Provider(running.settings())
    assert trouble(provider, now, verifier="w" * 48) is Trouble.UNTRUSTED
    wrong = Oidc(issuer=running.issuer, client_id="jixiao", client_secret="wrong")
    assert trouble(Provider(wrong), now) is Trouble.UNTRUSTED


def test_a_code_is_good_once(running, told, now):
    provider = Provider(running.settings())
    secrets = fresh()
    code = code_of(provider, secrets)
    assert provider.identity(now, secrets, code, BACK)
    with pytest.raises(Troubled) as refused:
        provider.identity(now, secrets, code, BACK)
    assert refused.value.trouble is Trouble.UNTRUSTED


def test_a_new_key_is_fetched_when_a_token_names_it(running, told, now):
    provider = Provider(running.settings())
    assert identity(provider, now)
    told(rotate=True)
    assert identity(provider, now).subject == "sub-zhou"


def test_an_answer_in_another_name_is_refused(running, told):
    provider = Provider(running.settings())
    for issuer in ("", "https://sso.example.org"):
        with pytest.raises(Troubled):
            provider.check_answerer(issuer)
    told(document={"authorization_response_iss_parameter_supported": False})
    silent = Provider(running.settings())
    silent.check_answerer("")
    with pytest.raises(Troubled):
        silent.check_answerer("https://sso.example.org")


def test_userinfo_of_another_person_is_refused(running, told, now):
    told(userinfo={"sub": "sub-wang", "preferred_username": "wang"})
    assert trouble(Provider(running.settings()), now) is Trouble.UNTRUSTED


@pytest.mark.parametrize("part", ["discovery", "keys", "token", "userinfo"])
def test_a_provider_out_of_order_is_told_as_such(running, told, now, part):
    told(down=[part])
    assert trouble(Provider(running.settings()), now) is Trouble.DOWN


def test_a_provider_that_is_not_there_is_told_as_such(now):
    gone = Provider(Oidc(issuer="http://127.0.0.1:9", client_id="jixiao"))
    with pytest.raises(Troubled) as refused:
        gone.authorization_url(SECRETS, BACK)
    assert refused.value.trouble is Trouble.DOWN
    assert gone.logout_url("token", BACK) == ""


def test_its_last_word_serves_while_it_is_down(running, told):
    moments = [0]
    provider = Provider(running.settings(), timer=lambda: moments[0])
    provider.authorization_url(SECRETS, BACK)
    told(down=["discovery"])
    moments[0] += 2 * 3600 * 10**9
    assert provider.authorization_url(SECRETS, BACK).startswith(running.issuer)


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://sso.example.org"},
        {"token_endpoint": "http://sso.example.org/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_document_that_cannot_be_trusted_is_not_used(running, told, document):
    told(document=document)
    with pytest.raises(Troubled):
        Provider(running.settings()).authorization_url(SECRETS, BACK)


def test_leaving_there_too_where_the_provider_offers_it(running, told):
    url = Provider(running.settings()).logout_url("the-token", "http://testserver/login")
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{running.issuer}/leave?")
    assert asked["id_token_hint"] == ["the-token"]
    assert asked["post_logout_redirect_uri"] == ["http://testserver/login"]
    for end in (None, "http://sso.example.org/leave"):
        told(document={"end_session_endpoint": end})
        assert Provider(running.settings()).logout_url("the-token", BACK) == ""
