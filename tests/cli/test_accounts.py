"""`jixiao user` and `jixiao key`: what they make lets somebody in."""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.serving import database
from app.db import identity_links
from app.domain.actors import Role
from app.errors import Unauthenticated
from app.services import accounts
from app.settings import from_environment
from tests.cli.conftest import Run
from tests.factories import make_organisation

PASSWORD = "Maple-River-2031"
ZHANG = ("user", "zhang.min", "--name", "张敏", "--role", "filler", "--organisation", "YB-01")


@pytest.fixture
def unit(run: Run) -> None:
    """The configured database holds one unit."""
    with database(from_environment()) as session:
        make_organisation(session, code="YB-01", name="医疗保险中心")


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))


def test_a_user_may_log_in(run: Run, unit: None) -> None:
    status, out, _ = run(*ZHANG, "--password-stdin")
    assert status == 0
    assert out == "已建立账号 zhang.min（张敏，经办人，医疗保险中心）。\n"
    with database(from_environment()) as session:
        token = accounts.log_in(session, datetime.now(UTC), "zhang.min", PASSWORD)
        actor = accounts.actor_of_token(session, datetime.now(UTC), token)
    assert actor is not None
    assert (actor.name, actor.role) == ("张敏", Role.FILLER)


def test_a_password_is_made_up_and_shown_once(run: Run, unit: None, data_dir: Path) -> None:
    status, out, err = run(*ZHANG)
    password = out.splitlines()[1].removeprefix("初始密码：")
    assert status == 0
    assert err == "初始密码 7 天内有效，只能登录一次，登录后须立即修改。\n"
    with database(from_environment()) as session:
        assert accounts.log_in(session, datetime.now(UTC), "zhang.min", password)
        with pytest.raises(Unauthenticated, match="已经用过一次"):
            accounts.log_in(session, datetime.now(UTC), "zhang.min", password)
    for file in data_dir.iterdir():
        assert password.encode() not in file.read_bytes()


def test_an_account_is_changed_and_its_sessions_end(run: Run, unit: None) -> None:
    run(*ZHANG, "--password-stdin")
    with database(from_environment()) as session:
        token = accounts.log_in(session, datetime.now(UTC), "zhang.min", PASSWORD)
    status, out, _ = run("account", "zhang.min", "--new-password", "--role", "unit_lead")
    assert status == 0
    with database(from_environment()) as session:
        assert accounts.actor_of_token(session, datetime.now(UTC), token) is None
        password = out.splitlines()[1].removeprefix("初始密码：")
        token = accounts.log_in(session, datetime.now(UTC), "zhang.min", password)
        holder = accounts.holder_of_token(session, datetime.now(UTC), token)
        assert holder is not None
        assert holder.actor.role is Role.UNIT_LEAD
    assert run("account", "zhang.min", "--active", "off").status == 0
    with database(from_environment()) as session:
        assert accounts.actor_of_token(session, datetime.now(UTC), token) is None
    assert "没有账号 nobody" in run("account", "nobody", "--active", "off").err


def test_an_account_is_linked_to_the_provider_and_unlinked(
    run: Run, unit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*ZHANG, "--password-stdin")
    without = run("account", "zhang.min", "--link", "s-1")
    assert (without.status, "JIXIAO_OIDC_ISSUER" in without.err) == (2, True)
    monkeypatch.setenv("JIXIAO_OIDC_ISSUER", "https://sso.example.org")
    monkeypatch.setenv("JIXIAO_OIDC_CLIENT_ID", "jixiao")
    assert run("account", "zhang.min", "--link", "s-1").status == 0
    with database(from_environment()) as session:
        link = identity_links.of_identity(session, "https://sso.example.org", "s-1")
        assert link is not None
        assert link.user_id == accounts.by_username(session, "zhang.min").id
    assert "已经关联过" in run("account", "zhang.min", "--link", "s-2").err
    assert run("account", "zhang.min", "--unlink", "--link", "s-2").status == 0
    assert run("account", "zhang.min", "--unlink").status == 0
    assert "没有关联" in run("account", "zhang.min", "--unlink").err


def test_a_name_is_taken_once(run: Run, unit: None, monkeypatch: pytest.MonkeyPatch) -> None:
    run(*ZHANG, "--password-stdin")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    status, _, err = run(*ZHANG, "--password-stdin")
    assert (status, err) == (2, "账号 zhang.min 已有人使用，请换一个。\n")


def test_a_short_password_is_refused(run: Run, unit: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    status, _, err = run(*ZHANG, "--password-stdin")
    assert status == 2
    assert "密码至少 12 个字符" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("user", "a", "--name", "甲", "--role", "filler"), "缺少 --organisation"),
        (("user", "a", "--name", "甲", "--role", "king", "--organisation", "O"), "--role 不能是"),
        (("user", "a", "--name", "甲", "--role", "system", "--organisation", "O"), "--role 不能是"),
        (("user", " ", "--name", "甲", "--role", "filler", "--organisation", "O"), "账号应有"),
        (("key", "甲", "--organisation", "O", "--scopes", "all"), "权限只能是"),
        (("key", "甲", "--organisation", "O"), "没有代码为 O 的单位"),
    ],
)
def test_what_cannot_be_is_told(run: Run, words: tuple[str, ...], says: str) -> None:
    status, _, err = run(*words)
    assert status == 2
    assert says in err


def test_a_key_is_printed_once_and_works(run: Run, unit: None, data_dir: Path) -> None:
    status, out, err = run(
        "key", "一体化系统", "--organisation", "YB-01", "--scopes", "score, read"
    )
    key = out.strip()
    assert status == 0
    assert key not in err
    with database(from_environment()) as session:
        actor = accounts.actor_of_key(session, key)
    assert actor is not None
    assert actor.scopes == {"read", "score"}
    for file in data_dir.iterdir():
        assert key.encode() not in file.read_bytes()
