import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.text import forbidden_characters, is_blank, normalise


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        pytest.param(None, "", id="nothing"),
        pytest.param("", "", id="empty"),
        pytest.param("１００．５％", "100.5%", id="full-width figures"),
        pytest.param("（次／季）", "(次/季)", id="full-width brackets"),
        pytest.param("≧95", "≥95", id="wide at-least sign"),
        pytest.param("≦5", "≤5", id="wide at-most sign"),
        pytest.param("⩾95", "≥95", id="slanted sign"),
        pytest.param("≯5", "≤5", id="not greater"),
        pytest.param("≮5", "≥5", id="not less"),
        pytest.param("═100", "=100", id="box drawing for equals"),
        pytest.param("＝100", "=100", id="full-width equals"),
        pytest.param("﹥3", ">3", id="small greater"),
        pytest.param("〈3", "<3", id="angle bracket for less"),
        pytest.param("＞＝95", "≥95", id="two signs at least"),
        pytest.param("=>95", "≥95", id="two signs the other way"),
        pytest.param("<=5", "≤5", id="two signs at most"),
        pytest.param("==5", "=5", id="doubled equals"),
        pytest.param("18—54", "18-54", id="dash"),
        pytest.param("80〜90", "80~90", id="wave dash"),
        pytest.param("（分\n钟）", "(分钟)", id="line break in a wrapped value"),
        pytest.param(" 2024 年 6 月 ", "2024年6月", id="layout blanks"),
        pytest.param("1\u3000200 km", "1 200 km", id="blanks between Latin letters stay one"),
        pytest.param("9\u200b5", "95", id="invisible characters"),
        pytest.param("①5个", "①5个", id="a circled digit is not a figure"),
        pytest.param("10m²", "10m²", id="a raised digit is not a figure"),
        pytest.param("【%】", "(%)", id="other brackets"),
    ],
)
def test_normalise(given_text, shown):
    assert normalise(given_text) == shown


@pytest.mark.parametrize("text", [None, "", " ", "\u3000", "-", "—", "－", "——", "\n"])
def test_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["/", "无", "0", "*", "达成"])
def test_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        pytest.param("说明\n第二行\t列", False, id="lines and tabs"),
        pytest.param("说明\r\n第二行", False, id="line ends as a browser sends them"),
        pytest.param("说明\r第二行", True, id="a lone carriage return"),
        pytest.param("说\x00明", True, id="null"),
        pytest.param("说\x1b[31m明", True, id="escape"),
        pytest.param("说\x85明", True, id="C1"),
        pytest.param("12\u202e34", True, id="reordering mark"),
        pytest.param("\ud800", True, id="half of a pair"),
        pytest.param("①②③ ≥95％", False, id="signs of ordinary forms"),
    ],
)
def test_forbidden_characters(text, forbidden):
    assert forbidden_characters(text) is forbidden


@given(st.text())
def test_any_text_is_normalised_to_one_line(text):
    shown = normalise(text)
    assert shown == shown.strip()
    assert "\n" not in shown
