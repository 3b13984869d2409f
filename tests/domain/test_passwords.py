"""Password policies: what they ask, fault by fault."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.passwords import parse
from app.domain.tables import TableError

FIGURES = {
    "title": "等保三级", "basis": "GB/T 22239", "shortest": 12, "longest": 20, "classes": 3,
    "change_after_days": 90, "remembered": 5, "issued_days": 7, "barred_words": ["jixiao", "预算"],
}  # fmt: skip
COMMON = ("password", "woaini1314", "administrator")
POLICY = parse("dengbao", FIGURES, COMMON)
OWN = ("zhang.min", "张敏", "医保中心", "310000-YB")


@pytest.mark.parametrize(
    "password", ["Maple-River-9", "ab1-ab1-ab1-", "Aa1Aa1Aa1Aa1", "密码Aa三个字都很长abcd"]
)
def test_what_will_do(password):
    assert POLICY.faults(password, OWN) == ()


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "至少 12 个字符，现在是 0 个"),
        ("Aa1-Aa1-Aa1", "至少 12 个字符，现在是 11 个"),
        ("Aa1-" * 6, "最多 20 个字符，现在是 24 个"),
        ("mapleriver12", "至少要有 3 种，现在有 2 种"),
        ("mapleriverabc", "至少要有 3 种，现在有 1 种"),
        ("Maple-ZHANG-99", "“zhang”"),
        ("x-Zhang.Min-99", "“zhang.min”"),
        ("Maple-min-2031", "“min”"),
        ("Maple-张敏-2031", "“张敏”"),
        ("Maple-医保中心-31", "“医保中心”"),
        ("Maple-310000-aa", "“310000”"),
        ("JiXiao-River-9", "“jixiao”"),
        ("Maple-预算-2031", "“预算”"),
        ("Password2031!", "常见密码"),
        ("P@ssw0rd2031!!", "常见密码"),
        ("Admin1strator", "常见密码"),
        ("!!Administrator1", "常见密码"),
        ("Maple-River\x00-9", "控制字符"),
    ],
)
def test_what_will_not(password, says):
    assert says in " ".join(POLICY.faults(password, OWN))


def test_the_policy_is_told_before_anybody_types():
    assert POLICY.asks() == (
        "12 到 20 个字符，可以粘贴或由密码管理器填写",
        "小写字母、大写字母、数字、符号中至少有 3 种",
        "不含账号、姓名和单位名称，不是常见密码",
        "与最近 5 次用过的密码都不相同",
        "每 90 天更换一次",
    )


def test_a_policy_without_change_never_expires():
    lasting = parse("asvs", FIGURES | {"change_after_days": 0, "classes": 1, "remembered": 1}, ())
    moment = datetime(2025, 3, 3, tzinfo=UTC)
    assert lasting.expires_at(moment) is None
    assert POLICY.expires_at(moment) == moment + timedelta(days=90)
    assert len(lasting.asks()) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"shortest": 0}, {"longest": 11}, {"classes": 5}, {"change_after_days": -1},
     {"shortest": "12"}, {"shortness": 1}],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(TableError):
        parse("x", FIGURES | wrong, ())
