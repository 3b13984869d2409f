"""The page 验算: a published form handed in, recomputed beside what is printed, nothing kept."""

import pytest
from sqlmodel import select

from app.db.audit_events import AuditEvent
from app.db.session import reading
from tests.published.cases import DATA
from tests.published.drawing import FORMATS
from tests.published.layouts import official
from tests.published.sample import FORM

PAGE = "/check"


@pytest.fixture
def filler(visit):
    visitor = visit()
    visitor.sign_in("filler")
    visitor.get(PAGE)
    return visitor


def handed_in(visitor, name, content):
    return visitor.post(PAGE, {}, files={"file": (name, content)})


@pytest.mark.parametrize("username", ["filler", "department", "finance", "auditor", "sysadmin"])
def test_everybody_signed_in_finds_the_page(visit, username):
    visitor = visit()
    visitor.sign_in(username)
    assert visitor.get("/").soup.select_one("a[href='/check']").get_text(strip=True) == "验算"
    assert visitor.get(PAGE).soup.select_one("input[type=file]")


def test_a_stranger_is_asked_to_sign_in(visit):
    assert "/login" in visit().get(PAGE).url


@pytest.mark.parametrize("kind", FORMATS)
def test_a_form_that_holds(filler, kind):
    seen = handed_in(filler, f"自评表.{kind}", FORMATS[kind](official(FORM)))
    assert seen.status == 200
    assert seen.soup.select_one(".found").get_text(" ", strip=True).endswith("没有发现错误。")
    rows = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in seen.soup.select("table.figures tbody tr")
    ]
    assert rows == [
        ["执行率", "95.00%", "95.00%", "相符"],
        ["预算执行得分", "9.50", "9.50", "相符"],
        ["总分", "96.50", "96.50", "相符"],
        ["评分等级", "优", "优", "相符"],
    ]


def test_several_forms_with_doubts_and_unread_lines(filler):
    seen = handed_in(filler, "2019.txt", (DATA / "shanghai-2019.txt").read_bytes())
    assert len(seen.soup.select("section[aria-labelledby^=form-]")) == 3
    assert "换页处的“况”" in seen.html
    assert "没有用到的 3 行" in seen.html


def test_an_error_with_the_rule_that_explains_it(filler):
    text = (DATA / "shanghai-2024.txt").read_text(encoding="utf-8")
    text = text.replace("180.00(分\n钟)\n\n4.00 4.00", "200.00(分\n钟)\n\n4.00 3.60")
    seen = handed_in(filler, "2024.txt", text.encode())
    assert "9 张表，1 张有错误" in " ".join(seen.soup.select_one(".found").get_text().split())
    assert "按“反向比率”：180.00÷200.00×4.00 = 3.60" in seen.html


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("会议纪要.txt", "会议纪要\n".encode(), "没有找到绩效自评表"),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel"),
        ("空.txt", b"", "空的"),
        ("坏.pdf", b"%PDF-1.7\n", "已损坏"),
    ],
)
def test_an_unreadable_file_is_told_at_the_field(filler, name, content, says):
    seen = handed_in(filler, name, content)
    assert seen.status == 422
    note = seen.soup.select_one("#file-note").get_text()
    assert says in note
    assert name in note


def test_no_file_is_told(filler):
    seen = filler.post(PAGE, {})
    assert seen.status == 422
    assert "请先选择一个文件" in seen.html


def test_markup_in_a_form_is_shown_as_text(filler):
    form = {**FORM, "project": "<script>alert(1)</script>"}
    seen = handed_in(filler, "x.docx", FORMATS["docx"](official(form)))
    assert "<script>alert(1)" not in seen.html
    assert "&lt;script&gt;alert(1)" in seen.html


def test_nothing_is_kept(filler, engine):
    def count():
        with reading(engine) as session:
            return len(session.exec(select(AuditEvent)).all())

    before = count()
    handed_in(filler, "a.txt", (DATA / "shanghai-2019.txt").read_bytes())
    assert count() == before
