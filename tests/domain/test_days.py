from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.days import Days, read_days, read_written

YEAR = 2024


def days(first, last=None):
    return Days(date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("2024-09-30", days("2024-09-30"), id="ISO"),
        pytest.param("2024.9.30", days("2024-09-30"), id="dots"),
        pytest.param("2024/9/30", days("2024-09-30"), id="slashes"),
        pytest.param("2024-09-30 00:00:00", days("2024-09-30"), id="as a spreadsheet gives it"),
        pytest.param("2024-09", days("2024-09-01", "2024-09-30"), id="ISO month"),
        pytest.param("２０２４ 年 9 月 30 日", days("2024-09-30"), id="full width and blanks"),
        pytest.param("2024年9月30号", days("2024-09-30"), id="spoken day"),
        pytest.param("9月30日", days("2024-09-30"), id="year of the form"),
        pytest.param("9月30日前", days("2024-09-30"), id="the day named counts"),
        pytest.param("9月30日之前完成", days("2024-09-30"), id="with a verb"),
        pytest.param("已于9月28日完成验收", days("2024-09-28"), id="told as done"),
        pytest.param("不晚于2023年6月30日", days("2023-06-30"), id="not later than"),
        pytest.param("每年6月30日前", days("2024-06-30"), id="each year"),
        pytest.param("2024年6月", days("2024-06-01", "2024-06-30"), id="a month is an interval"),
        pytest.param("2月", days("2024-02-01", "2024-02-29"), id="leap year"),
        pytest.param("2021年12月底", days("2021-12-21", "2021-12-31"), id="end of a month"),
        pytest.param("12月底前", days("2024-12-21", "2024-12-31"), id="by the end of a month"),
        pytest.param("十二月三十一日前", days("2024-12-31"), id="Chinese numerals"),
        pytest.param("二十月十日", None, id="no such month in numerals"),
        pytest.param("6月上旬", days("2024-06-01", "2024-06-10"), id="first ten days"),
        pytest.param("6月中旬", days("2024-06-11", "2024-06-20"), id="second ten days"),
        pytest.param("年底前", days("2024-12-01", "2024-12-31"), id="by the end of the year"),
        pytest.param("2024年底", days("2024-12-01", "2024-12-31"), id="end of a named year"),
        pytest.param("本年底前", days("2024-12-01", "2024-12-31"), id="end of this year"),
        pytest.param("年内", days("2024-01-01", "2024-12-31"), id="within the year"),
        pytest.param("2023年度", days("2023-01-01", "2023-12-31"), id="a year"),
        pytest.param("次年3月底前", days("2025-03-21", "2025-03-31"), id="next year"),
        pytest.param("第三季度", days("2024-07-01", "2024-09-30"), id="quarter"),
        pytest.param("一季度末", days("2024-03-01", "2024-03-31"), id="end of a quarter"),
        pytest.param("2024年Q4", days("2024-10-01", "2024-12-31"), id="quarter in Latin"),
        pytest.param("上半年", days("2024-01-01", "2024-06-30"), id="first half"),
        pytest.param("下半年末", days("2024-12-01", "2024-12-31"), id="end of the second half"),
        pytest.param("9-12月", days("2024-09-01", "2024-12-31"), id="months"),
        pytest.param("2023年9月至12月", days("2023-09-01", "2023-12-31"), id="year named once"),
        pytest.param("2024年12月至次年3月", days("2024-12-01", "2025-03-31"), id="over new year"),
        pytest.param("次年1月-2月", days("2025-01-01", "2025-02-28"), id="both ends next year"),
        pytest.param(
            "2024.1.1-2024.12.31", days("2024-01-01", "2024-12-31"), id="numeric interval"
        ),
        pytest.param("2023-2024年", days("2023-01-01", "2024-12-31"), id="years"),
    ],
)
def test_read_days(text, meant):
    assert read_days(text, YEAR) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "中",
        "内",
        "初",
        "本年",
        "每年",
        "12个月",
        "18月",
        "3年",
        "3季",
        "2024-13",
        "2024.6",
        "9.30",
        "9月30日后",
        "80%-90%",
        "第五季度",
        "18-24月",
        "9月" * 40,
    ],
)
def test_what_is_no_date(text):
    assert read_written(text) is None
    assert read_days(text, YEAR) is None


@pytest.mark.parametrize(
    "text", ["2月30日", "9月0日", "2024年13月", "2024-02-30", "9月-3月", "十十月1日"]
)
def test_a_date_that_no_calendar_has(text):
    written = read_written(text)
    assert written is not None
    with pytest.raises(ValueError, match=r"day|month|before"):
        written.on(YEAR)
    assert read_days(text, YEAR) is None


def test_without_any_year_a_date_has_no_days():
    assert read_written("9月30日前") is not None
    assert read_days("9月30日前", None) is None
    assert read_days("2024年9月30日前", None) == days("2024-09-30")


@pytest.mark.parametrize("year", [0, -1, 10_000, 10**30])
def test_a_year_beyond_the_calendar_gives_no_days(year):
    assert read_days("9月30日", year) is None


@pytest.mark.parametrize(
    ("text", "until"),
    [("9月30日前", True), ("截止9月30日", True), ("年内", True), ("9月30日", False)],
)
def test_until_marks_a_deadline(text, until):
    written = read_written(text)
    assert written is not None
    assert written.until is until


@given(st.dates(date(1900, 1, 1), date(2198, 12, 31)))
def test_every_way_to_write_a_day_means_that_day(day):
    spellings = [
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month:02}/{day.day:02}",
        f"{day.year}年{day.month}月{day.day}日前",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
    ]
    assert {read_days(text, None) for text in spellings} == {Days(day, day)}
    assert read_days(f"{day.month}月{day.day}日", day.year) == Days(day, day)


@given(st.text(), st.none() | st.integers())
def test_any_text_in_any_year_gives_ordered_days_or_none(text, year):
    meant = read_days(text, year)
    assert meant is None or meant.first <= meant.last


@given(st.text(alphabet="0123456789一二十年月日底前季度第上下半-./至内末Qq次本", max_size=14))
def test_date_like_text_never_raises(text):
    meant = read_days(text, YEAR)
    assert meant is None or meant.first <= meant.last
