from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.numbers import plain
from app.domain.targets import Comparator, Target, TargetKind

YEAR = 2024
FORM_SIGNS = (
    "≥≤<>=≧≦═＝％%0123456789.,-~至()（）年月日前内以上下约余人万亿元/每亩季度达到不低于超过个"
)


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit"),
    [
        # signs
        ("≥95.00(%)", "≥", "95.00", "%"),
        (">=95%", "≥", "95", "%"),
        ("=>95%", "≥", "95", "%"),
        ("≧95%", "≥", "95", "%"),
        ("═100％", "=", "100", "%"),
        ("＝１００％", "=", "100", "%"),
        ("≦5%", "≤", "5", "%"),
        ("<=5%", "≤", "5", "%"),
        ("﹥3个", ">", "3", "个"),
        ("＜3次", "<", "3", "次"),
        ("=1.00(次/季)", "=", "1.00", "次/季"),
        ("=0.00(次)", "=", "0.00", "次"),
        ("≤180.00(分\n钟)", "≤", "180.00", "分钟"),
        ("≤60.00(工作\r\n日)", "≤", "60.00", "工作日"),
        ("≤300(元/人*月)", "≤", "300", "元/人*月"),
        ("≤300元/(人·月)", "≤", "300", "元/人·月"),
        ("≥-5%", "≥", "-5", "%"),
        ("≥0.7万人", "≥", "0.7", "万人"),
        ("=1000.00(块)", "=", "1000.00", "块"),
        ("≥3.00（某种物）", "≥", "3.00", "某种物"),
        ("合格率≥95%", "≥", "95", "%"),
        ("满意度：≥95%", "≥", "95", "%"),
        # words before
        ("不低于90%", "≥", "90", "%"),
        ("不少于 90%", "≥", "90", "%"),
        ("不小于3项", "≥", "3", "项"),
        ("至少3次", "≥", "3", "次"),
        ("达到90%", "≥", "90", "%"),
        ("大于等于90%", "≥", "90", "%"),
        ("大于或等于90%", "≥", "90", "%"),
        ("大于90%", ">", "90", "%"),
        ("高于90%", ">", "90", "%"),
        ("超过200人", ">", "200", "人"),
        ("等于90%", "=", "90", "%"),
        ("小于5%", "<", "5", "%"),
        ("低于5%", "<", "5", "%"),
        ("少于3次", "<", "3", "次"),
        ("不超过5%", "≤", "5", "%"),
        ("不高于5万元", "≤", "5", "万元"),
        ("不大于3", "≤", "3", ""),
        ("不多于3", "≤", "3", ""),
        ("至多3", "≤", "3", ""),
        ("最多 3 次", "≤", "3", "次"),
        ("小于等于5%", "≤", "5", "%"),
        ("控制在5%以内", "≤", "5", "%"),
        ("控制在5%", "≤", "5", "%"),
        # words behind
        ("90%以上", "≥", "90", "%"),
        ("90%及以上", "≥", "90", "%"),
        ("90%（含）以上", "≥", "90", "%"),
        ("90%(不含)以上", ">", "90", "%"),
        ("5%（不含）以下", "<", "5", "%"),
        ("5%以下", "≤", "5", "%"),
        ("5%及以下", "≤", "5", "%"),
        ("5%以内", "≤", "5", "%"),
        ("24小时之内", "≤", "24", "小时"),
        ("24小时内", "≤", "24", "小时"),
        ("24小时内响应", "≤", "24", "小时"),
        ("3个工作日内办结", "≤", "3", "个工作日"),
        ("≤12月", "≤", "12", "月"),
        # both
        ("达到90%以上", "≥", "90", "%"),
        ("控制在90%以上", "≥", "90", "%"),
        ("超过90%以上", ">", "90", "%"),
        # bare
        ("100%", None, "100", "%"),
        ("100", None, "100", ""),
        ("2370人", None, "2370", "人"),
        ("1.2万亩", None, "1.2", "万亩"),
        ("2,666.18", None, "2666.18", ""),
        ("1 200家", None, "1200", "家"),
        ("每亩300", None, "300", "每亩"),
        ("每亩300元", None, "300", "元/亩"),
        ("每人每月300元", None, "300", "元/人*月"),
        ("人均300元", None, "300", "元/人"),
        ("300元/亩", None, "300", "元/亩"),
        ("每年1次", None, "1", "次/年"),
        ("百分之95", None, "95", "%"),
        ("完成3个项目", None, "3", "个项目"),
        ("100%完成。", None, "100", "%"),
        ("100%（全部完成）", None, "100", "%"),
        ("100（已验收）", None, "100", ""),
        ("95%(含)", None, "95", "%"),
        ("约200人", None, "200", "人"),
        ("500万", None, "500", "万"),
        ("2030", None, "2030", ""),
    ],
)
def test_quantity(text, comparator, value, unit):
    target = Target.parse(text, YEAR)
    assert target.kind is TargetKind.QUANTITY
    assert target.comparator == comparator
    assert target.value == Decimal(value)
    assert target.unit.text == unit
    assert target.upper is None
    assert target.days is None
    assert target.text == text


