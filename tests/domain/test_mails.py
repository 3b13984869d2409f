"""Addresses that a letter can be sent to, and a policy that can work."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.mails import hidden, is_address, parse
from app.domain.messages import MESSAGE_LABELS, MessageKind, shortened
from app.domain.tables import TableError

SHIPPED = Path(__file__).parents[2] / "app" / "policies" / "mail.toml"


@pytest.mark.parametrize(
    "text", ["a@example.gov.cn", "zhang.min+jx@b-c.example.com", "x_1@localhost", "a'b@c.cn"]
)
def test_addresses(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a.@b.cn", ".a@b.cn", "a@b.cn\n",
     "a@[1.2.3.4]", "张@b.cn", "a@例子.cn", "a@b..cn", "a@b_c.cn", "a,b@c.cn", "a@c.cn>"],
)  # fmt: skip
def test_what_is_no_address(text):
    assert not is_address(text)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("zhou@example.gov.cn", "z***@example.gov.cn"), ("", ""), ("a@b", "a***@b")],
)
def test_an_address_as_others_see_it(address, shown):
    assert hidden(address) == shown


def shipped(**changed):
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8")) | changed


def test_the_shipped_policy_waits_longer_each_time():
    policy = parse(shipped())
    assert list(policy.waits) == sorted(policy.waits)
    assert policy.wait_after(1) == timedelta(minutes=1)
    assert policy.wait_after(len(policy.waits)) == policy.waits[-1]
    assert policy.wait_after(len(policy.waits) + 1) is None
    assert sum(policy.waits, timedelta()) < policy.keep


@pytest.mark.parametrize(
    "changed", [{"lease_seconds": 30}, {"batch": 0}, {"tries": 3}, {"keep_hours": "72"}]
)
def test_a_policy_that_cannot_work_is_refused(changed):
    with pytest.raises(TableError):
        parse(shipped(**changed))


def test_every_kind_of_message_has_its_word():
    assert set(MESSAGE_LABELS) == set(MessageKind)


@pytest.mark.parametrize(
    ("name", "shown"), [("项目", "项目"), ("甲" * 5, "甲" * 5), ("甲" * 6, "甲甲甲甲…")]
)
def test_names_fit_a_subject(name, shown):
    assert shortened(name, 5) == shown
