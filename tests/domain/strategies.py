"""Strategies for forms: tidy ones that obey their columns, and wild ones that obey nothing."""

from hypothesis import strategies as st

from app.domain.forms import Claimed, Form, FundRow, FundSource, IndicatorRow
from app.domain.rules import RULES

SIGNS = "≥ ≤ = < > % ‰ (%) 万 亿元 元/人 /万亿人 万亿 次/季 - ~ — / * ; , ， 至 优 率 无 null ① ²"
FIGURES = "95 100 0 -5 0.00 1,234.5 1e999 NaN -Infinity 10:100;5:60"
WORDS = "达成指标 部分达成 未达成 完成 满意度 成本 预算执行率 产出指标 数量指标"
DATES = "2024年9月30日 9月30日前 13月 9999年 0年"
SCRAPS = f"{SIGNS} {FIGURES} {WORDS} {DATES}".split()
SCRAPS += ["9" * 30, "9" * 40, "." + "0" * 28 + "1", " ", "\n", "\x00", "\u202e", "\ud800"]

figures = st.decimals(-100, 1000, places=2, allow_nan=False).map(str)
wild = st.one_of(
    st.text(max_size=12),
    st.lists(st.sampled_from(SCRAPS), max_size=6).map("".join),
    figures,
)
parameters = st.dictionaries(
    st.sampled_from(
        sorted({name.rstrip("?") for rule in RULES.values() for name in rule.parameters})
    ),
    wild,
    max_size=3,
)
wild_rows = st.builds(
    IndicatorRow,
    **dict.fromkeys(
        (
            "level1",
            "level2",
            "level3",
            "name",
            "code",
            "target",
            "actual",
            "full",
            "points",
            "reason",
        ),
        wild,
    ),
    rule=st.one_of(st.just(""), st.sampled_from(sorted(RULES)), wild),
    parameters=parameters,
)
wild_funds = st.builds(
    FundRow,
    source=st.one_of(st.sampled_from(list(FundSource)), wild),
    unit=st.one_of(st.sampled_from(["元", "万元", "亿元"]), wild),
    **dict.fromkeys(
        ("initial", "adjustment", "adjusted", "executed", "received", "full", "rate", "points"),
        wild,
    ),
)
wild_forms = st.builds(
    Form,
    fiscal_year=st.one_of(st.none(), st.integers(-5, 99_999)),
    last_year=st.one_of(st.none(), st.integers(-5, 99_999)),
    achieved=st.one_of(st.none(), wild),
    funds=st.lists(wild_funds, max_size=4).map(tuple),
    indicators=st.lists(wild_rows, max_size=4).map(tuple),
    claimed=st.builds(
        Claimed, **dict.fromkeys(("total", "grade", "rate", "execution_points", "full"), wild)
    ),
    **dict.fromkeys(("project", "unit", "expected"), wild),
)

amounts = st.decimals(0, 10_000, places=2)
weights = st.decimals("0.01", 50, places=2).map(str)
tidy_rows = st.builds(
    IndicatorRow,
    level1=st.sampled_from(["产出指标", "效益指标", "满意度指标"]),
    level2=st.sampled_from(["数量指标", "质量指标", ""]),
    name=st.sampled_from(["建设数量", "单位成本", "服务覆盖面", "群众满意度"]),
    target=st.tuples(st.sampled_from("≥>=<≤"), amounts).map(lambda pair: f"{pair[0]}{pair[1]}"),
    actual=amounts.map(str),
    full=weights,
)
tidy_forms = st.builds(
    Form,
    fiscal_year=st.just(2024),
    funds=st.tuples(
        st.builds(
            FundRow, source=st.just("total"), adjusted=amounts.map(str), executed=amounts.map(str)
        )
    ),
    indicators=st.lists(tidy_rows, min_size=1, max_size=6).map(tuple),
)