@pytest.mark.parametrize(
    ("text", "comparator", "last"),
    [
        ("9月30日前", "≤", date(2024, 9, 30)),
        ("2021年12月底", None, date(2021, 12, 31)),
        ("2024年6月", None, date(2024, 6, 30)),
        ("12月底前", "≤", date(2024, 12, 31)),
        ("年底前", "≤", date(2024, 12, 31)),
        ("2024-09-30", None, date(2024, 9, 30)),
        ("2024.9.30", None, date(2024, 9, 30)),
        ("2024/9/30", None, date(2024, 9, 30)),
        ("第三季度", None, date(2024, 9, 30)),
        ("上半年", None, date(2024, 6, 30)),
        ("≤2024年12月31日", "≤", date(2024, 12, 31)),
        ("完成时间≤2024年12月31日", "≤", date(2024, 12, 31)),
        ("=2024年", "=", date(2024, 12, 31)),
        ("不超过9月30日", "≤", date(2024, 9, 30)),
        ("不迟于2024年6月30日", "≤", date(2024, 6, 30)),
        ("12月", None, date(2024, 12, 31)),
    ],
)
def test_date(text, comparator, last):
    target = Target.parse(text, YEAR)
    assert target.kind is TargetKind.DATE
    assert target.comparator == comparator
    assert target.days is not None
    assert target.days.last == last
    assert target.value is None


def test_a_date_without_a_year_stays_a_date():
    assert Target.parse("9月30日前").kind is TargetKind.DATE
    assert Target.parse("9月30日前").days is None
    assert Target.parse("2024年9月30日前").days is not None


@pytest.mark.parametrize(
    "text",
    [
        "不高于往年水平",
        "不低于上年",
        "≥往年水平",
        "经济",
        "及时",
        "立即响应",
        "无",
        "零投诉",
        "本年",
        "纸张克重低于100克",
        "5G网络覆盖",
        "12345热线",
        "第3批项目验收",
        "3个项目均完成",
        "3多功能厅",
        "3-5多功能厅",
        "每天巡查3次",
        "7×24小时",
        "满意度95%",
        "95%（2023年为94%）",
        "百分之95人",
        "1.完成3项；2.完成5项",
        "12 00家",
        "①5个",
        "2370人/100%",
        "80-某物-90",
        "很长的叙述，共100项" * 20,
    ],
)
def test_words_are_never_turned_into_a_figure(text):
    target = Target.parse(text, YEAR)
    assert target.kind is TargetKind.QUALITATIVE
    assert (target.comparator, target.value, target.upper, target.days) == (None,) * 4


@pytest.mark.parametrize("text", [None, "", "  ", "-", "—", "－"])
def test_empty(text):
    assert Target.parse(text) == Target(text or "", TargetKind.EMPTY)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "≥NaN%",
        "Infinity",
        "-inf",
        "1e999",
        "≥1E+3",
        "1" * 40,
        "≥" + "9" * 40 + "%",
        "1" * 100_000,
        "≥" + "1" * 500,
        "null",
        "#DIV/0!",
        "≥",
        "/",
        "*",
        "1,2",
        "1/3",
        "3-5-8",
        "021-12345678",
        "95.5.5%",
        "≥95.5.5%",
        "≥95%以下",
        "=5%以内",
        "≥80%-90%",
        "80%-90%以上",
        "90%-80%",
        "80%-90元",
        ">80%且<90%",
        "2月30日",
        "±-5%",
        "95%(((",
    ],
)
def test_unreadable(text):
    assert Target.parse(text, YEAR) == Target(text, TargetKind.UNREADABLE)


def test_base_is_in_the_base_unit_of_the_kind():
    assert Target.parse("≤1.5万元").base == 15_000
    assert Target.parse("30分钟-1小时").base == 1_800
    assert Target.parse("30分钟-1小时").upper_base == 3_600
    assert Target.parse("经济").base is None
    assert Target.parse("≤1.5万元").upper_base is None


@given(st.none() | st.text(), st.none() | st.integers())
def test_any_text_has_a_kind(text, year):
    target = Target.parse(text, year)
    assert target.text == (text or "")
    assert (target.value is not None) is (target.kind in {TargetKind.QUANTITY, TargetKind.RANGE})


@given(st.text(alphabet=FORM_SIGNS, max_size=16))
def test_any_text_of_form_signs_has_a_kind(text):
    target = Target.parse(text, YEAR)
    assert target.value is None or target.value.is_finite()
    assert target.upper is None or target.value is None or target.value <= target.upper


FIGURES = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@given(FIGURES, st.sampled_from(Comparator), st.sampled_from(["%", "个", "万元", "分钟", "次/季"]))
def test_every_spelling_of_a_figure_is_the_same_target(value, comparator, unit):
    spellings = [
        f"{comparator}{plain(value)}{unit}",
        f"{comparator}{value:.2f}({unit})",
        f" {comparator} {value:,.2f} （{unit}） ",
    ]
    read = {(t.comparator, t.value, t.unit) for t in map(Target.parse, spellings)}
    assert len(read) == 1
    assert next(iter(read))[:2] == (comparator, value)
